import pytest
from PIL import ImageFont
from tastemaker.errors import BadInputError
from tastemaker.generation.image.fonts import (
    has_glyph,
    load_font,
    own_typeface,
    settable,
    shipped_typeface,
)


def pillows_font() -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(32)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def test_a_font_file_of_the_brand_is_taken(tmp_path):
    path = tmp_path / "own.ttf"
    path.write_bytes(pillows_font().font_bytes)
    typeface = own_typeface(path)
    assert typeface.regular == typeface.bold
    assert not typeface.bold.bold


def test_what_is_no_font_is_refused(tmp_path):
    (tmp_path / "no.ttf").write_text("no font")
    for path in (tmp_path / "no.ttf", tmp_path / "none.ttf", tmp_path):
        with pytest.raises(BadInputError, match="cannot be read; give a TrueType or OpenType"):
            own_typeface(path)


def test_characters_without_a_glyph_are_named():
    with pytest.raises(BadInputError, match="has no glyph for 日 本 in the title; change the text"):
        settable("Nihon 日本日", pillows_font(), "title")


def test_what_unicode_calls_the_same_is_set_in_plain_letters():
    font = pillows_font()
    assert not has_glyph("Ａ", font)
    assert settable("ＡＢ  1\n2\u200b\u202e", font, "title") == "AB 1 2"


def test_what_would_read_differently_is_not_replaced():
    font = pillows_font()
    missing = [one for one in "⁴₂①" if not has_glyph(one, font)]
    assert missing
    for one in missing:
        with pytest.raises(BadInputError, match="no glyph"):
            settable(f"10{one}", font, "line")


@pytest.mark.packs
@pytest.mark.parametrize("family", ["sans", "serif"])
def test_shipped_families_are_unpacked_with_their_licence(family):
    typeface = shipped_typeface(family)
    assert typeface.bold.bold and not typeface.regular.bold
    assert shipped_typeface(family) == typeface
    for face in typeface:
        assert settable("Cafe\u0301", load_font(face.path, 32), "title") == "Café"
        assert settable("Ångström, 1 € – “déjà vu”…", load_font(face.path, 32), "title")
        names = {one.name for one in face.path.parent.iterdir()}
        assert names & {"OFL.txt", "LICENSE.txt"}
