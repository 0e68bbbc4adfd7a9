"""Cosines in a space of two dimensions; the real encoder only under the marker `packs`."""

import numpy as np
import pytest
from PIL import Image
from tastemaker.generation.image.checks.judging_encoder import encode
from tastemaker.generation.image.checks.memorisation import (
    held_out_bar,
    memorisation,
    nearest_cosines,
)

TRAINING = np.array([[1, 0], [0, 1]], np.float32)


def test_the_nearest_counts():
    vectors = np.array([[1, 0], [0.6, 0.8], [-1, 0]], np.float32)
    assert nearest_cosines(vectors, TRAINING) == pytest.approx([1, 0.8, 0])
    assert held_out_bar(vectors, TRAINING, 0.5) == pytest.approx(0.8)


@pytest.mark.packs
def test_a_training_picture_is_recognised():
    kept = Image.linear_gradient("L").convert("RGB")
    other = Image.radial_gradient("L").rotate(30).convert("RGB")
    training = encode([kept])
    check = memorisation(kept, training, bar=0.95)
    assert not check.ok and check.figure == pytest.approx(1, abs=1e-4) and check.note
    assert memorisation(other, training, bar=0.95).ok
