import numpy as np
import pytest
from tastemaker.teaching.painting.styles import FILTERS, Style, plain

NAMES = sorted(FILTERS)
CREAM = np.array([0.96, 0.9, 0.8], np.float32)


def square(edge: int = 128) -> np.ndarray:
    drawing = np.zeros((edge, edge, 4), np.float32)
    drawing[40:88, 40:88] = (0.8, 0.1, 0.1, 1)
    return drawing


@pytest.mark.parametrize("name", NAMES)
def test_every_style_gives_a_picture_that_depends_on_its_draw_alone(name: str):
    one, again = (FILTERS[name](square(), CREAM, np.random.default_rng(3)) for _ in range(2))
    assert one.shape == (128, 128, 3) and np.isfinite(one).all()
    assert (one == again).all()


@pytest.mark.parametrize("name", NAMES)
def test_every_style_shows_the_drawing(name: str):
    draw = np.random.default_rng(3)
    drawn, empty = (
        np.clip(FILTERS[name](one, CREAM, draw), 0, 1) for one in (square(), square() * 0)
    )
    inside, outside = np.abs(drawn - empty)[38:90, 38:90], np.abs(drawn - empty)[:16, :16]
    assert inside.mean() > 2 * outside.mean()


def test_no_two_styles_are_the_same():
    styles: list[Style] = [plain, *FILTERS.values()]
    pictures = [one(square(), CREAM, np.random.default_rng(3)) for one in styles]
    for n, one in enumerate(pictures):
        assert all(np.abs(one - other).mean() > 0.005 for other in pictures[n + 1 :])


def test_pixel_art_is_made_of_blocks():
    picture = FILTERS["pixel art"](square(), CREAM, np.random.default_rng(3))
    blocks = picture.reshape(32, 4, 32, 4, 3)
    assert (blocks == blocks[:, :1, :, :1]).all()


def test_the_drawing_as_it_is_keeps_its_colours():
    picture = plain(square(), CREAM, np.random.default_rng(3))
    assert np.allclose(picture[64, 64], (0.8, 0.1, 0.1)) and np.allclose(picture[0, 0], CREAM)
