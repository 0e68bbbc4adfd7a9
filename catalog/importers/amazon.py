"""Amazon Reviews 2023: `meta_CATEGORY.jsonl` and `CATEGORY.jsonl`, plain or gzip.

An item is a `parent_asin`. Images are web addresses there, so none are imported.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from ...errors import BadInputError, MissingError
from ...packages import Progress, silent
from ..attributes import to_labels, to_number
from ..records import About, AttributeKind, AttributeValue
from ..rejects import Rejects
from ..source import RawItem, Source
from .reading import TextFile, chunks, json_rows, json_text

_KINDS: dict[str, AttributeKind] = {
    "brand": "categorical",
    "department": "categorical",
    "categories": "multi",
    "price": "numeric",
    "rating": "numeric",
    "votes": "numeric",
    "features": "text",
}
_ENDINGS = (".jsonl", ".jsonl.gz")


def find_meta(path: Path) -> Path | None:
    """The meta file that `path` is or holds."""
    if path.is_dir():
        found = sorted(p for p in path.glob("meta_*") if p.name.endswith(_ENDINGS))
        if len(found) > 1:
            names = ", ".join(p.name for p in found)
            raise BadInputError(f"{path} has several categories ({names}); name one meta file.")
        return found[0] if found else None
    return path if path.name.startswith("meta_") and path.name.endswith(_ENDINGS) else None


def read_amazon(path: Path, about: About, rejects: Rejects, progress: Progress = silent) -> Source:
    """The source of one category; `path` is its meta file or a folder with one.

    Raises:
        MissingError: there is no meta file.
        BadInputError: the folder has several.
    """
    meta = find_meta(path)
    if meta is None:
        raise MissingError(f"{path} has no meta_*.jsonl, which holds the items' titles.")
    source = Source(about, iter(()), iter(()), kinds=dict(_KINDS))
    source.items = _items(TextFile(meta, progress), rejects, source)
    reviews = _reviews(meta)
    if reviews is None:
        source.notes.append(f"No reviews file lies beside {meta.name}: no interactions.")
    else:
        source.interactions = _interactions(TextFile(reviews, progress), rejects)
    return source


def _items(file: TextFile, rejects: Rejects, source: Source) -> Iterator[RawItem]:
    for number, row in json_rows(file, rejects):
        found: dict[str, AttributeValue | None] = {
            "brand": json_text(row.get("store")),
            "department": json_text(row.get("main_category")),
            "categories": to_labels(_list(row, "categories")),
            "price": to_number(json_text(row.get("price")).lstrip("$")),
            "rating": to_number(json_text(row.get("average_rating"))),
            "votes": to_number(json_text(row.get("rating_number"))),
            "features": " ".join(json_text(line) for line in _list(row, "features")),
        }
        yield RawItem(
            f"{file.name}:{number}",
            json_text(row.get("parent_asin")),
            json_text(row.get("title")),
            " ".join(json_text(part) for part in _list(row, "description")),
            {name: value for name, value in found.items() if value},
        )
    source.notes += file.notes()


def _interactions(file: TextFile, rejects: Rejects) -> Iterator[tuple[str, pl.DataFrame]]:
    columns = ("user_id", "parent_asin", "rating", "timestamp")
    rows = (
        (number, [json_text(row.get(column)) for column in columns])
        for number, row in json_rows(file, rejects)
    )
    picks = {"user_id": 0, "item_id": 1, "value": 2, "timestamp": 3}
    yield from chunks(rows, picks, file.name)


def _reviews(meta: Path) -> Path | None:
    category = meta.name.removesuffix(".gz").removesuffix(".jsonl").removeprefix("meta_")
    places = [meta.with_name(category + ending) for ending in _ENDINGS]
    return next((place for place in places if place.is_file()), None)


def _list(row: dict[str, Any], key: str) -> list[Any]:
    value = row.get(key)
    return value if isinstance(value, list) else []
