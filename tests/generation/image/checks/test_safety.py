"""Harmless drawings pass the real classifier."""

import pytest
from PIL import Image, ImageDraw
from tastemaker.generation.image.checks.safety import safety, safety_scores

pytestmark = pytest.mark.packs


def test_a_drawing_is_harmless(composed):
    image = Image.new("RGB", (300, 200), "#88bbee")
    ImageDraw.Draw(image).polygon([(0, 200), (150, 50), (300, 200)], fill="#335533")
    check = safety(image, composed(300, 200))
    assert check.ok and check.figure is not None and check.figure < 0.5
    assert safety(image, composed(300, 200)) == check


def test_scores_are_probabilities():
    scores = safety_scores([Image.new("RGB", (50, 400), "white"), Image.new("L", (9, 9))])
    assert scores.shape == (2, 3) and scores.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
