"""Exact maximum-inner-product search in FAISS, with hard filters inside the search."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Hits = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Item rows, best first, and their scores."""


class VectorIndex:
    """Item vectors by row, in an `IDMap2,Flat` index: items can be added, removed and filtered."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> "VectorIndex":
        """Index unit vectors of shape (items, dimensions); ids are their rows."""
        index = faiss.index_factory(vectors.shape[1], "IDMap2,Flat", faiss.METRIC_INNER_PRODUCT)
        index.add_with_ids(vectors, np.arange(len(vectors), dtype=np.int64))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Read an index that `save` wrote."""
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        faiss.write_index(self._index, str(path))

    @property
    def count(self) -> int:
        """Items in the index."""
        return self._index.ntotal

    def add(self, vectors: NDArray[np.float32]) -> None:
        """Append items (items, dimensions): they get the next rows, and the next search finds them.

        FAISS compares every vector, so nothing is trained again.
        """
        rows = np.arange(self.count, self.count + len(vectors), dtype=np.int64)
        self._index.add_with_ids(vectors, rows)

    def vector(self, row: int) -> NDArray[np.float32]:
        """The stored vector of an item. Shape (dimensions,)."""
        return np.asarray(self._index.reconstruct(row))

    def search(self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_]) -> Hits:
        """The best `k` allowed items. `vector` (dimensions,), `allowed` (items,)."""
        rows = np.flatnonzero(allowed)
        k = min(k, len(rows))
        if k == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        bitmap = np.packbits(allowed, bitorder="little")
        # FAISS's Python layer replaces these signatures at import; its type stubs show C++'s.
        selector = faiss.IDSelectorBitmap(bitmap)  # pyright: ignore[reportCallIssue]
        within = faiss.SearchParameters(sel=selector)  # pyright: ignore[reportCallIssue]
        scores, ids = self._index.search(vector[None].astype(np.float32), k, params=within)
        found = ids[0] >= 0  # FAISS marks missing hits with -1
        return ids[0][found], scores[0][found]
