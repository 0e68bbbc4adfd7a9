"""RecBole atomic files: `NAME.inter`, `NAME.item`, tab-separated with `field:type` headers.

`token` is a category, `token_seq` several (separated by spaces), `float` a number, `float_seq` is
left out. `.user` files add nothing to a catalogue.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ...errors import BadInputError, MissingError
from ...packages import Progress, silent
from ..cleaning import attribute_name, is_missing
from ..records import About, AttributeKind, AttributeValue
from ..rejects import Rejects
from ..source import RawItem, Source
from .reading import Row, TextFile, chunks, even_rows, split_rows

_KINDS: dict[str, AttributeKind] = {
    "token": "categorical",
    "token_seq": "multi",
    "float": "numeric",
}
_TYPES = {*_KINDS, "float_seq"}


class Field(NamedTuple):
    """One column of an atomic file."""

    name: str
    type: str


def recognises(folder: Path) -> bool:
    """Whether this folder holds atomic files."""
    return any(folder.glob("*.inter")) or any(folder.glob("*.item"))


def read_recbole(
    folder: Path,
    about: About,
    rejects: Rejects,
    progress: Progress = silent,
    rename: dict[str, str] | None = None,
) -> Source:
    """The source of a folder with one `.item` and at most one `.inter` file.

    `rename` gives attributes other names than the header does.

    Raises:
        MissingError: there is no `.item` file.
        BadInputError: there are several, or a header is not of the format.
    """
    items = _single(folder, ".item")
    if items is None:
        raise MissingError(f"{folder} has no .item file; a catalogue needs the items' titles.")
    source = Source(about, iter(()), iter(()))
    file = TextFile(items)
    rows = split_rows(file, "\t")
    fields = read_header(rows, file.name)
    title = _title_field(fields)
    names = [(rename or {}).get(field.name, field.name) for field in fields]
    source.kinds = {
        name: _KINDS[field.type]
        for name, field in zip(names, fields, strict=True)
        if field.type in _KINDS
    }
    source.notes.append(f"id = {fields[0].name}, title = {fields[title].name}.")
    source.items = _items(file, rows, fields, names, title, rejects, source)
    interactions = _single(folder, ".inter")
    if interactions is not None:
        source.interactions = _interactions(TextFile(interactions, progress), rejects)
    return source


def read_header(rows: Iterator[Row], file: str) -> list[Field]:
    """The typed header.

    Raises:
        BadInputError: the first line is not a header of `field:type` cells.
    """
    _, cells = next(rows, (1, [""]))
    fields = [Field(*cell.strip().rpartition(":")[::2]) for cell in cells]
    wrong = [field for field in fields if not field.name or field.type not in _TYPES]
    if wrong:
        raise BadInputError(
            f"{file} does not begin with a header of name:type cells (types: token, token_seq,"
            f" float, float_seq); found {chr(9).join(cells)[:100]!r}."
        )
    return fields


def _items(
    file: TextFile,
    rows: Iterator[Row],
    fields: list[Field],
    names: list[str],
    title: int,
    rejects: Rejects,
    source: Source,
) -> Iterator[RawItem]:
    for number, cells in even_rows(rows, len(fields), file.name, rejects):
        attributes: dict[str, AttributeValue] = {}
        for index, cell in enumerate(cells):
            kind = fields[index].type
            if index in (0, title) or kind not in _KINDS or is_missing(cell):
                continue
            attributes[names[index]] = cell.split(" ") if kind == "token_seq" else cell
        yield RawItem(f"{file.name}:{number}", cells[0], cells[title], attributes=attributes)
    source.notes += file.notes()


def _interactions(file: TextFile, rejects: Rejects) -> Iterator[tuple[str, pl.DataFrame]]:
    rows = split_rows(file, "\t")
    names = [field.name for field in read_header(rows, file.name)]
    if len(names) < 2:
        raise BadInputError(f"{file.name} needs a user and an item column.")
    picks = {"user_id": 0, "item_id": 1}
    for column, known in (("value", ("rating", "label")), ("timestamp", ("timestamp", "time"))):
        index = next((names.index(name) for name in known if name in names), None)
        if index is not None:
            picks[column] = index
    yield from chunks(even_rows(rows, len(names), file.name, rejects), picks, file.name)


def _title_field(fields: list[Field]) -> int:
    """The field that names the item: the id itself when no field is called a title or name."""
    for word in ("title", "name"):
        for index, field in enumerate(fields):
            if word in attribute_name(field.name).split("_"):
                return index
    return 0


def _single(folder: Path, suffix: str) -> Path | None:
    found = sorted(folder.glob(f"*{suffix}"))
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise BadInputError(f"{folder} has several {suffix} files ({names}); keep one.")
    return found[0] if found else None
