"""Distances of plain colours, known from CIE's formula."""

import numpy as np
import pytest
from PIL import Image
from tastemaker.generation.image.checks.colours import colours, dominant_colours
from tastemaker.generation.image.records import Box


def halves(one: str, other: str) -> Image.Image:
    image = Image.new("RGB", (64, 64), one)
    image.paste(other, (32, 0, 64, 64))
    return image


def test_the_colours_that_were_meant_are_found(composed):
    image = halves("#204060", "#e0a030")
    check = colours(image, composed(64, 64, palette=["#e0a030", "#204060", "#ffffff"]))
    assert check.ok and check.figure == pytest.approx(0, abs=0.1)


def test_each_counts_as_much_as_it_covers(composed):
    image = halves("#000000", "#ffffff")
    check = colours(image, composed(64, 64, palette=["#000000"]))
    assert check.figure == pytest.approx(50, abs=0.1)  # black to white is 100
    assert not check.ok and check.note


def test_the_product_is_left_out(composed):
    image = halves("#000000", "#ffffff")
    product = Box(left=32, top=0, right=64, bottom=64)
    check = colours(image, composed(64, 64, palette=["#000000"], product=product))
    assert check.figure == pytest.approx(0, abs=0.1)


def test_no_palette(composed):
    assert colours(halves("#000000", "#ffffff"), composed(64, 64)).figure is None


def test_dominant_colours_are_means_with_shares():
    pixels = np.array([[0, 0, 0]] * 3 + [[255, 255, 255]], np.uint8)
    found, shares = dominant_colours(pixels)
    assert sorted(zip(found[:, 0], shares, strict=True)) == [(0, 0.75), (1, 0.25)]
