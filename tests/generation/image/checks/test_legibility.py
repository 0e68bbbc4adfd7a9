"""Contrast is that of WCAG's formula on plain grounds, and the worst where the ground varies."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tastemaker.generation.image.checks.legibility import legibility, luminance, needed


def test_luminance_is_that_of_wcag():
    colours = np.array([[0, 0, 0], [255, 255, 255], [255, 0, 0], [119, 119, 119]])
    assert luminance(colours) == pytest.approx([0, 1, 0.2126, 0.1845], abs=1e-4)


@pytest.mark.parametrize("size", [14, 20, 40, 90])
@pytest.mark.parametrize(
    ("ink", "paper", "contrast"),
    [("#ffffff", "#000000", 21), ("#000000", "#ffffff", 21), ("#767676", "#ffffff", 4.54)],
)
def test_plain_grounds(with_text, size: int, ink: str, paper: str, contrast: float):
    check = legibility(*with_text("Words to read", size, ink, paper))
    assert check.ok and check.figure == pytest.approx(contrast, rel=0.06)


def test_the_bar_depends_on_the_size(with_text):
    _, small = with_text("a", 20)
    _, large = with_text("a", 24)
    bold = small.texts[0].model_copy(update={"bold": True})
    assert (needed(small.texts[0]), needed(bold), needed(large.texts[0])) == (4.5, 3.0, 3.0)
    check = legibility(*with_text("Words to read", 20, "#888888", "#ffffff"))
    assert not check.ok and check.bar == 4.5
    check = legibility(*with_text("Words to read", 24, "#888888", "#ffffff"))
    assert check.ok and check.bar == 3.0


@pytest.mark.parametrize("patch", ["#ffffff", "#dddddd"])
def test_a_patch_of_nearly_the_letters_colour_is_found(with_text, patch: str):
    image, composition = with_text("Words to be read", 40)
    under = Image.new("RGB", image.size, "#203040")
    ImageDraw.Draw(under).rectangle((90, 0, 150, image.height), fill=patch)
    letters = image.convert("L").point(lambda value: 255 if value > 150 else 0)
    under.paste(image, mask=letters)
    check = legibility(under, composition)
    assert not check.ok and check.figure is not None and check.figure < 1.6
    assert "title" in check.note


def test_letters_of_no_contrast(with_text):
    assert legibility(*with_text("Words", 40, "#777777", "#777777")).figure == 1


def test_no_text(composed):
    assert legibility(Image.new("RGB", (20, 20)), composed(20, 20)).ok
