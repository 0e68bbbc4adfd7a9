"""Histories side by side, as the user encoder reads them."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..histories import Histories

VALUE_LEVELS = 6
"""Levels of a rating against the mean of the person's own so far; the last: no rating."""
GAP_LEVELS = 8
"""Levels of the time since the interaction before; the last: unknown."""


@dataclass(frozen=True)
class Batch:
    """Histories, padded at the end."""

    items: Tensor
    """Item rows, -1 where padded. Shape (users, length), int64."""
    values: Tensor
    """Rating levels, 0 to VALUE_LEVELS - 1. Same shape."""
    gaps: Tensor
    """Time levels, 0 to GAP_LEVELS - 1. Same shape."""

    @property
    def present(self) -> Tensor:
        """Where there is an item. Boolean (users, length)."""
        return self.items >= 0


def collate(
    histories: Histories,
    users: NDArray[np.int64],
    length: int,
    rng: np.random.Generator | None = None,
) -> Batch:
    """A batch of the last `length` interactions of each user.

    With `rng`, half of the longer histories are cut at a random place instead.
    """
    starts, ends = histories.starts[users], histories.starts[users + 1]
    if rng is not None:
        room = np.maximum(ends - starts - length, 0)
        ends = ends - rng.integers(0, room + 1) * rng.integers(0, 2, len(users))
    counts = np.minimum(ends - starts, length)
    width = max(int(counts.max(initial=0)), 1)
    there = np.arange(width) < counts[:, None]
    at = ((ends - counts)[:, None] + np.arange(width))[there]
    items = np.full(there.shape, -1, dtype=np.int64)
    values = np.full(there.shape, np.nan)
    times = np.full(there.shape, np.nan)
    items[there], values[there], times[there] = (
        histories.items[at], histories.values[at], histories.times[at],
    )  # fmt: skip
    return Batch(*map(torch.from_numpy, (items, _value_levels(values), _gap_levels(times))))


def _value_levels(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Ratings as levels around the mean of the person's ratings up to and including each.

    The mean of what came later must not be known, or the model would see the future.
    """
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    mean = filled.cumsum(1) / np.maximum(known.cumsum(1), 1)
    levels = np.digitize(filled - mean, [-1.0, -0.25, 0.25, 1.0])
    return np.where(known, levels, VALUE_LEVELS - 1)


def _gap_levels(times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Seconds since the interaction before, as levels from "at once" to "months"."""
    gap = np.diff(times, axis=1, prepend=np.nan)
    levels = np.digitize(np.nan_to_num(gap), [1, 60, 3600, 86_400, 7 * 86_400, 60 * 86_400])
    return np.where(np.isfinite(gap), levels, GAP_LEVELS - 1)
