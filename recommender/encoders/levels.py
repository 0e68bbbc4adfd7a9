"""How a person rated what they met, and how long after what came before, as a few levels each."""

import numpy as np
from numpy.typing import NDArray

VALUE_LEVELS = 6
"""Levels of a rating against the mean of the person's own so far; the last: no rating."""
GAP_LEVELS = 8
"""Levels of the time since the interaction before; the last: unknown."""


def value_levels(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Ratings (users, length), NaN where there is none, as levels around the person's mean so far.

    The mean of what came later must not be known, or the model would see the future.
    """
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0).astype(np.float64)
    mean = filled.cumsum(1) / np.maximum(known.cumsum(1), 1)
    levels = np.digitize(filled - mean, [-1.0, -0.25, 0.25, 1.0])
    return np.where(known, levels, VALUE_LEVELS - 1)


def gap_levels(times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Seconds since the interaction before, from "at once" to "months". `times` (users, length)."""
    gap = np.diff(times, axis=1, prepend=np.nan)
    levels = np.digitize(np.nan_to_num(gap), [1, 60, 3600, 86_400, 7 * 86_400, 60 * 86_400])
    return np.where(np.isfinite(gap), levels, GAP_LEVELS - 1)
