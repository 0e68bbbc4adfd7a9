"""BM25 over an item's words (title, text, attribute values), through bm25s."""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from .vectors import Hits

_NO_WORDS = "\0"
"""Where no document has a word: a vocabulary may not be empty, and nobody types this."""


class LexicalIndex:
    """A BM25 index whose document numbers are item rows."""

    def __init__(self, index: bm25s.BM25) -> None:
        self._index = index

    @classmethod
    def build(cls, documents: Sequence[str]) -> "LexicalIndex":
        """Index one document per item, in row order."""
        index = bm25s.BM25()
        tokens = bm25s.tokenize(
            list(documents), return_ids=False, show_progress=False, stopwords="en"
        )
        index.index(tokens if any(tokens) else [[_NO_WORDS]] * len(documents), show_progress=False)
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read an index that `save` wrote."""
        return cls(bm25s.BM25.load(str(folder)))

    def save(self, folder: Path) -> None:
        """Write the index as a folder."""
        self._index.save(str(folder))

    def search(self, text: str, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """The best `k` allowed items that share a word with `text`."""
        words = bm25s.tokenize([text], return_ids=False, show_progress=False, stopwords="en")[0]
        words = [str(word) for word in words if word in self._index.vocab_dict]
        if not words:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        scores = np.where(allowed, self._index.get_scores(words), 0.0).astype(np.float32)
        rows = top(scores, k)
        rows = rows[scores[rows] > 0]
        return rows, scores[rows]


def top(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Rows of the `k` highest scores, best first; ties in row order."""
    k = min(k, len(scores))
    if k == 0:
        return np.empty(0, dtype=np.int64)
    last = np.partition(scores, len(scores) - k)[len(scores) - k]
    above = np.flatnonzero(scores > last)
    rows = np.concatenate([above, np.flatnonzero(scores == last)[: k - len(above)]])
    return rows[np.lexsort((rows, -scores[rows]))].astype(np.int64)
