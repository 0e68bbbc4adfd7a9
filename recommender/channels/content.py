"""Items whose content resembles what a person liked: text, image or any other item vectors."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..histories import Histories
from ..vectors import Hits, VectorIndex
from .channel import Scores, VectorScores
from .recency import recency_weights
from .sparse_scores import no_opinion

ROUNDING = 1e-6
"""By so much a rating may fall short of a mean that is only rounded above it."""


def centred(vectors: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Unit vectors (items, d) of what sets each item apart from the mean of those with a vector.

    What all items of a catalogue share says nothing of taste, yet makes most of the cosine between
    any two of them (Mu & Viswanath 2018, "All-but-the-top"). Rows outside `mask` (items,) are 0.
    """
    apart = np.zeros(vectors.shape, dtype=np.float32)
    apart[mask] = vectors[mask] - vectors[mask].mean(axis=0)
    lengths = np.linalg.norm(apart, axis=1, keepdims=True)
    return apart / np.maximum(lengths, np.finfo(np.float32).tiny)


class MaskedScores:
    """Another's scores of some items; no opinion of the rest."""

    def __init__(self, scores: Scores, mask: NDArray[np.bool_]) -> None:
        self._scores = scores
        self._mask = mask

    def top(self, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """See `Scores`."""
        return self._scores.top(k, allowed & self._mask)

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """See `Scores`; `-inf` without an opinion."""
        return np.where(self._mask[rows], self._scores.at(rows), -np.inf).astype(np.float32)


class Content:
    """Cosine to the weighted mean of a history's item vectors.

    No opinion of items without the modality, nor of anything for a history that has none of it.
    """

    def __init__(
        self,
        name: str,
        index: VectorIndex,
        mask: NDArray[np.bool_],
        recency: float = 1.5,
        disliked: float = 0.5,
    ) -> None:
        """`index` holds vectors of unit length (see `centred`), `mask` (items,) who has one.

        `recency` is the exponent of `recency_weights`; an item rated below the person's own mean
        weighs `disliked` times as much as one that is not.
        """
        self.name = name
        """The modality, such as "text"."""
        self._index = index
        self._mask = mask
        self._recency = recency
        self._disliked = disliked

    def scores(self, histories: Histories) -> Iterator[Scores]:
        """See `Channel`."""
        for user in range(len(histories)):
            items = histories.items_of(user)
            values = histories.values[histories.starts[user] : histories.starts[user + 1]]
            weights = recency_weights(len(items), self._recency)
            weights[_below_mean(values)] *= self._disliked
            known = self._mask[items]
            mean = weights[known] @ self._index.vectors(items[known])
            length = float(np.linalg.norm(mean))
            if length == 0:
                yield no_opinion()
            else:
                yield MaskedScores(VectorScores(mean / length, self._index), self._mask)

    def save(self, folder: Path) -> None:
        """See `Channel`."""
        np.save(folder / "mask.npy", self._mask)
        self._index.save(folder / "vectors.faiss")
        card = {"name": self.name, "recency": self._recency, "disliked": self._disliked}
        (folder / "content.json").write_text(json.dumps(card))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See `Channel`."""
        card = json.loads((folder / "content.json").read_text())
        return cls(
            card["name"],
            VectorIndex.load(folder / "vectors.faiss"),
            np.load(folder / "mask.npy"),
            card["recency"],
            card["disliked"],
        )


def _below_mean(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which ratings are below their mean; an interaction without a rating never is."""
    rated = values[~np.isnan(values)]
    return values < rated.mean() - ROUNDING if len(rated) else np.zeros(len(values), dtype=bool)
