"""Which items follow which: a linear model of the steps in histories, in closed form.

Choi et al. 2021, "Session-aware linear item-item models for session-based recommendation" (SLIT;
arXiv 2103.16104): every place that divides a history is one example, its past a vector s of the
items before, its future a vector t of the items after, both weighed by how near they are; the
weights B minimise Σ |t - s B|² + λ |B|², so that B = (SᵀS + λI)⁻¹ SᵀT. Their exponential decays
are power laws here, as in the other channels (see `recency_weights`).

SᵀS and SᵀT are counted pair by pair, never through S or T: with weights that only depend on
distances, what a pair adds depends on its two places alone.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import get_lapack_funcs, toeplitz

from ...packages import Progress, silent
from ..histories import Histories
from .linear import Linear, most_met, places_of
from .recency import recency_weights

USERS = 1000
"""Users counted between two words of progress."""


class Transition(Linear):
    """What tends to come soon after the items of a history."""

    name = "transition"

    @classmethod
    def fit(
        cls,
        histories: Histories,
        regularisation: float = 1.0,
        recency: float = 0.75,
        nearness: float = 1.0,
        max_items: int = 6000,
        longest: int = 500,
        progress: Progress = silent,
    ) -> "Transition":
        """The weights between the `max_items` items of most interactions.

        `regularisation` is λ over the mean of SᵀS's diagonal; `recency` the exponent of the past's
        weights, `nearness` that of the future's; of a history the latest `longest` interactions
        count. Time grows with max_items³ and with the square of each length, memory is
        20 · max_items² bytes.
        """
        items = most_met(histories, max_items)
        kernels = _kernels(longest, recency, nearness)
        pasts, steps = _count(histories, items, kernels, progress)
        weights = _solve(pasts, steps, regularisation, progress)
        return cls(weights, items, histories.item_count, recency)


def _count(
    histories: Histories,
    items: NDArray[np.int64],
    kernels: tuple[NDArray[np.float64], NDArray[np.float64]],
    progress: Progress,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """SᵀS and SᵀT of all histories, in Fortran order."""
    places = places_of(items, histories.item_count)
    together, onwards = kernels
    pasts = np.zeros((len(items), len(items)), order="F")
    steps = np.zeros((len(items), len(items)), order="F")
    for user in range(len(histories)):
        if user % USERS == 0:
            progress("counting which items follow which", user, len(histories))
        found = places[histories.items_of(user)[-len(together) :]]
        known = found >= 0
        length, found = len(found), found[known]
        both = np.ix_(found, found)
        pasts[both] += together[-length:, -length:][np.ix_(known, known)]
        steps[both] += onwards[:length, :length][np.ix_(known, known)]
    return pasts, steps


def _kernels(
    length: int, recency: float, nearness: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What two places of a history add to SᵀS and to SᵀT. Shapes (length, length).

    The first is aligned at the history's end, the second at its beginning. The item at place i
    weighs f(p - i) in the past of division p, the item at place j weighs g(j - p + 1) in its
    future: SᵀS gains Σ_p f(p - i) f(p - j), SᵀT Σ_p f(p - i) g(j - p + 1).
    """
    past = recency_weights(length, recency)[::-1].astype(np.float64)
    future = recency_weights(length, nearness)[::-1].astype(np.float64)
    together = np.zeros((length, length))
    for apart in range(length):
        # The last place has no future, so that the later of the two is seen from `last` on.
        products = np.cumsum(past[: length - apart] * past[apart:])[: length - apart - 1]
        later = np.arange(length - 2, apart - 1, -1)
        together[later, later - apart] = together[later - apart, later] = products
    after = np.convolve(past, future)[: length - 1]
    onwards = toeplitz(np.zeros(length), np.concatenate([[0.0], after]))
    return together, onwards


def _solve(
    pasts: NDArray[np.float64],
    steps: NDArray[np.float64],
    regularisation: float,
    progress: Progress,
) -> NDArray[np.float32]:
    """(SᵀS + λI)⁻¹ SᵀT; both arrays are overwritten."""
    if len(pasts) == 0:
        return np.empty((0, 0), dtype=np.float32)  # LAPACK refuses a matrix without rows
    mean = pasts.diagonal().mean() or 1.0  # nobody went on after a first item
    np.fill_diagonal(pasts, pasts.diagonal() + regularisation * mean)
    factorise, solve = get_lapack_funcs(("potrf", "potrs"), (pasts,))
    progress("solving the transitions", 0, 2)
    factor, _ = factorise(pasts, lower=True, overwrite_a=True)
    progress("solving the transitions", 1, 2)
    weights, _ = solve(factor, steps, lower=True, overwrite_b=True)
    progress("solving the transitions", 2, 2)
    return np.ascontiguousarray(weights, dtype=np.float32)
