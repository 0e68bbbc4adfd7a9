"""Histories side by side, as the user encoder reads them."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..histories import Histories
from .levels import gap_levels, value_levels


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
    return Batch(*map(torch.from_numpy, (items, value_levels(values), gap_levels(times))))
