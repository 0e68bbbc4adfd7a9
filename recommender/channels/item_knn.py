"""Item-based nearest neighbours: what was met by the same people as the items of a history.

Sarwar et al. 2001, "Item-based collaborative filtering"; shrinkage as in Bell & Koren 2007.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ...packages import Progress, silent
from ..collaborative import nearest_items
from ..histories import Histories
from .recency import recency_weights
from .sparse_scores import SparseScores


class ItemKnn:
    """Summed similarity to the items of a history; no opinion of items that neighbour none."""

    name = "item_knn"

    def __init__(
        self,
        starts: NDArray[np.int64],
        neighbours: NDArray[np.int32],
        similarities: NDArray[np.float32],
        recency: float,
    ) -> None:
        self._starts = starts
        """Where each item's neighbours begin, and the end of the last. Shape (items + 1,)."""
        self._neighbours = neighbours
        self._similarities = similarities
        self._recency = recency

    @classmethod
    def fit(
        cls,
        histories: Histories,
        neighbours: int = 50,
        shrinkage: float = 10.0,
        recency: float = 1.5,
        progress: Progress = silent,
    ) -> Self:
        """The nearest `neighbours` of each item by the people who met both.

        `shrinkage` is added to the cosine's denominator, in people; `recency` is the exponent of
        `recency_weights`, for scoring only.
        """
        nearest = nearest_items(histories.matrix(), neighbours, shrinkage, progress)
        return cls(
            nearest.indptr.astype(np.int64),
            nearest.indices.astype(np.int32),
            nearest.data.astype(np.float32),
            recency,
        )

    def scores(self, histories: Histories) -> Iterator[SparseScores]:
        """See `Channel`."""
        for user in range(len(histories)):
            items = histories.items_of(user)
            starts = self._starts[items]
            lengths = self._starts[items + 1] - starts
            ends = np.cumsum(lengths)
            places = np.repeat(starts - (ends - lengths), lengths) + np.arange(lengths.sum())
            weights = np.repeat(recency_weights(len(items), self._recency), lengths)
            rows, found = np.unique(self._neighbours[places], return_inverse=True)
            values = np.bincount(found, weights * self._similarities[places], len(rows))
            yield SparseScores(rows, values.astype(np.float32))

    def save(self, folder: Path) -> None:
        """See `Channel`."""
        np.save(folder / "starts.npy", self._starts)
        np.save(folder / "neighbours.npy", self._neighbours)
        np.save(folder / "similarities.npy", self._similarities)
        (folder / "item_knn.json").write_text(json.dumps({"recency": self._recency}))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See `Channel`; the neighbours stay on disk until used."""
        return cls(
            np.load(folder / "starts.npy"),
            np.load(folder / "neighbours.npy", mmap_mode="r"),
            np.load(folder / "similarities.npy", mmap_mode="r"),
            json.loads((folder / "item_knn.json").read_text())["recency"],
        )
