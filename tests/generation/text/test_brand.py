import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.errors import BadInputError
from tastemaker.generation.text.brand import Brand, banned_in, read_brand
from tastemaker.generation.text.channels import channel_named, parse_channels, shipped_channels

WHOLE = """
name = "Kontur"
voice = "warm"
banned_words = ["cheap*"]
disclaimers = ["Terms apply."]
[channels.poster]
title = "Poster"
fields.line = { limit = 40, style = "headline" }
"""


def test_a_brand_file_is_read(tmp_path):
    (tmp_path / "brand.toml").write_text(WHOLE)
    brand = read_brand(tmp_path / "brand.toml")
    assert (brand.name, brand.language) == ("Kontur", "en")
    assert channel_named("poster", brand.channels).fields["line"].limit == 40
    assert channel_named("push", brand.channels) == shipped_channels()["push"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nam = "x"', "unknown key nam; known are: name, voice"),
        ("name = [1]", "name: "),
        ("name = ", "is not TOML"),
        ('language = "English"', "language: "),
        ("[channels.x]\ntitle = 'x'\nfields.a = { limit = 0 }", "channels.x.fields.a.limit: "),
        ("[channels.x]\ntitle = 'x'", "channels.x.fields: "),
        ("[channels.x]\ntitle = 'x'\nfields.a = { limit = 5, long = 3 }", "unknown key channels"),
    ],
)
def test_a_wrong_brand_file_is_refused_in_one_sentence(tmp_path, text, said):
    path = tmp_path / "brand.toml"
    path.write_text(text)
    with pytest.raises(BadInputError) as error:
        read_brand(path)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_no_file_and_no_text_are_refused(tmp_path):
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "bytes.toml"):
        with pytest.raises(BadInputError, match="cannot be read"):
            read_brand(path)


def test_an_unknown_channel_is_refused_with_those_that_are_there():
    with pytest.raises(BadInputError, match="no channel 'fax'; there are: email, google"):
        channel_named("fax")
    with pytest.raises(BadInputError, match=r"mine: x\.title"):
        parse_channels({"x": {"fields": {"a": {"limit": 5}}}}, "mine")


def test_the_shipped_limits_are_those_that_the_platforms_state():
    google = shipped_channels()["google_performance_max"].fields
    assert (google["headline"].limit, google["headline"].count, google["headline"].short) == (
        30, 3, 15,
    )  # fmt: skip
    assert google["long_headline"].limit == 90
    assert (google["description"].limit, google["description"].short) == (90, 60)
    meta = shipped_channels()["meta"].fields
    assert (meta["primary_text"].limit, meta["headline"].limit) == (125, 27)


@pytest.mark.parametrize(
    ("text", "banned", "found"),
    [
        ("So CHEAP!", ["cheap"], ["cheap"]),
        ("cheaper", ["cheap"], []),
        ("cheaper", ["cheap*"], ["cheap*"]),
        ("déjà vu", ["deja"], ["deja"]),
        ("last, chance", ["last chance"], ["last chance"]),
        ("anything", ["", "*"], []),
    ],
)
def test_banned_words_are_found_whatever_their_dress(text, banned, found):
    assert banned_in(text, banned) == found


@given(st.text(max_size=60), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_can_be_searched(text, banned):
    assert set(banned_in(text, banned)) <= set(banned)


def test_a_brand_has_no_other_keys():
    with pytest.raises(ValueError, match="extra"):
        Brand(colour="red")  # pyright: ignore[reportCallIssue]
