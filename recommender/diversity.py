"""Diversity: an order of recommendations that trades relevance against resemblance."""

import numpy as np
from numpy.typing import NDArray


def maximal_marginal_relevance(
    scores: NDArray[np.floating], vectors: NDArray[np.floating], k: int, trade_off: float
) -> NDArray[np.int64]:
    """The `k` candidates chosen one by one for relevance and for being unlike those chosen before.

    Each step takes the largest `trade_off` · relevance - (1 - `trade_off`) · (largest cosine to a
    chosen one), as in Carbonell & Goldstein 1998, "The use of MMR, diversity-based reranking".
    Relevance is `scores` (n,) scaled to [0, 1], so that it compares with the cosine of the unit
    `vectors` (n, d). 1 is the order by score alone; the first is always of the highest score, and
    equals keep their order. Returns rows of the candidates, shape (min(k, n),).
    """
    count = len(scores)
    low, span = (scores.min(), np.ptp(scores)) if count else (0.0, 0.0)
    relevance = (scores - low) / span if span > 0 else np.zeros(count)
    gain = trade_off * relevance
    nearest = np.zeros(count)
    order = np.empty(min(k, count), dtype=np.int64)
    left = np.ones(count, dtype=bool)
    for step in range(len(order)):
        worth = gain - (1.0 - trade_off) * nearest if step else relevance
        order[step] = best = np.where(left, worth, -np.inf).argmax()
        left[best] = False
        resemblance = vectors @ vectors[best]
        nearest = np.maximum(nearest, resemblance) if step else resemblance
    return order
