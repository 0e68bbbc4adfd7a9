"""What every channel offers, and its scores for one person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ..histories import Histories
from ..lexical import top
from ..vectors import Hits, VectorIndex


class Scores(Protocol):
    """One channel's opinion of the items for one person; higher is better."""

    def top(self, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """The best `k` allowed items that the channel has an opinion of. `allowed` (items,)."""
        ...

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The scores of these items. Shape (rows,)."""
        ...


class Channel(Protocol):
    """A trained scorer of items."""

    name: str
    """Also its folder's name when saved."""

    def scores(self, histories: Histories) -> Iterator[Scores]:
        """One `Scores` per user of `histories`, in order."""
        ...

    def save(self, folder: Path) -> None:
        """Write into an existing, empty folder."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        ...


class DenseScores:
    """Scores of every item, in memory; an item of score `-inf` is one without opinion."""

    def __init__(self, scores: NDArray[np.float32]) -> None:
        self.values = scores
        """Shape (items,)."""

    def top(self, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """See `Scores`."""
        scores = np.where(allowed, self.values, -np.inf).astype(np.float32)
        found = top(scores, min(k, len(scores)))
        found = found[scores[found] > -np.inf]
        return found, scores[found]

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `Scores`."""
        return self.values[rows]


class VectorScores:
    """Inner products of a person's vector with the items' vectors, found through an index."""

    def __init__(self, vector: NDArray[np.float32], index: VectorIndex) -> None:
        self._vector = vector
        self._index = index

    def top(self, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """See `Scores`."""
        return self._index.search(self._vector, k, allowed)

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `Scores`."""
        return self._index.vectors(rows) @ self._vector
