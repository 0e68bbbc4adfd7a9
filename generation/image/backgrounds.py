"""Pictures whose background is one colour: which colour, and what stands before it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_EVEN = 0.97
_SOFT = 60
_SOFT_SHARE = 0.06


def border_colour(picture: Image.Image, tolerance: int = 12) -> tuple[int, int, int] | None:
    """The colour (8-bit RGB) of a picture's border; none where that is not one colour.

    It is one where 97 % of the outermost pixels lie within `tolerance` of their median.
    """
    pixels = np.asarray(picture.convert("RGB")).astype(np.int16)
    ring = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    median = np.median(ring, axis=0).astype(np.int16)
    if np.mean(np.abs(ring - median).max(axis=1) <= tolerance) < _EVEN:
        return None
    red, green, blue = (int(channel) for channel in median)
    return red, green, blue


def foreground(
    picture: Image.Image, background: tuple[int, int, int], tolerance: int = 24
) -> NDArray[np.bool_]:
    """What is not background (height, width): the background is what is like it (`tolerance`) and
    connects to the border, so that a white label on a white ground stays. Its rim is left out,
    which is mixed with the background."""
    from scipy import ndimage

    pixels = np.asarray(picture.convert("RGB")).astype(np.int16)
    alike = np.abs(pixels - np.array(background)).max(axis=2) <= tolerance
    labels = np.empty(alike.shape, np.int32)
    ndimage.label(alike, output=labels)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    behind = np.isin(labels, np.unique(edge[edge > 0]))
    return _eroded(~behind, 1)


def is_crisp(
    picture: Image.Image, kept: NDArray[np.bool_], background: tuple[int, int, int]
) -> bool:
    """Whether what is kept (height, width) stands off its background all round: at most 6 % of its
    rim, two pixels wide, is nearly of the background's colour, as soft shadows are."""
    rim = kept & ~_eroded(kept, 2)
    if not rim.any():
        return False
    pixels = np.asarray(picture.convert("RGB")).astype(np.int16)[rim]
    near = np.abs(pixels - np.array(background)).max(axis=1) < _SOFT
    return float(near.mean()) <= _SOFT_SHARE


def _eroded(mask: NDArray[np.bool_], times: int) -> NDArray[np.bool_]:
    from scipy import ndimage

    return np.asarray(ndimage.binary_erosion(mask, iterations=times, border_value=1), np.bool_)
