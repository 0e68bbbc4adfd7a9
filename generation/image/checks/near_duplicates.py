"""Whether the pictures of several users are really several: perceptual hashes, all pairs.

The hash is pHash (Zauner 2010, as `imagehash` computes it): 64 signs of the lowest frequencies. It
sees the arrangement of light, so compare painted parts; whole layouts are alike by design.
"""

from collections.abc import Mapping

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict

from ..extra import paint_extra

BAR = 6
"""Bits of 64; pictures that differ in fewer look the same."""


class NearPair(BaseModel):
    """Two pictures that look the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: str
    """Name of one."""
    second: str
    """Name of the other."""
    distance: int
    """Bits in which their hashes differ."""


def near_pairs(hashes: Mapping[str, str], bar: int = BAR) -> list[NearPair]:
    """The pairs whose hashes differ in fewer than `bar` bits, nearest first."""
    names = list(hashes)
    bits = np.array([int(hashes[name], 16) for name in names], np.uint64)
    pairs = []
    for at, name in enumerate(names):
        distances = np.bitwise_count(bits[at + 1 :] ^ bits[at])
        pairs += [
            NearPair(first=name, second=names[at + 1 + other], distance=int(distances[other]))
            for other in np.flatnonzero(distances < bar)
        ]
    return sorted(pairs, key=lambda pair: pair.distance)


def perceptual_hash(image: Image.Image) -> str:
    """16 hex digits, nearly the same for pictures that look the same.

    Raises:
        MissingError: imagehash is not installed.
    """
    with paint_extra():
        import imagehash

    return str(imagehash.phash(image.convert("RGB")))
