import numpy as np
import pytest
from PIL import Image
from tastemaker.generation.image.looks import Look
from tastemaker.teaching.painting.drawings import SETS, subjects
from tastemaker.teaching.painting.rendering import (
    EDGE,
    FILTERED,
    GROUNDS,
    OWN_STYLES,
    STYLES,
    held_out_drawing,
    held_out_pair,
    paint,
    random_look,
    told,
)
from tastemaker.teaching.painting.styles import FILTERS
from tastemaker.teaching.train_image import vocabulary


def drawing() -> Image.Image:
    image = Image.new("RGBA", (256, 256))
    image.paste((200, 20, 20, 255), (48, 48, 208, 208))
    return image


def red(picture: np.ndarray) -> float:
    pixels = picture.astype(int)
    return float(((pixels[..., 0] > 150) & (pixels[..., 1] < 80)).mean())


def test_a_pattern_repeats_the_drawing():
    alone, pattern = (
        paint(
            drawing(), Look(style="cartoon", ground="cream", pattern=one), np.random.default_rng(0)
        )
        for one in (False, True)
    )
    assert red(alone) > 0.15 and red(pattern) > 0.1
    quarters = [
        pattern[row : row + 64, column : column + 64] for row in (0, 64) for column in (0, 64)
    ]
    assert all(red(one) > 0.1 for one in quarters)


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_ground_has_its_colour(ground: str):
    picture = paint(drawing(), Look(style="cartoon", ground=ground), np.random.default_rng(0))
    assert picture.shape == (EDGE, EDGE, 3) and picture.dtype == np.uint8
    assert np.abs(picture[2, 2].astype(int) - GROUNDS[ground]).max() < 25


def test_a_tenth_of_the_pairs_and_a_twentieth_of_the_drawings_are_held_out():
    pairs = [held_out_pair(subject, style) for subject in subjects() for style in FILTERS]
    assert 0.08 < np.mean(pairs) < 0.12
    assert not any(held_out_pair(subject, "cartoon") for subject in subjects())
    drawings = [held_out_drawing(subject, one.name) for subject in subjects() for one in SETS]
    assert 0.03 < np.mean(drawings) < 0.07


def test_every_style_has_one_drawing_of_each_subject():
    styles = [*OWN_STYLES.values(), *(style for one in FILTERED.values() for style in one)]
    assert sorted(styles) == sorted(STYLES)


def test_looks_are_drawn_from_what_the_vocabulary_says():
    draw, known = np.random.default_rng(0), vocabulary()
    looks = [random_look("neon", draw) for _ in range(200)]
    assert {one.ground for one in looks} == set(known.grounds)
    assert 0.03 < np.mean([one.pattern for one in looks]) < 0.2
    assert set(known.styles) == set(STYLES) and set(OWN_STYLES) == {one.name for one in SETS}
    silent = [told(one, draw).ground is None for one in looks]
    assert 0.05 < np.mean(silent) < 0.3
