"""Maximum-inner-product search in FAISS, with hard filters inside the search.

Up to `EXACT_ITEMS` items every vector is compared. Above, an inverted file finds candidates from
1-bit codes (RaBitQ, Gao & Long 2024) and half-precision copies of the vectors order them. A filter
costs no recall there: the fewer items it leaves near the query, the more lists are searched, and
few items in all are compared one by one.
"""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Hits = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Item rows, best first, and their scores."""

EXACT_ITEMS = 50_000
"""Items up to which every vector is compared: about 10 ms of one core at 384 dimensions."""
EXACT_ROWS = 20_000
"""Allowed items up to which a large index, too, compares each of them."""
TRAINING_PER_LIST = 64
"""Vectors that place the centre of one list."""
PROBED = 1 / 16
"""Part of the allowed items that a search looks at."""
SPREAD = 13
"""Every 13th item tells where the allowed items lie."""
CANDIDATES = 200
"""Candidates, at least, that are ordered by their stored vectors."""
CANDIDATES_PER_HIT = 4
"""Candidates for each hit that is asked for, at least."""


class VectorIndex:
    """Item vectors by row: items can be added, and searched under a filter."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self._exact = not isinstance(index, faiss.IndexRefine)
        if not self._exact:
            # A single search's cost lies in its lists, so the centres are kept where NumPy sees
            # them, and so is the list of every item.
            self._lists = faiss.downcast_index(index.base_index)
            self._stored = faiss.downcast_index(index.refine_index)
            self._centres = faiss.downcast_index(self._lists.quantizer).reconstruct_n()
            self._list_of = _lists_of_rows(self._lists)

    @classmethod
    def build(
        cls, vectors: NDArray[np.float32], *, exact_items: int = EXACT_ITEMS
    ) -> "VectorIndex":
        """Index unit vectors of shape (items, dimensions); ids are their rows.

        More than `exact_items` of them are searched approximately.
        """
        count, dimensions = vectors.shape
        if count <= exact_items:
            index = faiss.index_factory(dimensions, "IDMap2,Flat", faiss.METRIC_INNER_PRODUCT)
        else:
            lists = 1 << round(np.log2(count**0.5))
            index = faiss.index_factory(
                dimensions, f"IVF{lists},RaBitQfs,Refine(SQfp16)", faiss.METRIC_INNER_PRODUCT
            )
            some = np.random.default_rng(0).choice(
                count, min(count, TRAINING_PER_LIST * lists), replace=False, shuffle=False
            )
            index.train(vectors[np.sort(some)])
        built = cls(index)
        built.add(vectors)
        return built

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
        """Append items: they get the next rows, and the next search finds them.

        `vectors` (items, dimensions). A small index stays exact however much is added.
        """
        if self._exact:
            rows = np.arange(self.count, self.count + len(vectors), dtype=np.int64)
            self._index.add_with_ids(vectors, rows)
            return
        for start in range(0, len(vectors), ADDED_AT_ONCE):
            self._index.add(np.ascontiguousarray(vectors[start : start + ADDED_AT_ONCE]))
        self._list_of = _lists_of_rows(self._lists)

    def vector(self, row: int) -> NDArray[np.float32]:
        """The stored vector of an item. Shape (dimensions,)."""
        return np.asarray(self._index.reconstruct(row))
