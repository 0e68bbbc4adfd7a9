"""Accuracy of a full ranking with one held-out item per user."""

import numpy as np
from numpy.typing import NDArray


def ndcg(ranks: NDArray[np.integer], depth: int = 10) -> NDArray[np.float64]:
    """NDCG@depth of 1-based ranks, of any shape: 1 / log2(rank + 1), 0 beyond `depth`.

    With one relevant item the ideal discounted cumulative gain is 1 (Järvelin & Kekäläinen 2002).
    """
    return np.where(ranks <= depth, 1 / np.log2(ranks + 1.0), 0.0)
