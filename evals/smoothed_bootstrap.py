"""Made-up item vectors in any number that lie as a real catalogue's do."""

import numpy as np
from numpy.typing import NDArray

from ..packages import Progress, silent

NEIGHBOURS = 50
WIDTH = 0.7
"""Of the kernel, against the distance to the neighbours."""
BLOCK = 10_000
"""Vectors made together; bounds the memory."""


def smoothed_bootstrap(
    vectors: NDArray[np.float32], count: int, seed: int = 0, progress: Progress = silent
) -> NDArray[np.float32]:
    """Draw `count` unit vectors from the density around real ones (items, dimensions).

    Each is a random item, moved among its nearest neighbours by a Gaussian whose covariance is that
    of the differences to them (manifold Parzen windows, Vincent & Bengio 2002), and drawn in
    towards the mean so that the variance stays. Shape (count, dimensions).
    """
    import faiss

    chance = np.random.default_rng(seed)
    nearest = faiss.knn(vectors, vectors, NEIGHBOURS + 1, metric=faiss.METRIC_INNER_PRODUCT)[1]
    mean = vectors.mean(axis=0)
    total = np.square(vectors - mean).sum(axis=1).mean()
    made = np.empty((count, vectors.shape[1]), dtype=np.float32)
    for start in range(0, count, BLOCK):
        block = made[start : start + BLOCK]
        origin = chance.integers(len(vectors), size=len(block))
        steps = chance.standard_normal((len(block), 1, NEIGHBOURS), dtype=np.float32)
        steps *= np.float32(WIDTH / NEIGHBOURS**0.5)
        moved = (steps @ vectors[nearest[origin, 1:]])[:, 0]
        moved -= steps.sum(axis=2) * vectors[origin]
        kept = 1 - np.square(moved).sum(axis=1).mean() / total
        block[:] = mean + max(kept, 0.0) ** 0.5 * (vectors[origin] - mean) + moved
        block /= np.linalg.norm(block, axis=1, keepdims=True)
        progress("making vectors", start + len(block), count)
    return made
