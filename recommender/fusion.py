"""Reciprocal-rank fusion of channels (Cormack, Clarke & Büttcher, SIGIR 2009)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .vectors import Hits

SMOOTHING = 60.0


def reciprocal_rank_fusion(
    channels: Mapping[str, Hits], weights: Mapping[str, float], items: int
) -> NDArray[np.float32]:
    """Fused score of every item: the weighted sum over channels of 1 / (60 + rank).

    Items that no channel found score 0. Shape (items,).
    """
    fused = np.zeros(items, dtype=np.float32)
    for name, (rows, _) in channels.items():
        fused[rows] += weights[name] / (SMOOTHING + np.arange(1, len(rows) + 1))
    return fused
