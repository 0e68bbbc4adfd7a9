"""The map between words and pictures: lengths, the way back, files, and whom it fits."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tastemaker.recommender.colour_encoder import COLOURS, ColourEncoder, colour_map
from tastemaker.recommender.cross_modal import CARD, SHIPPED, CrossModalMap, shipped_map
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.settings import Settings

TEXTS, IMAGES = 5, 3
WORDS = list(COLOURS)


def drawn(seed: int) -> CrossModalMap:
    """A map of random numbers."""
    rng = np.random.default_rng(seed)
    shapes = ((TEXTS, IMAGES), (IMAGES,), (IMAGES,))
    weight, bias, mean = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
    return CrossModalMap(weight, bias, mean)


def rows(dimensions: int) -> st.SearchStrategy[np.ndarray]:
    """Vectors, some of them zero."""
    numbers = st.floats(-4, 4, width=32).map(lambda number: round(number, 2))
    shape = st.tuples(st.integers(0, 4), st.just(dimensions))
    return shape.flatmap(lambda one: hnp.arrays(np.float32, one, elements=numbers))


def assert_unit_or_zero(vectors: np.ndarray) -> None:
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((lengths == 0) | (np.abs(lengths - 1) < 1e-4)) and vectors.dtype == np.float32


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 9), rows(TEXTS), rows(IMAGES))
def test_vectors_have_length_one_and_zeros_stay_zeros(seed, texts, images):
    bridge = drawn(seed)
    assert_unit_or_zero(bridge.text(texts))
    seen = bridge.image(images)
    assert_unit_or_zero(seen)
    assert not seen[~images.any(axis=1)].any()
    back = bridge.words(seen)
    assert_unit_or_zero(back)
    assert not back[~seen.any(axis=1)].any()
    assert bridge.text(texts).shape == (len(texts), IMAGES) and back.shape == (len(images), TEXTS)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 9), rows(IMAGES))
def test_an_image_is_what_it_has_beyond_the_mean(seed, images):
    bridge = drawn(seed)
    for image, seen in zip(images, bridge.image(images), strict=True):
        beyond = image - bridge.mean
        if image.any():
            assert seen == pytest.approx(beyond / np.linalg.norm(beyond), abs=1e-4)


def test_the_way_back_orders_texts_as_the_common_space_does():
    """Before a text's vector is brought to length 1, with no bias: (t W) · v = t · (W v)."""
    rng = np.random.default_rng(1)
    bridge = CrossModalMap(drawn(3).weight, np.zeros(IMAGES, np.float32), drawn(3).mean)
    texts = rng.normal(size=(20, TEXTS)).astype(np.float32)
    for image in bridge.image(rng.normal(size=(5, IMAGES)).astype(np.float32)):
        there = (texts @ bridge.weight) @ image
        back = texts @ bridge.words(image[None])[0]
        assert np.argsort(there).tolist() == np.argsort(back).tolist()


def test_colours_and_their_names_meet():
    bridge, encoder = colour_map(), HashingEncoder()
    names = bridge.text(encoder.encode(WORDS))
    seen = np.array(list(COLOURS.values()), np.float32)
    seen = bridge.image(seen / np.linalg.norm(seen, axis=1, keepdims=True))
    assert np.diag(names @ seen.T) == pytest.approx(1.0, abs=1e-4)
    assert (names @ seen.T).argmax(axis=1).tolist() == [0, 1, 2, 3]
    back = bridge.words(seen) @ encoder.encode(WORDS).T
    assert back.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_what_is_saved_is_loaded(tmp_path: Path):
    bridge = drawn(7)
    bridge.save(tmp_path)
    loaded = CrossModalMap.load(tmp_path)
    for name in ("weight", "bias", "mean"):
        before, after = getattr(bridge, name), getattr(loaded, name)
        assert after.dtype == np.float32 and after.shape == before.shape
        assert after == pytest.approx(before, rel=1e-3, abs=1e-4)
    loaded.save(tmp_path)  # half precision loses nothing the second time
    again = CrossModalMap.load(tmp_path)
    assert all(np.array_equal(getattr(loaded, n), getattr(again, n)) for n in ("weight", "mean"))


def test_a_map_fits_the_encoders_of_its_card_only(tmp_path: Path):
    drawn(0).save(tmp_path)
    assert shipped_map("words", "eyes", tmp_path) is None, "nobody knows what it was trained for"
    (tmp_path / CARD).write_text(json.dumps({"text_encoder": "words", "image_encoder": "eyes"}))
    assert isinstance(shipped_map("words", "eyes", tmp_path), CrossModalMap)
    for names in (("words", "other"), ("other", "eyes"), ("eyes", "words"), ("", "")):
        assert shipped_map(*names, tmp_path) is None
    assert shipped_map("words", "eyes", tmp_path / "nowhere") is None


def test_the_shipped_map_fits_the_default_encoders():
    assert (SHIPPED / CARD).is_file()
    standard = Settings()
    bridge = shipped_map(standard.text_encoder, standard.image_encoder)
    assert bridge is not None
    words, eyes = bridge.weight.shape
    assert bridge.bias.shape == bridge.mean.shape == (eyes,)
    assert np.isfinite(bridge.weight).all() and 0 < np.linalg.norm(bridge.mean) < 1
    assert_unit_or_zero(bridge.text(np.eye(words, dtype=np.float32)))
    assert shipped_map(standard.text_encoder, "clip-vit-l-14") is None


def test_the_encoder_of_tests_sees_mean_colours(tmp_path: Path):
    from PIL import Image

    Image.new("RGB", (9, 9), (255, 0, 0)).save(tmp_path / "red.png")
    Image.new("RGB", (2, 2), (0, 0, 0)).save(tmp_path / "black.png")
    two = Image.new("RGB", (10, 4), (200, 0, 0))
    two.paste((0, 200, 0), (5, 0, 10, 4))
    two.save(tmp_path / "two.png")
    (tmp_path / "bad.png").write_bytes(b"no image")
    paths = [tmp_path / f"{name}.png" for name in ("red", "two", "black", "bad", "gone")]
    done = []
    vectors, readable = ColourEncoder().encode(paths, lambda *count: done.append(count))
    assert readable.tolist() == [True, True, True, False, False] and done == [(5, 5)]
    assert vectors[0] == pytest.approx([1, 0, 0], abs=1e-4)
    assert vectors[1] == pytest.approx([0.5**0.5, 0.5**0.5, 0], abs=1e-4)
    assert vectors[2] == pytest.approx([3**-0.5] * 3) and not vectors[3:].any()
