"""An image encoder without a model: it sees the mean colour of a picture.

For tests: fast, and it never changes. Pictures are near when their colours are; `colour_map` takes
the names of a few colours, as `HashingEncoder` has them, to what it sees.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from .cross_modal import CrossModalMap
from .hashing_encoder import HashingEncoder
from .image_encoder import ImageEncoder, read_image

COLOURS = {
    "red": (220, 30, 30),
    "green": (30, 180, 40),
    "blue": (30, 60, 220),
    "yellow": (240, 220, 40),
}
"""Names that `colour_map` knows, with their red, green and blue."""


class ColourEncoder(ImageEncoder):
    """The interface of `ImageEncoder`; every vector depends on the mean colour alone."""

    def __init__(self, name: str = "colours") -> None:
        super().__init__(Path(name))

    @cached_property
    def dimensions(self) -> int:
        """Red, green and blue."""
        return 3

    def encode(
        self,
        paths: Sequence[Path | BinaryIO],
        on_batch: Callable[[int, int], None] | None = None,
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Unit vectors of the images, shape (images, 3), and which could be read."""
        vectors = np.zeros((len(paths), self.dimensions), dtype=np.float32)
        readable = np.zeros(len(paths), dtype=bool)
        for row, path in enumerate(paths):
            image = read_image(path)
            if image is not None:
                readable[row] = True
                colour = np.asarray(image, dtype=np.float32).mean(axis=(0, 1)) + 1e-3
                vectors[row] = colour / np.linalg.norm(colour)
        if on_batch:
            on_batch(len(paths), len(paths))
        return vectors, readable


def colour_map() -> CrossModalMap:
    """The map from `HashingEncoder`'s names of colours to `ColourEncoder`'s vectors."""
    texts = HashingEncoder().encode(list(COLOURS))
    seen = np.array(list(COLOURS.values()), dtype=np.float32)
    seen /= np.linalg.norm(seen, axis=1, keepdims=True)
    mean = seen.mean(axis=0)
    weight = np.linalg.pinv(texts) @ (seen - mean)
    return CrossModalMap(weight.astype(np.float32), np.zeros(3, dtype=np.float32), mean)
