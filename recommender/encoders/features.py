"""What is known of every item before anyone met it: one matrix and one mask a modality."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ...catalog.store import Catalog
from ..documents import FROM_PEOPLE

MAX_VALUES = 64
"""Values of one attribute that become features, the most frequent first."""
MIN_ITEMS = 5
"""Items that a value needs to become a feature."""
BUCKETS = 8
"""Parts of equal size into which a number's range is cut."""


@dataclass(frozen=True)
class Modality:
    """One kind of content."""

    vectors: NDArray[np.float32]
    """Shape (items, dimensions); what rows without the modality hold says nothing."""
    present: NDArray[np.bool_]
    """Which items have it. Shape (items,)."""


@dataclass(frozen=True)
class ItemFeatures:
    """The contents of a catalogue's items."""

    item_count: int
    """Items."""
    modalities: Mapping[str, Modality] = field(default_factory=dict)
    """By name: "attributes", "text", "image"; none: items are known by identity alone."""

    def without(self, *names: str) -> "ItemFeatures":
        """The same without some modalities."""
        kept = {name: value for name, value in self.modalities.items() if name not in names}
        return ItemFeatures(self.item_count, kept)


def attribute_features(catalog: Catalog) -> Modality:
    """Attribute values as unit multi-hot rows; numbers by the bucket of equal size they fall in."""
    columns: list[NDArray[np.bool_]] = []
    for spec in catalog.manifest.attributes:
        if spec.name in FROM_PEOPLE:
            continue
        values = catalog.items[spec.name]
        if spec.kind in ("categorical", "multi"):
            frequent = [v for v, count in spec.vocabulary.items() if count >= MIN_ITEMS]
            columns += [_has(values, value) for value in frequent[:MAX_VALUES]]
        elif spec.kind == "numeric":
            columns += _buckets(values)
    hot = np.array(columns, dtype=np.float32).reshape(len(columns), len(catalog.item_ids)).T
    size = np.linalg.norm(hot, axis=1)
    vectors = hot / np.maximum(size, 1.0)[:, None]
    return Modality(np.ascontiguousarray(vectors, dtype=np.float32), size > 0)


def _has(values: pl.Series, value: str) -> NDArray[np.bool_]:
    found = values.list.contains(value) if values.dtype == pl.List else values == value
    return found.fill_null(False).to_numpy()


def _buckets(values: pl.Series) -> list[NDArray[np.bool_]]:
    numbers = values.cast(pl.Float64).to_numpy()
    known = np.isfinite(numbers)
    if not known.any():
        return []
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, BUCKETS + 1)[1:-1]))
    bucket = np.searchsorted(edges, numbers, side="right")
    return [known & (bucket == number) for number in range(len(edges) + 1)]
