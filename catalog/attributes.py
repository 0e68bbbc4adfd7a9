"""From raw values to typed columns: the kind of an attribute, its column, its spec.

Knows nothing of files. Values come as strings, numbers, dates or lists of strings, with None where
an item has none.
"""

import ast
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from .cleaning import LABEL_CHARS, TEXT_CHARS, clean, is_missing, label_of
from .records import AttributeHint, AttributeKind, AttributeSpec, AttributeValue

Values = Sequence[AttributeValue | None]

_PROSE_CHARS = 60
_MULTI_VALUES = 50

DTYPES: dict[AttributeKind, pl.DataType] = {
    "categorical": pl.String(),
    "multi": pl.List(pl.String()),
    "numeric": pl.Float64(),
    "date": pl.Date(),
    "text": pl.String(),
}


def infer_kind(values: Values) -> AttributeKind:
    """The kind that all present values fit; numbers and days also when written as strings."""
    present = [value for value in values if value is not None]
    if any(isinstance(value, list) for value in present):
        return "multi"
    if present and all(to_number(value) is not None for value in present):
        return "numeric"
    if present and all(to_date(value) is not None for value in present):
        return "date"
    strings = [str(value) for value in present]
    if strings and all(_written_list(text) is not None for text in strings):
        return "multi"
    if any("|" in text for text in strings) and all(len(t) <= LABEL_CHARS for t in strings):
        return "multi"
    if strings and all(text.startswith(("http://", "https://", "www.")) for text in strings):
        return "text"
    mean = sum(map(len, strings)) / max(len(strings), 1)
    return "text" if mean > _PROSE_CHARS else "categorical"


def to_column(name: str, kind: AttributeKind, values: Values) -> tuple[pl.Series, int]:
    """The typed column, null where missing, and how many values did not fit the kind."""
    convert = _CONVERT[kind]
    column = [None if value is None else convert(value) for value in values]
    fits = kind == "multi"  # an empty list is a missing value, not a wrong one
    pairs = zip(values, column, strict=True)
    unfit = 0 if fits else sum(value is not None and new is None for value, new in pairs)
    return pl.Series(name, column, dtype=DTYPES[kind]), unfit


def describe(column: pl.Series, kind: AttributeKind, hint: AttributeHint) -> AttributeSpec:
    """The spec of a typed column."""
    vocabulary: dict[str, int] = {}
    if kind in ("categorical", "multi"):
        flat = column.explode() if kind == "multi" else column
        counts = Counter(flat.drop_nulls().to_list())
        vocabulary = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
    numeric = kind == "numeric" and column.drop_nulls().len() > 0
    return AttributeSpec(
        name=column.name,
        kind=kind,
        label=hint.label or label_of(column.name),
        unit=hint.unit,
        cues=hint.cues or [column.name.replace("_", " ")],
        vocabulary=vocabulary,
        vocabulary_size=len(vocabulary),
        low=float(column.min()) if numeric else None,  # pyright: ignore[reportArgumentType]
        high=float(column.max()) if numeric else None,  # pyright: ignore[reportArgumentType]
        coverage=round(1 - column.null_count() / max(column.len(), 1), 4),
    )


def to_number(value: AttributeValue) -> float | None:
    """A finite number, or None."""
    if isinstance(value, list | date):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def to_date(value: AttributeValue) -> date | None:
    """A day written as YYYY-MM-DD (a time of day after it is dropped), or None."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) < 10 or value[10:11] not in ("", " ", "T"):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def to_labels(values: Iterable[object]) -> list[str] | None:
    """Distinct clean labels in their order, at most 50; None when there are none."""
    labels = (clean(str(value), LABEL_CHARS) for value in values if value is not None)
    kept = list(dict.fromkeys(label for label in labels if not is_missing(label)))
    return kept[:_MULTI_VALUES] or None


def _written_list(text: str) -> list[object] | None:
    """The list that a cell such as `['a', 'b']` writes."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")) or len(text) > 20_000:
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return value if isinstance(value, list) else None


def _to_multi(value: AttributeValue) -> list[str] | None:
    if isinstance(value, list):
        return to_labels(value)
    written = _written_list(str(value))
    return to_labels(written if written is not None else str(value).split("|"))


def _to_label(value: AttributeValue) -> str | None:
    if isinstance(value, float | int):
        value = f"{value:g}" if value < 1e6 else str(value)
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return clean(text, LABEL_CHARS) or None


def _to_text(value: AttributeValue) -> str | None:
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return clean(text, TEXT_CHARS) or None


_CONVERT = {
    "categorical": _to_label,
    "multi": _to_multi,
    "numeric": to_number,
    "date": to_date,
    "text": _to_text,
}
