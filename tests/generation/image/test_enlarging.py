import numpy as np
import pytest
from PIL import Image, ImageDraw
from tastemaker.generation.image.enlarging import enlarged


def _disc() -> Image.Image:
    image = Image.new("RGB", (128, 128), (250, 240, 200))
    ImageDraw.Draw(image).ellipse((30, 30, 98, 98), fill=(200, 30, 30))
    return image


@pytest.mark.parametrize("outlines", [True, False])
def test_a_picture_keeps_its_colours_and_shapes(outlines: bool):
    large = np.asarray(enlarged(_disc(), outlines=outlines, edge=512), np.int64)
    assert large.shape == (512, 512, 3)
    assert abs(large[256, 256] - (200, 30, 30)).max() < 12
    assert abs(large[10, 10] - (250, 240, 200)).max() < 12
    red = (large[..., 1] < 130).mean()
    assert abs(red - np.pi * 34**2 / 128**2) < 0.02


def test_traced_outlines_are_sharper():
    widths = {}
    for outlines in (True, False):
        row = np.asarray(enlarged(_disc(), outlines=outlines, edge=1024), np.int64)[512, :512, 1]
        widths[outlines] = ((row > 60) & (row < 210)).sum()
    assert widths[True] < widths[False]


def test_the_same_picture_gives_the_same_bytes():
    first, second = (enlarged(_disc(), outlines=True).tobytes() for _ in range(2))
    assert first == second


def test_a_large_picture_is_only_resampled():
    large = Image.linear_gradient("L").resize((600, 600)).convert("RGB")
    assert enlarged(large, outlines=True, edge=600).tobytes() == large.tobytes()
