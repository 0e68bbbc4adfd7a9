"""Maximum-inner-product search in FAISS, with hard filters inside the search.

Up to `EXACT_ITEMS` items every vector is compared. Above, a navigable small-world graph (HNSW,
Malkov & Yashunin 2018) over vectors of one byte a component finds candidates, and half-precision
copies order them. A graph finds little where a filter leaves out what lies near the query, so the
search widens by the part of the nearest items that the filter allows; where that would cost more
than comparing all allowed items, these are compared.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from ..packages import Progress, silent

Hits = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Item rows, best first, and their scores."""

PRODUCT = faiss.METRIC_INNER_PRODUCT
EXACT_ITEMS = 50_000
"""Items up to which every vector is compared."""
LINKS = 32
"""Links of an item in the graph; twice as many on its lowest level."""
BUILD_WIDTH = 60
"""Nearest items that are kept while a new item looks for its links (efConstruction)."""
WIDTH = 160
"""Nearest items that are kept during a search (efSearch) of a million."""
GROWTH = 0.3
"""Power of the number of items by which that grows: the recall@10 that `bench index` finds is then
about 0.96 from 60,000 items to a million."""
WIDTH_PER_HIT = 2
"""The same for each hit that is asked for, at least."""
COMPARISONS = 35
"""Comparing so many vectors one after another takes about as long as widening a search by one
item; set by hand."""
ENOUGH = 0.9
"""Part of the nearest items that a filter leaves without the search being widened."""
SCALE_SAMPLE = 1000
"""First items, whose components tell what a byte has to hold."""
NOT_CLIPPED = 0.9999
"""Part of their components that fit."""
SMALLEST = 1e-9
"""Components below count as zero."""
ADDED_AT_ONCE = 20_000
"""Items added together; bounds the memory of a build."""


class VectorIndex:
    """Item vectors by row: items can be added, and searched under a filter."""

    def __init__(self, index: faiss.Index) -> None:
        """A flat index, or FAISS's pair of two: a graph and the stored vectors."""
        self._pair = index
        pair = isinstance(index, faiss.IndexRefine)
        # FAISS's Python layer replaces signatures at import; its type stubs show C++'s.
        self._graph: Any = faiss.downcast_index(index.base_index) if pair else None
        self._stored: Any = faiss.downcast_index(index.refine_index) if pair else index

    @classmethod
    def build(
        cls,
        vectors: NDArray[np.float32],
        progress: Progress = silent,
        *,
        exact_items: int = EXACT_ITEMS,
    ) -> "VectorIndex":
        """Index vectors of shape (items, dimensions); more than `exact_items` of them in a graph.

        That takes minutes for a million.
        """
        count, dimensions = vectors.shape
        kinds: Any = faiss.ScalarQuantizer
        if count <= exact_items:
            index = cls(faiss.IndexFlatIP(dimensions))
        else:
            graph = faiss.IndexHNSWSQ(dimensions, kinds.QT_8bit_direct_signed, LINKS, PRODUCT)
            graph.hnsw.efConstruction = BUILD_WIDTH
            stored = faiss.IndexScalarQuantizer(dimensions, kinds.QT_fp16, PRODUCT)
            index = cls(faiss.IndexRefine(graph, stored))
        index.add(vectors, progress)
        return index

    @classmethod
    def load(cls, path: Path) -> "VectorIndex":
        """Read an index that `save` wrote."""
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        faiss.write_index(self._pair, str(path))

    @property
    def count(self) -> int:
        """Items in the index."""
        return self._stored.ntotal

    def add(self, vectors: NDArray[np.float32], progress: Progress = silent) -> None:
        """Append items: they get the next rows, and the next search finds them.

        `vectors` (items, dimensions). A small index stays exact however much is added.
        """
        for start in range(0, len(vectors), ADDED_AT_ONCE):
            some = np.ascontiguousarray(vectors[start : start + ADDED_AT_ONCE], dtype=np.float32)
            self._stored.add(some)
            if self._graph is not None:
                self._graph.add(self._bytes(some))
                progress("indexing vectors", start + len(some), len(vectors))

    def vectors(self, rows: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float32]:
        """The stored vectors of items. Shape (rows, dimensions)."""
        return self._stored.reconstruct_batch(np.asarray(rows, dtype=np.int64))

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> Hits:
        """The best `k` allowed items, fewer when fewer are allowed.

        `vector` (dimensions,); `allowed` (items,), None for all items.
        """
        count = self.count if allowed is None else int(np.count_nonzero(allowed))
        k = min(k, count)
        if k == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        query = vector.astype(np.float32)
        if allowed is not None and count == self.count:
            allowed = None
        # FAISS holds a pointer to the bitmap only, so it is named here until the search ends.
        bitmap = None if allowed is None else np.packbits(allowed, bitorder="little")
        selector = None if bitmap is None else faiss.IDSelectorBitmap(bitmap)  # pyright: ignore[reportCallIssue]
        if self._graph is not None:
            width = max(round(WIDTH * (self.count / 1e6) ** GROWTH), WIDTH_PER_HIT * k)
            rows = self._candidates(query, width, allowed, count, selector)
            if len(rows) >= k:
                scores = self.vectors(rows) @ query
                best = np.argsort(-scores, kind="stable")[:k]
                return rows[best], scores[best]
        within = faiss.SearchParameters(sel=selector)  # pyright: ignore[reportCallIssue]
        scores, ids = self._stored.search(query[None], k, params=within)
        found = ids[0] >= 0  # FAISS marks missing hits with -1
        return ids[0][found], scores[0][found]

    def _candidates(
        self, query: NDArray[np.float32], width: int, allowed: NDArray[np.bool_] | None,
        count: int, selector: faiss.IDSelector | None,
    ) -> NDArray[np.int64]:  # fmt: skip
        """Allowed items near the query; none where comparing all `count` of them takes less."""
        if count <= COMPARISONS * width:
            return np.empty(0, dtype=np.int64)
        rows = self._nearest(query, width, width, None)
        if allowed is None:
            return rows
        near = rows[allowed[rows]]
        if len(near) >= ENOUGH * len(rows):
            return near
        if len(near) * count <= COMPARISONS * width * len(rows):
            return near[:0]
        return self._nearest(query, width, width * len(rows) // len(near), selector)

    def _nearest(
        self, query: NDArray[np.float32], k: int, width: int, selector: faiss.IDSelector | None
    ) -> NDArray[np.int64]:
        within = faiss.SearchParametersHNSW(efSearch=width, sel=selector)  # pyright: ignore
        rows = self._graph.search(self._bytes(query[None]), k, params=within)[1][0]
        return rows[rows >= 0]

    def _bytes(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Components scaled to whole numbers from -128 to 127."""
        return np.clip(np.rint(vectors * self._scale), -128, 127)

    @cached_property
    def _scale(self) -> np.float32:
        """What takes nearly all components to what a byte holds; the first items tell."""
        sample = self.vectors(np.arange(min(self.count, SCALE_SAMPLE)))
        largest = np.quantile(np.abs(sample), NOT_CLIPPED)
        return np.float32(127 / max(largest, SMALLEST))
