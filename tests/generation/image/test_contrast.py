import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageColor
from tastemaker.generation.image.contrast import (
    contrast_ratio,
    contrast_under,
    fading_scrim,
    needed_contrast,
    overlaid,
    readable_colour,
    relative_luminance,
    scrim_opacity,
)

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
RGB = st.tuples(*[st.integers(0, 255)] * 3)
PIXELS = st.lists(RGB, min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
        ("#123456", "#123456", 1.0),
    ],
)
def test_known_contrasts(one, other, ratio):
    found = contrast_ratio(ImageColor.getrgb(one), ImageColor.getrgb(other))
    assert found == pytest.approx(ratio, abs=0.005)


def test_luminance_weighs_the_channels():
    white, green = relative_luminance([[255, 255, 255], [0, 255, 0]])
    assert (white, green) == (pytest.approx(1), pytest.approx(0.7152))


@given(RGB, RGB)
def test_contrast_is_symmetric_and_bounded(one, other):
    assert contrast_ratio(one, other) == contrast_ratio(other, one)
    assert 1 <= contrast_ratio(one, other) <= 21.0001


def test_large_text_needs_less():
    assert [needed_contrast(23.9, False), needed_contrast(24, False)] == [4.5, 3]
    assert [needed_contrast(18.6, True), needed_contrast(18.66, True)] == [4.5, 3]


def test_one_speck_does_not_decide_but_a_tenth_does():
    pixels = np.full((100, 3), 255)
    pixels[:2] = 0
    assert contrast_under(pixels, "#000000") == pytest.approx(21)
    pixels[:10] = 0
    assert contrast_under(pixels, "#000000") == pytest.approx(1)


@given(RGB, COLOURS)
def test_on_one_colour_some_letters_are_always_read(ground, candidate):
    chosen = readable_colour([ground], [candidate])
    assert contrast_under([ground], chosen) >= 4.5
    assert chosen in (candidate, "#000000", "#ffffff")


@given(PIXELS)
def test_a_scrim_makes_light_letters_read_on_anything(pixels):
    opacity = scrim_opacity(pixels, "#ffffff", "#101010")
    assert contrast_under(overlaid(pixels, "#101010", opacity), "#ffffff") >= 4.5
    if opacity:
        less = overlaid(pixels, "#101010", opacity - 0.05)
        assert contrast_under(less, "#ffffff") < 4.5


def test_a_scrim_is_no_darker_than_needed():
    assert scrim_opacity([[0, 0, 0]], "#ffffff", "#000000") == 0
    assert scrim_opacity([[255, 255, 255]], "#ffffff", "#000000") == 0.55
    assert scrim_opacity([[255, 255, 255]], "#ffffff", "#eeeeee") == 1


def test_a_fading_scrim_is_full_below_and_nothing_far_above():
    rows = fading_scrim(100, 60, 20, 0.8)
    assert rows[:41].max() == 0 and rows[60:].min() == pytest.approx(0.8)
    assert (np.diff(rows) >= 0).all()
