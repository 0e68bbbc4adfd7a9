"""EASE^R: a linear autoencoder of histories in closed form.

Steck 2019, "Embarrassingly shallow autoencoders for sparse data": with the Gram matrix G of the
interactions and P = (G + λI)^-1, the weights are B = I - P · diag(1 / diag(P)), of zero diagonal.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import get_lapack_funcs

from ...packages import Progress, silent
from ..histories import Histories
from .recency import recency_weights
from .sparse_scores import SparseScores, no_opinion

BLOCK = 512
"""Rows worked on at a time."""


class Ease:
    """Scores of the items that people met most; it has no opinion of the others.

    Nor of anything for a person who met none of them.
    """

    name = "ease"

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
        self._places = np.full(item_count, -1, dtype=np.int64)
        self._places[items] = np.arange(len(items))

    @classmethod
    def fit(
        cls,
        histories: Histories,
        regularisation: float = 500.0,
        recency: float = 0.75,
        max_items: int = 6000,
        progress: Progress = silent,
    ) -> Self:
        """The weights between the `max_items` items of most interactions.

        `regularisation` is λ, in interactions; `recency` the exponent of `recency_weights`, for
        scoring only. Time grows with max_items³, memory is 12 · max_items² bytes.
        """
        counts = np.bincount(histories.items, minlength=histories.item_count)
        items = np.sort(np.argsort(-counts, kind="stable")[:max_items])
        items = items[counts[items] > 0]
        gram = _gram(sparse.csr_array(histories.matrix()[:, items]), len(items), progress)
        np.fill_diagonal(gram, gram.diagonal() + regularisation)
        weights = _weights(gram, progress)
        return cls(weights, items, histories.item_count, recency)

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
        (folder / "ease.json").write_text(json.dumps(card))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See `Channel`; the weights stay on disk until used."""
        card = json.loads((folder / "ease.json").read_text())
        weights = np.load(folder / "weights.npy", mmap_mode="r")
        return cls(weights, np.load(folder / "items.npy"), card["item_count"], card["recency"])


def _gram(matrix: sparse.csr_array, count: int, progress: Progress) -> NDArray[np.float64]:
    """How many people met both of two items, in Fortran order."""
    columns = matrix.tocsc()
    gram = np.empty((count, count), order="F")
    for start in range(0, count, BLOCK):
        progress("counting pairs of items", start, count)
        block = slice(start, start + BLOCK)
        gram[:, block] = (columns[:, block].T @ matrix).toarray().T
    return gram


def _weights(gram: NDArray[np.float64], progress: Progress) -> NDArray[np.float32]:
    """B of the regularised Gram matrix, which is overwritten.

    Inverted in float64 through its Cholesky factor: in float32 the inverse loses half its digits.
    """
    count = len(gram)
    if count == 0:
        return np.empty((0, 0), dtype=np.float32)  # LAPACK refuses a matrix without rows
    factorise, invert = get_lapack_funcs(("potrf", "potri"), (gram,))
    progress("solving EASE", 0, 2)
    factor, _ = factorise(gram, lower=True, overwrite_a=True)
    progress("solving EASE", 1, 2)
    inverse, _ = invert(factor, lower=True, overwrite_c=True)
    scale = -1.0 / inverse.diagonal()
    weights = np.empty((count, count), dtype=np.float32)
    for start in range(0, count, BLOCK):  # LAPACK fills the lower triangle only
        block, stop = slice(start, start + BLOCK), min(start + BLOCK, count)
        below = np.tril(inverse[:, block], -start)
        weights[start:, block] = below[start:] * scale[block]
        weights[block, stop:] = below[stop:].T * scale[stop:]
        square = below[start:stop]
        weights[block, block] = (square + np.tril(square, -1).T) * scale[block]
    np.fill_diagonal(weights, 0)
    progress("solving EASE", 2, 2)
    return weights
