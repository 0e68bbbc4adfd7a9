"""Item-item co-occurrence and popularity from interactions.

Similarity is the cosine of the items' sets of users, shrunk towards zero where few users support
it (Sarwar et al. 2001, "Item-based collaborative filtering"; shrinkage as in Bell & Koren 2007).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from ..catalog.store import Catalog
from ..packages import Progress, silent
from .lexical import top
from .vectors import Hits

NEIGHBOURS = 100
SHRINKAGE = 10.0
BLOCK = 1024
"""Items whose similarities are computed at a time."""
ROUNDING = 1e-6
"""By so much a rating may fall short of a mean that is only rounded above it."""


def liked_matrix(catalog: Catalog) -> sparse.csr_array:
    """Who liked what: a binary matrix of shape (users, items).

    A rating counts as liked when it is at least the user's own mean; an interaction without a
    rating always does.
    """
    frame = (
        catalog.interactions()
        .with_columns(mean=pl.col("value").mean().over("user_id"))
        .filter(pl.col("value").is_null() | (pl.col("value") >= pl.col("mean") - ROUNDING))
        .select("user_id", "item_id")
        .unique()
        .collect()
    )
    rows = pl.DataFrame(
        {"item_id": catalog.item_ids, "row": np.arange(len(catalog.item_ids), dtype=np.int64)}
    )
    frame = frame.join(rows, on="item_id").with_columns(
        user=pl.col("user_id").rank("dense").cast(pl.Int64) - 1
    )
    users, items = frame["user"].to_numpy(), frame["row"].to_numpy()
    shape = (int(users.max()) + 1 if len(users) else 0, len(catalog.item_ids))
    return sparse.csr_array((np.ones(len(users), dtype=np.float32), (users, items)), shape=shape)


class ItemSimilarity:
    """The nearest items of each item by the people who liked both."""

    def __init__(
        self,
        neighbours: sparse.csr_array,
        popularity: NDArray[np.float32],
        liked: sparse.csc_array,
    ) -> None:
        self._neighbours = neighbours
        self.popularity = popularity
        """Number of people who liked each item. Shape (items,)."""
        self._liked = liked
        self.people = len(np.unique(liked.indices))
        """Number of people who liked anything."""

    @classmethod
    def build(cls, liked: sparse.csr_array) -> "ItemSimilarity":
        """From a binary (users, items) matrix."""
        counts = np.asarray(liked.sum(axis=0), dtype=np.float32).ravel()
        return cls(nearest_items(liked), counts, liked.tocsc())

    @classmethod
    def load(cls, folder: Path) -> "ItemSimilarity":
        """Read what `save` wrote."""
        return cls(
            sparse.csr_array(sparse.load_npz(folder / "neighbours.npz")),
            np.load(folder / "popularity.npy"),
            sparse.csc_array(sparse.load_npz(folder / "liked.npz")),
        )

    def save(self, folder: Path) -> None:
        """Write the matrices into `folder`."""
        sparse.save_npz(folder / "neighbours.npz", self._neighbours)
        sparse.save_npz(folder / "liked.npz", self._liked)
        np.save(folder / "popularity.npy", self.popularity)

    def search(self, rows: Sequence[int], k: int, allowed: NDArray[np.bool_]) -> Hits:
        """The best `k` allowed items by summed similarity to the given rows."""
        scores = np.asarray(self._neighbours[list(rows)].sum(axis=0), dtype=np.float32).ravel()
        scores = np.where(allowed, scores, 0.0).astype(np.float32)
        found = top(scores, k)
        found = found[scores[found] > 0]
        return found, scores[found]

    def most_popular(self, k: int, allowed: NDArray[np.bool_]) -> Hits:
        """The `k` allowed items that most people liked."""
        scores = np.where(allowed, self.popularity, -1.0).astype(np.float32)
        found = top(scores, min(k, int(allowed.sum())))
        return found, scores[found]

    def liked_both(self, first: int, second: int) -> tuple[int, int]:
        """How many people liked `first`, and how many of these liked `second` too."""
        both = np.intersect1d(self._fans(first), self._fans(second), assume_unique=True)
        return int(self.popularity[first]), len(both)

    def _fans(self, row: int) -> NDArray[Any]:
        """The people who liked an item, by their row."""
        return self._liked.indices[self._liked.indptr[row] : self._liked.indptr[row + 1]]


def nearest_items(
    met: sparse.csr_array,
    neighbours: int = NEIGHBOURS,
    shrinkage: float = SHRINKAGE,
    progress: Progress = silent,
) -> sparse.csr_array:
    """Each item's most similar items, from a binary (users, items) matrix. Shape (items, items).

    Block by block, so that memory stays bounded.
    """
    norm = np.sqrt(np.asarray(met.sum(axis=0), dtype=np.float32).ravel())
    columns = met.tocsc()
    parts: list[sparse.csr_array] = []
    for start in range(0, len(norm), BLOCK):
        progress("finding similar items", start, len(norm))
        block = (columns[:, start : start + BLOCK].T @ met).tocsr()
        parts.append(_nearest(block, start, norm, neighbours, shrinkage))
    return sparse.csr_array(sparse.vstack(parts))


def _nearest(
    block: sparse.csr_array,
    start: int,
    norm: NDArray[np.float32],
    neighbours: int,
    shrinkage: float,
) -> sparse.csr_array:
    """Shrunk cosine of a block of co-occurrence counts, the best `neighbours` of each row kept."""
    rows, columns, values = [], [], []
    for offset in range(len(block.indptr) - 1):
        item = start + offset
        span = slice(block.indptr[offset], block.indptr[offset + 1])
        others, counts = block.indices[span], block.data[span]
        keep = others != item
        others, counts = others[keep], counts[keep]
        scores = counts / (norm[item] * norm[others] + shrinkage)
        best = top(scores.astype(np.float32), neighbours)
        rows.append(np.full(len(best), offset))
        columns.append(others[best])
        values.append(scores[best])
    return sparse.csr_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=block.shape,
        dtype=np.float32,
    )
