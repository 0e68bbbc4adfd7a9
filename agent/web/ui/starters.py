"""What a person may begin with: messages and users that a catalogue suggests."""

from functools import lru_cache

import polars as pl

from ....catalog.records import AttributeSpec
from ....catalog.store import Catalog

COMMON = 0.5
"""Share of the items that has an attribute which people are likely to ask for."""
MOST_VALUES = 200
"""Attributes with more values are names and tags rather than kinds."""
USERS = 4
RATED = range(20, 200)
"""How many items a user that is suggested has met: known well, and read at once."""


@lru_cache(maxsize=8)
def starters(catalog: Catalog) -> list[str]:
    """First messages: some for any catalogue, some from this one's kinds and best known item."""
    kinds = [spec for spec in catalog.manifest.attributes if _is_kind(spec)]
    kinds.sort(key=lambda spec: spec.kind != "multi")  # genres rather than names
    said = []
    if kinds:
        _, *common = [_lower(value) for value in kinds[0].vocabulary][:5]
        said.append(f"{common[0]}, but no {common[1]}")
        if len(common) > 3:
            said.append(f"{common[2]} or {common[3]}")
    best = _best_known(catalog)
    if best:
        said.append(f"more like “{best}”")
    return [one[:1].upper() + one[1:] for one in (*said, "surprise me", "what can you do?")]


@lru_cache(maxsize=8)
def suggested_users(catalog: Catalog) -> list[str]:
    """Some users of a catalogue, to look at it with their eyes."""
    counts = catalog.interactions().group_by("user_id").len()
    known = counts.filter(pl.col("len").is_between(RATED.start, RATED.stop))
    return known.sort("len", "user_id").head(USERS).collect()["user_id"].to_list()


def _is_kind(spec: AttributeSpec) -> bool:
    named = spec.kind in ("categorical", "multi") and 2 < spec.vocabulary_size <= MOST_VALUES
    return named and spec.coverage >= COMMON


def _best_known(catalog: Catalog) -> str:
    """The title that most people met; empty where nobody is known."""
    counts = catalog.interactions().group_by("item_id").len().sort("len", "item_id")
    best = counts.tail(1).collect()["item_id"].to_list()
    return catalog.item(best[0]).title if best else ""


def _lower(value: str) -> str:
    """A value within a sentence: names with capitals inside, as Sci-Fi or IMAX, stay."""
    return value.lower() if value[1:].islower() else value
