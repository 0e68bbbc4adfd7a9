from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tastemaker.recommender.colour_encoder import COLOURS, ColourEncoder, colour_map
from tastemaker.recommender.hashing_encoder import HashingEncoder


def paint(folder: Path, *colours: tuple[int, int, int]) -> list[Path]:
    """A picture of each colour."""
    paths = [folder / f"{n}.png" for n in range(len(colours))]
    for path, colour in zip(paths, colours, strict=True):
        Image.new("RGB", (8, 6), colour).save(path)
    return paths


def test_the_same_picture_always_gives_the_same_unit_vector(tmp_path):
    paths = paint(tmp_path, *COLOURS.values())
    seen = []
    vectors, readable = ColourEncoder().encode(paths, lambda *at: seen.append(at))
    assert vectors.shape == (4, ColourEncoder().dimensions) and vectors.dtype == np.float32
    assert readable.all() and readable.dtype == np.bool_ and seen == [(4, 4)]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert (ColourEncoder().encode(paths)[0] == vectors).all()
    assert (ColourEncoder().encode(paths[::-1])[0] == vectors[::-1]).all()


def test_pictures_are_near_when_their_colours_are(tmp_path):
    paths = paint(tmp_path, (250, 10, 10), (230, 40, 20), (200, 120, 20), (10, 10, 250))
    vectors, _ = ColourEncoder().encode(paths)
    near, further, far = (float(vectors[0] @ vectors[n]) for n in (1, 2, 3))
    assert near > further > far


def test_half_red_half_blue_is_the_mean_of_both(tmp_path):
    image = Image.new("RGB", (8, 8), (200, 0, 0))
    image.paste((0, 0, 100), (4, 0, 8, 8))
    image.save(tmp_path / "half.png")
    ((vector,), _) = ColourEncoder().encode([tmp_path / "half.png"])
    assert vector == pytest.approx(np.array([2, 0, 1]) / np.sqrt(5), abs=1e-4)


def test_what_cannot_be_read_is_a_zero_row_and_black_is_not(tmp_path):
    (tmp_path / "torn.png").write_bytes(b"no image")
    paths = [*paint(tmp_path, (0, 0, 0)), tmp_path / "torn.png", tmp_path / "gone.png"]
    vectors, readable = ColourEncoder().encode(paths)
    assert readable.tolist() == [True, False, False]
    assert vectors[0].any() and not vectors[1:].any()
    vectors, readable = ColourEncoder().encode([])
    assert vectors.shape == (0, 3) and readable.shape == (0,)


def test_the_map_takes_each_colours_name_to_its_picture(tmp_path):
    mapped = colour_map()
    texts = mapped.text(HashingEncoder().encode([f"a {name} one" for name in COLOURS]))
    pictures, _ = ColourEncoder().encode(paint(tmp_path, *COLOURS.values()))
    scores = texts @ mapped.image(pictures).T
    assert scores.argmax(axis=1).tolist() == list(range(len(COLOURS)))
    exact = mapped.text(HashingEncoder().encode(list(COLOURS)))
    assert (exact * mapped.image(pictures)).sum(axis=1) == pytest.approx(1.0, abs=1e-3)
