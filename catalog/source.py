"""What an importer hands to the writer: rows as they stand in the source, with where they stood."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from .records import About, AttributeKind, AttributeValue


@dataclass
class RawItem:
    """One item row, not yet checked or cleaned."""

    where: str
    """`file:line`, for the rejects."""
    item_id: str
    title: str
    text: str = ""
    attributes: dict[str, AttributeValue] = field(default_factory=dict)
    """Missing attributes are absent."""
    images: list[Path] = field(default_factory=list)
    """Files outside the catalogue; they are checked and copied."""


@dataclass
class Source:
    """A whole source, read while it is iterated."""

    about: About
    items: Iterator[RawItem]
    interactions: Iterator[tuple[str, pl.DataFrame]]
    """(file name, chunk) as `InteractionWriter.add` takes them."""
    kinds: dict[str, AttributeKind] = field(default_factory=dict)
    """Kinds that the format itself declares; a hint in `about` overrides them."""
    rated: bool = False
    """Add `rating` (mean value, from 5 ratings on) and `votes` (number of ratings) to the items."""
    notes: list[str] = field(default_factory=list)
    """What was assumed or seen; importers may add to it until the last row is read."""
