"""A text encoder without a model: words hashed into a vector.

For tests: fast, and it never changes. Texts are near when they share words; it knows no synonyms
and no grammar.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .text_encoder import TextEncoder

DIMENSIONS = 256


class HashingEncoder(TextEncoder):
    """The interface of `TextEncoder`; every vector depends on the text alone."""

    def __init__(self, name: str = "hashing") -> None:
        super().__init__(Path(name))

    def encode(
        self, texts: Sequence[str], on_batch: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors of the texts. Shape (texts, dimensions)."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            # A text without words is a vector too: the one of the empty word.
            for word in re.findall(r"\w+", text.lower()) or [""]:
                digest = hashlib.sha256(word.encode()).digest()
                vectors[row, digest[0]] += 1.0
        if on_batch:
            on_batch(len(texts), len(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
