import numpy as np
import pytest
from PIL import Image
from tastemaker.generation.image.looks import Look
from tastemaker.teaching.painting.drawings import SETS, subjects
from tastemaker.teaching.painting.rendering import (
    EDGE,
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


def test_compositions_are_what_they_are_called():
    shares = {}
    for composition in (None, "small", "close-up", "pattern"):
        look = Look(style="cartoon", ground="cream", composition=composition)
        shares[composition] = red(paint(drawing(), look, np.random.default_rng(0)))
    assert shares["small"] < shares[None] < shares["close-up"]
    assert shares["pattern"] > 0.1


@pytest.mark.parametrize("ground", GROUNDS)
def test_the_ground_has_its_colour(ground: str):
    picture = paint(drawing(), Look(style="cartoon", ground=ground), np.random.default_rng(0))
    assert picture.shape == (EDGE, EDGE, 3) and picture.dtype == np.uint8
    assert np.abs(picture[2, 2].astype(int) - GROUNDS[ground]).max() < 25


def test_grades_move_all_colours():
    pictures = {
        grade: paint(
            drawing(), Look(style="cartoon", ground="orange", grade=grade), np.random.default_rng(0)
        ).astype(float)
        for grade in (None, "vivid", "muted", "warm", "cool", "monochrome")
    }
    chroma = {grade: np.ptp(one, axis=-1).mean() for grade, one in pictures.items()}
    assert chroma["monochrome"] == 0 and chroma["muted"] < chroma[None] < chroma["vivid"]
    warmth = {grade: (one[..., 0] - one[..., 2]).mean() for grade, one in pictures.items()}
    assert warmth["cool"] < warmth[None] < warmth["warm"]


def test_a_tenth_of_the_pairs_and_a_twentieth_of_the_drawings_are_held_out():
    pairs = [held_out_pair(subject, style) for subject in subjects() for style in FILTERS]
    assert 0.08 < np.mean(pairs) < 0.12
    assert not any(held_out_pair(subject, "cartoon") for subject in subjects())
    drawings = [held_out_drawing(subject, one.name) for subject in subjects() for one in SETS]
    assert 0.03 < np.mean(drawings) < 0.07


def test_looks_are_drawn_from_what_the_vocabulary_says():
    draw, known = np.random.default_rng(0), vocabulary()
    looks = [random_look("neon", draw) for _ in range(200)]
    assert {one.ground for one in looks} == set(known.grounds)
    assert {one.grade for one in looks} == {None, *known.grades}
    assert {one.composition for one in looks} == {None, *known.compositions}
    assert set(known.styles) == set(STYLES) and set(OWN_STYLES) == {one.name for one in SETS}
    silent = [told(one, draw).ground is None for one in looks]
    assert 0.05 < np.mean(silent) < 0.3
