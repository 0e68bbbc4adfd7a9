"""What every other folder reads: items, interactions, and what a catalogue says of itself."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

AttributeValue = str | float | list[str] | date
"""A value as stored; a missing one is an absent key, never an empty string or NaN."""

AttributeKind = Literal["categorical", "multi", "numeric", "date", "text"]
"""How an attribute can be asked about: one value of few, several, a number, a day, prose."""

FORMAT = 1
"""The folder layout that this version writes and reads."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Item(_Record):
    """One thing that can be recommended."""

    item_id: str
    """Unique in its catalogue, as in the source."""
    title: str
    """At most 300 characters, no control characters."""
    text: str = ""
    """Description, at most 5,000 characters; empty when the source has none."""
    attributes: dict[str, AttributeValue] = Field(default_factory=dict)
    """Only the attributes that this item has."""
    images: list[str] = Field(default_factory=list)
    """Paths inside the catalogue folder, with forward slashes."""


class Interaction(_Record):
    """One user meeting one item."""

    user_id: str
    """As in the source."""
    item_id: str
    """Names an item of the same catalogue."""
    value: float | None
    """The rating on the source's own scale; none when the source only says that they met."""
    timestamp: int | None
    """Unix seconds, UTC."""


class AttributeHint(_Record):
    """What a pack or a format knows of an attribute beyond its values."""

    kind: AttributeKind | None = None
    """None: inferred from the values."""
    label: str | None = None
    """Shown to people; none: made from the name."""
    unit: str | None = None
    """What a number counts, e.g. "minutes"."""
    cues: list[str] = Field(default_factory=list)
    """Words by which people mean this attribute."""


class AttributeSpec(_Record):
    """One attribute over the whole catalogue."""

    name: str
    """Column name in `items`: lower case, digits and underscores."""
    kind: AttributeKind
    """How it can be asked about."""
    label: str
    """Shown to people."""
    unit: str | None
    """What a number counts, e.g. "minutes"."""
    cues: list[str]
    """Words by which people mean this attribute."""
    vocabulary: dict[str, int]
    """Value -> number of items, most frequent first; empty unless categorical or multi."""
    vocabulary_size: int
    """Number of distinct values; 0 unless categorical or multi."""
    low: float | None
    """Smallest number; none unless numeric."""
    high: float | None
    """Largest number; none unless numeric."""
    coverage: float
    """Share of the items that have it, 0 to 1."""


class About(_Record):
    """What cannot be computed from rows: given by a pack, a format, or the person who imports."""

    title: str
    """Shown to people."""
    item_noun: str = "item"
    """What one item is called: "film", "painting", "wine"."""
    source: str
    """Where the data came from."""
    licence: str = "not stated"
    """Terms of the data, as the source states them."""
    attributes: dict[str, AttributeHint] = Field(default_factory=dict)
    """Hints by attribute name; those that the data lacks are ignored."""
    synonyms: dict[str, dict[str, list[str]]] = Field(default_factory=dict)
    """Everyday word -> {attribute: values, any of which counts}."""


class Manifest(_Record):
    """What a catalogue folder holds."""

    format: int = FORMAT
    """Version of the folder layout."""
    name: str
    """The catalogue's name: letters, digits, underscore, hyphen."""
    title: str
    """Shown to people."""
    item_noun: str
    """What one item is called."""
    source: str
    """Where the data came from."""
    licence: str
    """Terms of the data, as the source states them."""
    items: int
    """Number of items."""
    interactions: int
    """Number of interactions."""
    users: int
    """Number of distinct users."""
    rejected: int
    """Source rows that were left out; see rejects.jsonl."""
    images: int
    """Number of image files."""
    attributes: list[AttributeSpec]
    """In the source's order."""
    synonyms: dict[str, dict[str, list[str]]]
    """Everyday word -> {attribute: values}; every value is in that attribute's vocabulary."""
    hashes: dict[str, str]
    """File -> SHA-256; `images` stands for all image files together."""
