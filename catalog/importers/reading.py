"""Rows out of text files, with their line numbers; every importer reads through here.

Plain or gzip, UTF-8 with or without a byte-order mark, any line ending. Bytes that are not UTF-8
become "\N{REPLACEMENT CHARACTER}" and their lines are counted.
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl

from ...errors import BadInputError
from ...packages import Progress, silent
from ..interactions import CHUNK_ROWS
from ..rejects import Rejects

csv.field_size_limit(1 << 24)  # descriptions and credits exceed the module's 128 KiB

Row = tuple[int, list[str]]
"""(line number, cells)."""


class TextFile:
    """One source file, read line by line."""

    def __init__(
        self, path: Path, progress: Progress = silent, encoding: str = "utf-8-sig"
    ) -> None:
        self.path = path
        self.name = path.name
        self.encoding = encoding
        self.replaced = 0
        """Lines with bytes that are not of the encoding, so far."""
        self._progress = progress

    def lines(self) -> Iterator[str]:
        """Lines with their endings.

        Raises:
            BadInputError: the file cannot be read or is not text.
        """
        with _sentences(self.path):
            size = self.path.stat().st_size
            with self.path.open("rb") as raw:
                magic = raw.read(4)
                raw.seek(0)
                plain = gzip.open(raw) if magic[:2] == b"\x1f\x8b" else raw  # noqa: SIM115
                head = plain.read(4096)
                plain.seek(0)
                _refuse_other_than_text(self.path, head)
                text = io.TextIOWrapper(
                    plain,  # pyright: ignore[reportArgumentType]
                    encoding=self.encoding,
                    errors="replace",
                    newline="",
                )
                for number, line in enumerate(text):
                    if "\ufffd" in line:
                        self.replaced += 1
                    if number % 100_000 == 0:
                        self._progress(f"reading {self.name}", raw.tell(), size)
                    yield line

    def notes(self) -> list[str]:
        """What a report should say of the file once it is read."""
        if not self.replaced:
            return []
        return [f"{self.replaced} lines of {self.name} hold bytes that are not UTF-8."]


def csv_rows(file: TextFile) -> Iterator[Row]:
    """Rows of a delimited file, the header first; the delimiter is read off the header.

    Raises:
        BadInputError: the file is empty or a cell never ends.
    """
    lines = file.lines()
    first = next(lines, "")
    if not first.strip():
        raise BadInputError(f"{file.name} is empty or begins with an empty line.")
    delimiter = max(",;\t|", key=first.count)
    yield 1, [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter))]
    reader = csv.reader(lines, delimiter=delimiter)
    before = 1
    try:
        for cells in reader:
            if cells:
                yield before + 1, cells
            before = 1 + reader.line_num
    except csv.Error as error:
        raise BadInputError(f"{file.name}:{before + 1} cannot be read: {error}.") from error


def split_rows(file: TextFile, separator: str) -> Iterator[Row]:
    """Rows of a file without quoting, such as `1::2::3`."""
    for number, line in enumerate(file.lines(), start=1):
        line = line.rstrip("\r\n")
        if line:
            yield number, line.split(separator)


def json_rows(file: TextFile, rejects: Rejects) -> Iterator[tuple[int, dict[str, Any]]]:
    """Objects of a JSON Lines file, or of a file that is one JSON array (then numbered by entry).

    Lines that are not JSON objects are rejected.

    Raises:
        BadInputError: an array that is not valid JSON.
    """
    lines = file.lines()
    first = next(lines, "")
    if first.lstrip().startswith("["):
        try:
            entries = json.loads(first + "".join(lines))
        except (ValueError, RecursionError) as error:
            raise BadInputError(f"{file.name} is not valid JSON: {error}.") from error
        for number, entry in enumerate(entries, start=1):
            if isinstance(entry, dict):
                yield number, entry
            else:
                rejects.add(f"{file.name}:{number}", "is not a JSON object", str(entry))
        return
    number = 0
    for line in _chain(first, lines):
        number += 1
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if isinstance(entry, dict):
            yield number, entry
        else:
            rejects.add(f"{file.name}:{number}", "is not a JSON object", line)


def even_rows(rows: Iterator[Row], width: int, file: str, rejects: Rejects) -> Iterator[Row]:
    """Only the rows with as many cells as the header; the others are rejected."""
    for number, cells in rows:
        if len(cells) == width:
            yield number, cells
        else:
            reason = f"has {len(cells)} columns instead of {width}"
            rejects.add(f"{file}:{number}", reason, ",".join(cells))


def chunks(
    rows: Iterator[Row], picks: dict[str, int], file: str
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows of interactions as `InteractionWriter.add` takes them; `picks`: column -> cell index."""
    width = len(picks)
    pick = itemgetter(*picks.values())
    while True:
        lines: list[int] = []
        flat: list[str] = []  # one list of strings: kept row lists would make the collector slow
        for number, cells in islice(rows, CHUNK_ROWS):
            lines.append(number)
            flat.extend(pick(cells))
        if not lines:
            return
        columns = {
            name: pl.Series(name, flat[index::width], dtype=pl.String)
            for index, name in enumerate(picks)
        }
        yield file, pl.DataFrame({"line": lines, **columns})


def json_text(value: object) -> str:
    """A JSON scalar as the text of a cell; lone surrogates become "?"."""
    if value is None or isinstance(value, dict | list):
        return ""
    text = str(value)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _refuse_other_than_text(path: Path, head: bytes) -> None:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInputError(f"{path.name} is UTF-16; save it as UTF-8 and import it again.")
    if b"\x00" in head:
        raise BadInputError(f"{path.name} is not a text file.")


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise BadInputError(f"{path} cannot be read: {why}.") from error
