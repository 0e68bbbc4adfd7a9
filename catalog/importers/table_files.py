"""CSV, JSON Lines and Parquet files behind one face: columns, item rows, interaction chunks."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

import polars as pl

from ...errors import BadInputError
from ...packages import Progress, silent
from ..attributes import to_labels
from ..cleaning import is_missing
from ..interactions import CHUNK_ROWS
from ..records import AttributeValue
from ..rejects import Rejects
from .reading import TextFile, chunks, csv_rows, even_rows, json_rows, json_text

ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
"""Endings of tables; the text ones may be followed by .gz."""
_LOOK = 1000
"""JSON objects looked at for their keys."""

Cells = dict[str, AttributeValue | None]


class Table(Protocol):
    """A table of any of the formats."""

    name: str
    columns: list[str]

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """(line, cells), unusable rows rejected."""
        ...

    def chunks(self, picks: dict[str, str]) -> Iterator[tuple[str, pl.DataFrame]]:
        """Interactions as `InteractionWriter.add` takes them; `picks`: role -> column."""
        ...

    def notes(self) -> list[str]:
        """What a report should say of the file once it is read."""
        ...


def is_table(path: Path) -> bool:
    """Whether the name ends as a table's does."""
    return path.is_file() and path.name.lower().removesuffix(".gz").endswith(ENDINGS)


def open_table(path: Path, rejects: Rejects, progress: Progress = silent) -> Table:
    """The table in `path`, by its ending.

    Raises:
        BadInputError: another ending, or the file cannot be read as what its ending says.
    """
    if not is_table(path):
        raise BadInputError(f"{path} is not a table: it needs to end in {', '.join(ENDINGS)}.")
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    if ending == ".parquet":
        return _Parquet(path)
    kind = _Csv if ending in (".csv", ".tsv") else _Json
    return kind(path, rejects, progress)


class _Csv:
    def __init__(self, path: Path, rejects: Rejects, progress: Progress) -> None:
        self.name = path.name
        self._file = TextFile(path, progress)
        self._rejects = rejects
        self.columns = next(csv_rows(self._file))[1]
        repeated = [name for name in self.columns if self.columns.count(name) > 1]
        if repeated:
            raise BadInputError(f"{path.name} has two columns named {repeated[0]!r}.")

    def rows(self) -> Iterator[tuple[int, Cells]]:
        for number, cells in self._even():
            pairs = zip(self.columns, cells, strict=True)
            yield number, {name: None if is_missing(cell) else cell for name, cell in pairs}

    def chunks(self, picks: dict[str, str]) -> Iterator[tuple[str, pl.DataFrame]]:
        indexes = {role: self.columns.index(column) for role, column in picks.items()}
        yield from chunks(self._even(), indexes, self.name)

    def notes(self) -> list[str]:
        return self._file.notes()

    def _even(self) -> Iterator[tuple[int, list[str]]]:
        rows = csv_rows(self._file)
        next(rows)
        return even_rows(rows, len(self.columns), self.name, self._rejects)


class _Json:
    def __init__(self, path: Path, rejects: Rejects, progress: Progress) -> None:
        self.name = path.name
        self._file = TextFile(path, progress)
        self._rejects = rejects
        seen = [row for _, row in islice(json_rows(self._file, Rejects()), _LOOK)]
        if not seen:
            raise BadInputError(f"{path.name} holds no JSON object.")
        self.columns = list(dict.fromkeys(key for row in seen for key in row))

    def rows(self) -> Iterator[tuple[int, Cells]]:
        for number, row in json_rows(self._file, self._rejects):
            yield number, {name: to_value(value) for name, value in row.items()}

    def chunks(self, picks: dict[str, str]) -> Iterator[tuple[str, pl.DataFrame]]:
        rows = (
            (number, [json_text(row.get(column)) for column in picks.values()])
            for number, row in json_rows(self._file, self._rejects)
        )
        yield from chunks(rows, {role: index for index, role in enumerate(picks)}, self.name)

    def notes(self) -> list[str]:
        return self._file.notes()


class _Parquet:
    def __init__(self, path: Path) -> None:
        self.name = path.name
        with _sentences(self.name):
            self._scan = pl.scan_parquet(path)
            self.columns = self._scan.collect_schema().names()

    def rows(self) -> Iterator[tuple[int, Cells]]:
        number = 0
        for batch in self._batches(self.columns):
            for row in batch.iter_rows(named=True):
                number += 1
                yield number, {name: to_value(value) for name, value in row.items()}

    def chunks(self, picks: dict[str, str]) -> Iterator[tuple[str, pl.DataFrame]]:
        number = 1
        for batch in self._batches(list(dict.fromkeys(picks.values()))):
            with _sentences(self.name):
                cells = {role: _as_text(batch[name]) for role, name in picks.items()}
                lines = pl.int_range(number, number + batch.height, dtype=pl.Int64)
                frame = batch.select(line=lines, **cells)
            number += batch.height
            yield self.name, frame

    def notes(self) -> list[str]:
        return []

    def _batches(self, columns: list[str]) -> Iterator[pl.DataFrame]:
        scan = self._scan.select(columns)
        start = 0
        while True:
            with _sentences(self.name):
                batch = scan.slice(start, CHUNK_ROWS).collect()
            if not batch.height:
                return
            yield batch
            start += batch.height


def to_value(value: object) -> AttributeValue | None:
    """A JSON or Parquet value as an attribute's; None for what has no such form (objects, NaN)."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None
    if isinstance(value, str):
        return None if is_missing(value) else value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, list):
        return to_labels(entry for entry in value if not isinstance(entry, dict | list))
    return None


def _as_text(cells: pl.Series) -> pl.Series:
    """Cells as a text file would write them; times as Unix seconds, whatever their zone."""
    if isinstance(cells.dtype, pl.Datetime):
        cells = cells.dt.epoch("s")
    return cells.cast(pl.String)


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInputError(f"{name} cannot be read as Parquet: {first[:200]}.") from error
