"""Item-to-item weights: what a history says of an item is a sum over the history's items."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..histories import Histories
from .recency import recency_weights
from .sparse_scores import SparseScores, no_opinion


class Linear:
    """Scores of the items that people met most; it has no opinion of the others.

    Nor of anything for a person who met none of them.
    """

    name: str

    def __init__(
        self,
        weights: NDArray[np.float32],
        items: NDArray[np.int64],
        item_count: int,
        recency: float,
    ) -> None:
        self._weights = weights
        """How much having met one item (row) speaks for another (column)."""
        self._items = items
        """Item rows of the catalogue that the weights are about, ascending."""
        self._recency = recency
        self._places = places_of(items, item_count)

    def scores(self, histories: Histories) -> Iterator[SparseScores]:
        """See `Channel`."""
        for user in range(len(histories)):
            items = histories.items_of(user)
            weights = recency_weights(len(items), self._recency)
            places = self._places[items]
            known = places >= 0
            if known.any():
                yield SparseScores(self._items, weights[known] @ self._weights[places[known]])
            else:
                yield no_opinion()

    def save(self, folder: Path) -> None:
        """See `Channel`."""
        np.save(folder / "weights.npy", self._weights)
        np.save(folder / "items.npy", self._items)
        card = {"item_count": len(self._places), "recency": self._recency}
        (folder / f"{self.name}.json").write_text(json.dumps(card))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See `Channel`; the weights stay on disk until used."""
        card = json.loads((folder / f"{cls.name}.json").read_text())
        weights = np.load(folder / "weights.npy", mmap_mode="r")
        return cls(weights, np.load(folder / "items.npy"), card["item_count"], card["recency"])


def most_met(histories: Histories, at_most: int) -> NDArray[np.int64]:
    """The rows of the `at_most` items of most interactions, ascending; none that nobody met."""
    counts = np.bincount(histories.items, minlength=histories.item_count)
    items = np.sort(np.argsort(-counts, kind="stable")[:at_most])
    return items[counts[items] > 0]


def places_of(items: NDArray[np.int64], item_count: int) -> NDArray[np.int64]:
    """Where each item of the catalogue stands among `items`, -1 if it does not. (item_count,)."""
    places = np.full(item_count, -1, dtype=np.int64)
    places[items] = np.arange(len(items))
    return places
