"""EASE^R: a linear autoencoder of histories in closed form.

Steck 2019, "Embarrassingly shallow autoencoders for sparse data": with the Gram matrix G of the
interactions and P = (G + λI)^-1, the weights are B = I - P · diag(1 / diag(P)), of zero diagonal.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import get_lapack_funcs

from ...packages import Progress, silent
from ..histories import Histories
from .linear import Linear, most_met

BLOCK = 512
"""Rows worked on at a time."""


class Ease(Linear):
    """What the people who met the items of a history met, too."""

    name = "ease"

    @classmethod
    def fit(
        cls,
        histories: Histories,
        regularisation: float = 500.0,
        recency: float = 0.75,
        max_items: int = 6000,
        progress: Progress = silent,
    ) -> "Ease":
        """The weights between the `max_items` items of most interactions.

        `regularisation` is λ, in interactions; `recency` the exponent of `recency_weights`, for
        scoring only. Time grows with max_items³, memory is 12 · max_items² bytes.
        """
        items = most_met(histories, max_items)
        gram = _gram(sparse.csr_array(histories.matrix()[:, items]), len(items), progress)
        np.fill_diagonal(gram, gram.diagonal() + regularisation)
        weights = _weights(gram, progress)
        return cls(weights, items, histories.item_count, recency)


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
