import numpy as np
import pytest
from PIL import Image
from tastemaker.generation.image.palette import (
    chroma_of,
    colour_distance,
    palette_of,
    with_lightness,
)
from tastemaker.generation.image.scheme import scheme_of


def stripes(*colours: str) -> Image.Image:
    image = Image.new("RGB", (96, 96))
    for number, colour in enumerate(colours):
        image.paste(colour, (0, number * 96 // len(colours), 96, 96))
    return image


def test_the_colours_of_a_picture_are_found_and_white_is_not_the_first():
    found = palette_of(stripes("#ffffff", "#ffffff", "#d02020", "#2040c0"))
    assert set(found) == {"#ffffff", "#d02020", "#2040c0"}
    assert found[-1] == "#ffffff"


def test_one_colour_is_a_palette_and_the_same_picture_gives_the_same():
    assert palette_of(stripes("#336699")) == ["#336699"]
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (50, 60, 3), np.uint8))
    assert palette_of(noise) == palette_of(noise)
    assert 1 <= len(palette_of(noise, 3)) <= 3


def test_distances_are_ciede2000():
    assert colour_distance("#123456", "#123456") == 0
    assert colour_distance("#000000", "#ffffff") == pytest.approx(100, abs=0.01)
    assert colour_distance("#808080", "#818181") < 1


def test_tints_and_shades_keep_the_hue_and_bound_the_chroma():
    tint = with_lightness("#d02020", 95, 6)
    grey = with_lightness("#808080", 95)
    assert colour_distance(tint, grey) < 8, "as light as a grey of that lightness"
    assert chroma_of(tint) == pytest.approx(6, abs=1)
    assert tint[1:3] > tint[3:5]
    assert with_lightness("#808080", 0) == "#000000"


@pytest.mark.parametrize("ground", ["light", "dark", "main"])
def test_an_accent_stands_off_its_ground(ground):
    for palette in (["#d02020", "#2040c0", "#ffffff"], ["#777777"], ["#ffffff"], ["#000000"]):
        scheme = scheme_of(palette, ground)
        assert colour_distance(scheme.accent, scheme.ground) >= 25


def test_a_main_ground_stands_off_the_picture_beside_it():
    assert scheme_of(["#d02020", "#2040c0"], "main").ground == "#d02020"
    assert scheme_of(["#d02020", "#2040c0"], "main", "#d42222").ground == "#2040c0"
