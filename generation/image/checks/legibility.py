"""Whether people with weak sight can read the text: WCAG contrast, measured in the finished pixels.

What composed the picture computes contrast, too; this is another implementation on purpose, since
it judges that one. Letters are told from what is behind them by colour, their soft edges are left
out, and patches too broad for a stroke are background even where they have the letters' colour.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_dilation, distance_transform_edt

from ..records import Check, Composition, TextBlock

BAR, LARGE_BAR = 4.5, 3.0
"""WCAG 2.2, success criterion 1.4.3."""
LARGE, LARGE_BOLD = 24.0, 18.66
"""Pixels of the font from which text is large: 18 points, 14 points in bold."""
PERCENTILE = 5.0
"""Of the pixels behind a text, the worst that are forgiven."""
SAME = 40
"""Steps of 255 in every channel within which a pixel has the letters' colour."""
STROKE = 0.3
"""Of the font's size; nothing of a letter is broader."""
EDGE, SMALL_EDGE = 2, 4
"""Pixels around a letter that mix its colour with what is behind it; of small text even hairlines
do, and are found only from the stems beside them."""


def legibility(image: Image.Image, composition: Composition) -> Check:
    """The contrast of the text that is furthest below, or least above, what it needs."""
    pixels = np.asarray(image.convert("RGB"))
    worst: tuple[float, float, TextBlock] | None = None
    for block in composition.texts:
        figure, bar = text_contrast(pixels, block), needed(block)
        if worst is None or figure / bar < worst[0] / worst[1]:
            worst = figure, bar, block
    if worst is None:
        return Check(name="legibility", figure=None, bar=BAR, ok=True, note="no text stands in it")
    figure, bar, block = worst
    note = "" if figure >= bar else f"'{block.role}' is too faint on what is behind it"
    return Check(name="legibility", figure=round(figure, 2), bar=bar, ok=figure >= bar, note=note)


def needed(block: TextBlock) -> float:
    """The contrast that a text of its size needs."""
    return LARGE_BAR if block.size >= (LARGE_BOLD if block.bold else LARGE) else BAR


def text_contrast(pixels: NDArray[np.uint8], block: TextBlock) -> float:
    """Contrast of a text's letters with the worst of what is behind them, 1 to 21.

    1 where no pixel has the letters' colour, or nearly all have it.

    Args:
        pixels: the finished image, RGB, shape (height, width, 3).
    """
    edge = EDGE if block.size >= LARGE else SMALL_EDGE
    margin = max(edge + 2, block.size // 8)  # what is behind the outermost letters
    box, (height, width) = block.box, pixels.shape[:2]
    part = pixels[
        max(0, box.top - margin) : min(height, box.bottom + margin),
        max(0, box.left - margin) : min(width, box.right + margin),
    ].astype(np.int16)
    meant = np.array(list(bytes.fromhex(block.colour.removeprefix("#"))), np.int16)
    alike = np.abs(part - meant).max(axis=2) <= SAME
    letters = alike & ~_broad(alike, STROKE * block.size / 2)
    behind = np.logical_not(binary_dilation(letters, iterations=edge))
    if not letters.any() or not behind.any():
        return 1.0
    ink = luminance(_full(part[letters], meant))
    ground = luminance(part[behind])
    ratios = (np.maximum(ink, ground) + 0.05) / (np.minimum(ink, ground) + 0.05)
    return float(np.percentile(ratios, PERCENTILE))


def luminance(rgb: NDArray) -> NDArray[np.float64]:
    """Relative luminance (WCAG 2.2) of sRGB colours in 0 to 255, shape (…, 3) -> (…)."""
    parts = rgb / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def _full(letters: NDArray[np.int16], meant: NDArray[np.int16]) -> NDArray[np.float64]:
    """The colour inside the letters, where no edge mixes it: that of the nearest tenth."""
    off = np.abs(letters - meant).sum(axis=1)
    return letters[off <= np.percentile(off, 10)].mean(axis=0)


def _broad(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """What of a mask a disc of that radius can cover without leaving it (morphological opening)."""
    core = _depth(np.pad(mask, 1)) > radius  # the padding is not part of it
    if not core.any():
        return np.zeros_like(mask)
    return (_depth(~core) <= radius)[1:-1, 1:-1]


def _depth(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Pixels from each of a mask to the nearest outside; 0 outside."""
    return np.asarray(distance_transform_edt(mask))
