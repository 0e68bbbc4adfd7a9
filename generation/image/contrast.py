"""Whether letters can be read on what is under them: WCAG 2's contrast, measured on pixels.

W3C, Web Content Accessibility Guidelines 2.2, "relative luminance", "contrast ratio" and success
criterion 1.4.3 (https://www.w3.org/TR/WCAG22/).
"""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import ImageColor

TEXT = 4.5
"""Contrast that text needs."""
LARGE_TEXT = 3.0
"""Contrast that large text, and what is no text, needs."""
_STEPS = [step / 20 for step in range(21)]


def relative_luminance(rgb: ArrayLike) -> NDArray[np.float64]:
    """Luminance of 8-bit sRGB colours (…, 3), from 0 for black to 1 for white; shape (…).

    L = 0.2126 R + 0.7152 G + 0.0722 B, each channel linear: c / 12.92 up to 0.04045, else
    ((c + 0.055) / 1.055) ^ 2.4, where c is the channel divided by 255.
    """
    channels = np.asarray(rgb, dtype=np.float64) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast_ratio(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """(lighter + 0.05) / (darker + 0.05) of 8-bit sRGB colours (…, 3): from 1 to 21; shape (…)."""
    first, second = relative_luminance(one), relative_luminance(other)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def needed_contrast(size: float, bold: bool) -> float:
    """What text of a size in pixels needs: 3 from 24 px, or 18.66 px in bold, on; else 4.5."""
    return LARGE_TEXT if size >= (18.66 if bold else 24) else TEXT


def contrast_under(pixels: ArrayLike, colour: str, percentile: float = 5) -> float:
    """Contrast of letters of a colour with the worst of the pixels (…, 3) under them.

    The worst `percentile` per cent count as one, so that no single speck decides.
    """
    ratios = contrast_ratio(pixels, ImageColor.getrgb(colour)[:3])
    return float(np.percentile(ratios, percentile, method="lower"))


def readable_colour(pixels: ArrayLike, candidates: Sequence[str], needed: float = TEXT) -> str:
    """The first candidate that is read on the pixels (…, 3), else the best, black and white too."""
    for one in candidates:
        if contrast_under(pixels, one) >= needed:
            return one
    return max((*candidates, "#000000", "#ffffff"), key=lambda one: contrast_under(pixels, one))


def overlaid(pixels: ArrayLike, colour: str, opacity: ArrayLike) -> NDArray[np.uint8]:
    """8-bit pixels (…, 3) under a colour of an opacity from 0 to 1 (one, or one per pixel)."""
    over = np.asarray(ImageColor.getrgb(colour)[:3], dtype=np.float64)
    alpha = np.asarray(opacity, dtype=np.float64)[..., None]
    return np.rint(np.asarray(pixels) * (1 - alpha) + over * alpha).astype(np.uint8)


def scrim_opacity(pixels: ArrayLike, ink: str, scrim: str, needed: float = TEXT) -> float:
    """The least opacity (in steps of 0.05) at which letters are read on the pixels under a scrim.

    1 where even the bare scrim is too near to the ink: choose another pair.
    """

    def is_read(opacity: float) -> bool:
        return contrast_under(overlaid(pixels, scrim, opacity), ink) >= needed

    return _STEPS[min(bisect_left(_STEPS, True, key=is_read), len(_STEPS) - 1)]


def fading_scrim(height: int, solid_from: int, fade: int, opacity: float) -> NDArray[np.float64]:
    """Opacity of each row: full from `solid_from` down, fading to none `fade` rows above it."""
    risen = np.clip((np.arange(height) - (solid_from - fade)) / max(fade, 1), 0, 1)
    return opacity * risen * risen * (3 - 2 * risen)
