"""Scores of few items."""

import numpy as np
from numpy.typing import NDArray

from ..lexical import top
from ..vectors import Hits


class SparseScores:
    """Scores of the items that a channel has an opinion of; they cost what these few cost."""

    def __init__(self, rows: NDArray[np.integer], values: NDArray[np.float32]) -> None:
        """`rows` ascending and distinct, `values` their scores; both of shape (scored items,)."""
        self._rows = rows
        self._values = values

    def top(self, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """See `Scores`."""
        keep = np.flatnonzero(allowed[self._rows])
        found = keep[top(self._values[keep], k)]
        return self._rows[found].astype(np.int64), self._values[found]

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `Scores`; `-inf` without an opinion."""
        scores = np.full(len(rows), -np.inf, dtype=np.float32)
        if len(self._rows):
            places = np.minimum(np.searchsorted(self._rows, rows), len(self._rows) - 1)
            known = self._rows[places] == rows
            scores[known] = self._values[places[known]]
        return scores


def no_opinion() -> SparseScores:
    """Scores of a person about whom a channel knows nothing."""
    return SparseScores(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
