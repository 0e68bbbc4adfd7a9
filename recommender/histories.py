"""Interaction histories as flat arrays: one row per interaction, users one after the other.

Twenty million interactions take 20 bytes each here, and never one Python object each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from ..catalog.store import Catalog


@dataclass(frozen=True)
class Histories:
    """What users interacted with, in time order within each user; an item counts once, at first."""

    user_ids: Sequence[str]
    """One per user, in order."""
    starts: NDArray[np.int64]
    """Where each user's interactions begin, and the end of the last. Shape (users + 1,)."""
    items: NDArray[np.int32]
    """Item rows of the catalogue. Shape (interactions,)."""
    values: NDArray[np.float32]
    """Ratings on the catalogue's own scale; NaN where there is none. Shape (interactions,)."""
    times: NDArray[np.float64]
    """Unix seconds; NaN where unknown. Shape (interactions,)."""
    item_count: int
    """Items of the catalogue."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def from_catalog(cls, catalog: Catalog) -> "Histories":
        """Every interaction of a catalogue."""
        return cls.from_interactions(catalog, catalog.interactions())

    @classmethod
    def from_interactions(cls, catalog: Catalog, interactions: pl.LazyFrame) -> "Histories":
        """From rows `user_id`, `item_id`, `value`, `timestamp`, sorted by user, then time."""
        rows = pl.LazyFrame(
            {"item_id": catalog.item_ids, "item": np.arange(len(catalog.item_ids), dtype=np.int32)}
        )
        frame = (
            interactions.join(rows, on="item_id", maintain_order="left")
            .unique(["user_id", "item"], keep="first", maintain_order=True)
            .select(
                "user_id",
                "item",
                pl.col("value").cast(pl.Float32).fill_null(float("nan")),
                pl.col("timestamp").cast(pl.Float64).fill_null(float("nan")),
            )
            .collect()
        )
        lengths = frame.group_by("user_id", maintain_order=True).len()
        return cls(
            lengths["user_id"].to_list(),
            np.concatenate([[0], np.cumsum(lengths["len"].to_numpy())]).astype(np.int64),
            frame["item"].to_numpy(),
            frame["value"].to_numpy(),
            frame["timestamp"].to_numpy(),
            len(catalog.item_ids),
        )

    @classmethod
    def of_items(cls, histories: Sequence[Sequence[int]], item_count: int) -> "Histories":
        """From item rows alone, oldest first: no ratings, no times."""
        items = np.array([item for history in histories for item in history], dtype=np.int32)
        unknown = np.full(len(items), np.nan)
        return cls(
            [str(user) for user in range(len(histories))],
            np.cumsum([0, *map(len, histories)]).astype(np.int64),
            items,
            unknown.astype(np.float32),
            unknown,
            item_count,
        )

    @classmethod
    def of_person(
        cls, catalog: Catalog, user: str | None, liked: Sequence[str] = ()
    ) -> "Histories":
        """One person's history in the catalogue (a guest, `None`, has none), then what else they
        said they like; ids that the catalogue does not know are left out."""
        met: dict[int, tuple[float, float]] = {}
        nan = float("nan")
        if user is not None:
            columns = catalog.history(user).select("item_id", "value", "timestamp")
            for item, value, time in columns.iter_rows():
                row = catalog.row_of(item)
                if row is not None and row not in met:
                    met[row] = (nan if value is None else value, nan if time is None else time)
        for row in map(catalog.row_of, liked):
            if row is not None and row not in met:
                met[row] = (nan, nan)
        return cls(
            [user or ""],
            np.array([0, len(met)], dtype=np.int64),
            np.array(list(met), dtype=np.int32),
            np.array([value for value, _ in met.values()], dtype=np.float32),
            np.array([time for _, time in met.values()], dtype=np.float64),
            len(catalog.item_ids),
        )

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Interactions of each user. Shape (users,)."""
        return np.diff(self.starts)

    def items_of(self, user: int) -> NDArray[np.int32]:
        """Item rows of one user, oldest first."""
        return self.items[self.starts[user] : self.starts[user + 1]]

    def keep(self, users: NDArray[np.int64], lengths: NDArray[np.int64]) -> "Histories":
        """The first `lengths` interactions of each of `users`, in that order."""
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        rows = np.repeat(self.starts[users] - starts[:-1], lengths) + np.arange(starts[-1])
        return Histories(
            [self.user_ids[int(user)] for user in users],
            starts,
            self.items[rows],
            self.values[rows],
            self.times[rows],
            self.item_count,
        )

    def of_user(self, user: int) -> "Histories":
        """One user's history alone."""
        return self.keep(np.array([user]), self.lengths[user : user + 1])

    def matrix(self) -> sparse.csr_array:
        """Who met what: a binary float32 matrix of shape (users, items)."""
        return sparse.csr_array(
            (np.ones(len(self.items), dtype=np.float32), self.items, self.starts),
            shape=(len(self), self.item_count),
            copy=True,  # SciPy sorts in place, and these are the histories in order of time
        )


@dataclass(frozen=True)
class Split:
    """Leave-one-out by time: each user's last item is for testing, the one before for validation.

    Users with fewer than three interactions train the models and are not evaluated.
    """

    train: Histories
    """Every user, without the held-out items."""
    valid: Histories
    """What is known of each evaluated user before the validation item."""
    valid_targets: NDArray[np.int64]
    """The validation item of each evaluated user. Shape (evaluated users,)."""
    test: Histories
    """What is known of each evaluated user before the test item."""
    test_targets: NDArray[np.int64]
    """The test item of each evaluated user. Shape (evaluated users,)."""


def leave_one_out(histories: Histories) -> Split:
    """The split of sequential recommendation (Kang & McAuley 2018, section IV)."""
    lengths = histories.lengths
    users = np.flatnonzero(lengths >= 3)
    ends = histories.starts[users + 1]
    everyone = np.arange(len(histories))
    return Split(
        train=histories.keep(everyone, np.where(lengths >= 3, lengths - 2, lengths)),
        valid=histories.keep(users, lengths[users] - 2),
        valid_targets=histories.items[ends - 2].astype(np.int64),
        test=histories.keep(users, lengths[users] - 1),
        test_targets=histories.items[ends - 1].astype(np.int64),
    )


def with_items_seen(interactions: pl.LazyFrame, at_least: int) -> pl.LazyFrame:
    """Without the items that have fewer than `at_least` interactions (one pass, "k-core" items)."""
    return interactions.filter(pl.len().over("item_id") >= at_least)
