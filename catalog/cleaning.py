"""Text as it may enter a catalogue: no control characters, one space between words, bounded."""

import re

TITLE_CHARS = 300
TEXT_CHARS = 5_000
ID_CHARS = 200
LABEL_CHARS = 200
"""Longest attribute value that can be a category."""

MISSING = frozenset({"", "nan", "null", "none", "n/a"})
"""What tables write, in lower case, where they have no value."""

# C0 and C1 controls, bidirectional overrides, byte-order marks, lone surrogates.
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufffe\uffff\ud800-\udfff]"
)


def clean(text: str, limit: int) -> str:
    """`text` without control characters, white space collapsed, cut at `limit` characters."""
    return " ".join(_CONTROL.sub("", text).split())[:limit].rstrip()


def is_missing(text: str) -> bool:
    """Whether a cell says "no value"."""
    return text.strip().lower() in MISSING


def attribute_name(column: str) -> str:
    """A column's name as an attribute: `RegionName` and `region name` become `region_name`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", clean(column, 80))
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_") or "attribute"


def label_of(name: str) -> str:
    """An attribute's name as people read it."""
    return name.replace("_", " ").capitalize()
