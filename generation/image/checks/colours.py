"""How near the colours that were painted are to those that were meant (CIEDE2000)."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..extra import paint_extra
from ..records import Check, Composition

BAR = 25.0
"""CIEDE2000; 1 is a just noticeable difference, and unrelated colours are 30 to 60 apart."""
COLOURS = 8
"""Dominant colours that are looked at."""
EDGE = 128
"""Pixels of the longer edge that are enough for them."""


def colours(image: Image.Image, composition: Composition) -> Check:
    """Mean distance of the painted part's dominant colours to the nearest colour that was meant.

    Each colour weighs as much as it covers. The product's box is left out: its colours are its own.

    Raises:
        MissingError: scikit-image is not installed.
    """
    if not composition.palette:
        return Check(name="colours", figure=None, bar=BAR, ok=True, note="no colours were meant")
    found, shares = dominant_colours(_painted(image, composition))
    meant = np.array([_rgb(colour) for colour in composition.palette])
    figure = float((_distances(found, meant).min(axis=1) * shares).sum())
    note = "" if figure <= BAR else "painted in other colours than were meant"
    return Check(name="colours", figure=round(figure, 2), bar=BAR, ok=figure <= BAR, note=note)


def dominant_colours(
    pixels: NDArray[np.uint8],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The dominant colours, RGB in 0 to 1, shape (colours, 3), and their shares, shape (colours,).

    Args:
        pixels: RGB, shape (pixels, 3).
    """
    strip = Image.fromarray(pixels[None])
    strip = strip.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    labels = np.asarray(strip)[0]
    counts = np.bincount(labels)
    sums = np.stack([np.bincount(labels, pixels[:, band]) for band in range(3)], axis=1)
    used = counts > 0
    return sums[used] / counts[used, None] / 255, counts[used] / len(labels)


def _painted(image: Image.Image, composition: Composition) -> NDArray[np.uint8]:
    keep = np.ones((image.height, image.width), bool)
    if composition.product:
        at = composition.product
        keep[at.top : at.bottom, at.left : at.right] = False
    at = composition.picture
    box = (at.left, at.top, at.right, at.bottom)
    part = image.convert("RGB").crop(box)
    part.thumbnail((EDGE, EDGE), Image.Resampling.BOX)
    kept = Image.fromarray(keep).crop(box).resize(part.size, Image.Resampling.NEAREST)
    pixels = np.asarray(part).reshape(-1, 3)
    chosen = pixels[np.asarray(kept).reshape(-1)]
    return chosen if len(chosen) else pixels


def _distances(found: NDArray[np.float64], meant: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIEDE2000 of each pair, shape (found, meant)."""
    with paint_extra():
        from skimage.color import deltaE_ciede2000, rgb2lab

    return deltaE_ciede2000(rgb2lab(found)[:, None], rgb2lab(meant)[None])


def _rgb(colour: str) -> list[float]:
    return [part / 255 for part in bytes.fromhex(colour.removeprefix("#"))]
