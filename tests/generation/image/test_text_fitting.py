import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from tastemaker.errors import BadInputError
from tastemaker.generation.image.text_fitting import fit_text

WORDS = st.lists(st.text("abcdefgHMW.,'", min_size=1, max_size=9), min_size=1, max_size=12)


def font_of(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@settings(max_examples=60, deadline=None)
@given(WORDS, st.integers(60, 400), st.integers(20, 200), st.integers(1, 4))
def test_a_text_is_set_whole_inside_its_box_or_refused(words, width, height, lines):
    text = " ".join(words)
    try:
        fitted = fit_text(text, width, height, font_of, largest=40, smallest=10, lines=lines)
    except BadInputError as error:
        assert "cannot fit" in str(error)
        return
    assert " ".join(fitted.lines) == text
    assert len(fitted.lines) <= lines and 10 <= fitted.size <= 40
    assert fitted.width <= width and fitted.height <= height
    if fitted.size < 40:
        with pytest.raises(BadInputError):
            larger = fitted.size + 1
            fit_text(text, width, height, font_of, largest=larger, smallest=larger, lines=lines)


@settings(max_examples=30, deadline=None)
@given(WORDS, st.sampled_from(["left", "center"]))
def test_the_bounds_are_those_of_the_ink(words, align):
    fitted = fit_text(" ".join(words), 500, 300, font_of, largest=30, smallest=12, lines=6)
    image = Image.new("L", (600, 400))
    draw = ImageDraw.Draw(image)
    for line, x, y in fitted.placed(50, 40, 500, align):
        draw.text((x, y), line, fill=255, font=fitted.font, anchor="ls")
    box = fitted.bounds(50, 40, 500, align)
    ink = image.getbbox()
    assert ink
    assert box.left <= ink[0] and box.top <= ink[1]
    assert ink[2] <= box.right and ink[3] <= box.bottom
    assert max(ink[0] - box.left, ink[1] - box.top, box.bottom - ink[3]) <= 2


def test_lines_are_balanced():
    fitted = fit_text("one two six ten", 90, 100, font_of, largest=20, smallest=20, lines=2)
    assert fitted.lines == ("one two", "six ten")


def test_a_short_text_takes_the_largest_size_on_one_line():
    fitted = fit_text("Hi", 300, 100, font_of, largest=40, smallest=10, lines=3)
    assert (fitted.lines, fitted.size) == (("Hi",), 40)


def test_what_does_not_fit_is_refused_with_a_length_that_does():
    text = "many words " * 20
    box = {"width": 100, "height": 40, "largest": 20, "smallest": 10, "lines": 2}
    with pytest.raises(BadInputError, match=r"The title “many words.*…” cannot fit") as error:
        fit_text(text.strip(), font_of=font_of, what="title", **box)
    found = re.search(r"about (\d+) characters", str(error.value))
    assert found
    room = int(found[1])
    assert 10 < room < 60
    fit_text(text[:room].strip(), font_of=font_of, **box)


def test_a_word_is_never_split():
    with pytest.raises(BadInputError, match="shorten it to about"):
        fit_text("x" * 60, 100, 100, font_of, largest=20, smallest=10, lines=5)
    with pytest.raises(BadInputError, match="no room"):
        fit_text("W", 3, 3, font_of, largest=20, smallest=10, lines=5)
