from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.errors import BadInputError
from tastemaker.generation.campaign.brief import read_brief

GOOD = """
name = "spring"
catalog = "films"
[audience]
users = ["u1", "u2"]
[items]
recommended = 2
[assets]
copy = ["push"]
images = ["square"]
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "brief.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_brief_is_read(tmp_path: Path):
    brief = read_brief(written(tmp_path, 'brand = "b.toml"' + GOOD))
    assert brief.audience.users == ["u1", "u2"] and brief.assets.copy_channels == ["push"]
    assert brief.brand == tmp_path / "b.toml" and brief.language_model


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("name =", "nam ="), "unknown key nam; known are: name, catalog"),
        (('"spring"', '"../x"'), "name"),
        (("users =", "segments = 3\nusers ="), "one of users, people or segments"),
        (('users = ["u1", "u2"]', ""), "one of users, people or segments"),
        (("recommended = 2", "recommended = 0"), "items.recommended"),
        (("recommended = 2", 'recommended = 2\nids = ["1"]'), "one of recommended, ids or having"),
        (('copy = ["push"]\nimages = ["square"]', ""), "name what is made"),
        (("[assets]", "[assets]\nvariant = 2"), "unknown key assets.variant"),
        (("[assets]", "[assets"), "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, change: tuple[str, str], said: str):
    assert change[0] in GOOD
    with pytest.raises(BadInputError, match=said):
        read_brief(written(tmp_path, GOOD.replace(*change)))


def test_a_file_that_is_none(tmp_path: Path):
    with pytest.raises(BadInputError, match="cannot be read"):
        read_brief(tmp_path / "none.toml")


@given(st.text(max_size=200))
def test_no_text_breaks_it(tmp_path_factory: pytest.TempPathFactory, text: str):
    file = tmp_path_factory.mktemp("brief") / "brief.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(BadInputError):
        read_brief(file)
