"""The same picture, stored otherwise, is found; different ones are not."""

import io

import numpy as np
from PIL import Image
from tastemaker.generation.image.checks.near_duplicates import near_pairs, perceptual_hash


def picture(seed: int) -> Image.Image:
    coarse = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), np.uint8)
    return Image.fromarray(coarse).resize((128, 128), Image.Resampling.BICUBIC)


def stored_again(image: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    image.resize((96, 96)).save(stream, "JPEG", quality=70)
    return Image.open(stream)


def test_the_same_picture_for_two_users_is_found():
    hashes = {f"u{seed}": perceptual_hash(picture(seed)) for seed in range(6)}
    assert near_pairs(hashes) == []
    [pair] = near_pairs({**hashes, "u7": perceptual_hash(stored_again(picture(2)))})
    assert (pair.first, pair.second) == ("u2", "u7")


def test_pairs_come_nearest_first():
    pairs = near_pairs({"a": "0" * 16, "b": "f" + "0" * 15, "c": "7" + "0" * 15}, bar=4)
    named = [(pair.first, pair.second, pair.distance) for pair in pairs]
    assert named == [("b", "c", 1), ("a", "c", 3)]


def test_hashes_are_text_and_stable():
    assert perceptual_hash(picture(1)) == perceptual_hash(picture(1).convert("RGBA"))
    assert len(perceptual_hash(picture(1))) == 16
    assert near_pairs({}) == [] and near_pairs({"alone": "0" * 16}) == []
