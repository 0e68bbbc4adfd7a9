"""How much each interaction of a history counts: the newer, the more."""

import numpy as np
from numpy.typing import NDArray


def recency_weights(length: int, exponent: float) -> NDArray[np.float32]:
    """Weights of a history, oldest first: 1 for the last, (1 + n)^-exponent for the nth before it.

    A power law, as in forgetting (Anderson & Schooler 1991, "Reflections of the environment in
    memory"): old tastes fade but, unlike under an exponential, do not vanish. Exponent 0 weighs
    all alike. Shape (length,).
    """
    return (np.arange(length, 0, -1, dtype=np.float32) ** -exponent).astype(np.float32)
