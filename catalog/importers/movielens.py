"""MovieLens folders: the CSV layout (latest, 20M, 25M, 32M) and the `::` layout of 1M and 10M."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ...errors import BadInputError, MissingError
from ...packages import Progress, silent
from ..records import About, AttributeKind, AttributeValue
from ..rejects import Rejects
from ..source import RawItem, Source
from .reading import Row, TextFile, chunks, csv_rows, even_rows, split_rows
from .titles import read_title

MOST_TAGS = 10
"""Tags kept for one item, most used first."""

KINDS: dict[str, AttributeKind] = {
    "year": "numeric",
    "genres": "multi",
    "tags": "multi",
    "also_known_as": "text",
    "rating": "numeric",
    "votes": "numeric",
}


def recognises(folder: Path) -> bool:
    """Whether this folder is laid out as MovieLens data."""
    return any((folder / f"movies{end}").is_file() for end in (".csv", ".dat")) and any(
        (folder / f"ratings{end}").is_file() for end in (".csv", ".dat")
    )


def read_movielens(
    folder: Path, about: About, rejects: Rejects, progress: Progress = silent
) -> Source:
    """The source of a MovieLens folder; `users.dat` and `links.csv` add nothing to a catalogue.

    Raises:
        MissingError: the folder lacks movies or ratings.
        BadInputError: a file cannot be read or its header is another.
    """
    source = Source(about, iter(()), iter(()), kinds=dict(KINDS), rated=True)
    if (folder / "movies.dat").is_file():
        source.items = _dat_items(folder, rejects, source)
        source.interactions = _dat_ratings(folder, rejects, progress)
    else:
        source.items = csv_items(folder, rejects, source)
        source.interactions = csv_ratings(folder, rejects, progress)
    return source


def csv_items(folder: Path, rejects: Rejects, source: Source) -> Iterator[RawItem]:
    """Items of movies.csv, with the tags of tags.csv where there is one."""
    tags = read_tags(folder, source)
    file = _file(folder, "movies.csv")
    rows = csv_rows(file)
    columns = columns_of(next(rows)[1], ("movieId", "title", "genres"), file.name)
    for number, cells in even_rows(rows, len(columns), file.name, rejects):
        item = film(
            f"{file.name}:{number}",
            *(cells[columns[name]] for name in ("movieId", "title", "genres")),
        )
        if item.item_id in tags:
            item.attributes["tags"] = tags[item.item_id]
        yield item
    source.notes += file.notes()


def csv_ratings(
    folder: Path, rejects: Rejects, progress: Progress
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Chunks of ratings.csv."""
    file = _file(folder, "ratings.csv", progress)
    rows = csv_rows(file)
    columns = columns_of(next(rows)[1], ("userId", "movieId", "rating", "timestamp"), file.name)
    picks = {
        "user_id": columns["userId"],
        "item_id": columns["movieId"],
        "value": columns["rating"],
        "timestamp": columns["timestamp"],
    }
    yield from chunks(even_rows(rows, len(columns), file.name, rejects), picks, file.name)


def read_tags(folder: Path, source: Source) -> dict[str, list[str]]:
    """movieId -> lower-cased tags, most used first; empty without tags.csv."""
    if not (folder / "tags.csv").is_file():
        return {}
    file = TextFile(folder / "tags.csv")
    rows = csv_rows(file)
    columns = columns_of(next(rows)[1], ("movieId", "tag"), file.name)
    used: dict[str, Counter[str]] = defaultdict(Counter)
    broken = 0
    for _, cells in rows:
        if len(cells) != len(columns):
            broken += 1
            continue
        tag = " ".join(cells[columns["tag"]].lower().split())
        if tag:
            used[cells[columns["movieId"]].strip()][tag] += 1
    if broken:
        source.notes.append(f"{broken} rows of tags.csv were left out: wrong number of columns.")
    source.notes += file.notes()
    return {item: [tag for tag, _ in count.most_common(MOST_TAGS)] for item, count in used.items()}


def film(where: str, item_id: str, title: str, genres: str) -> RawItem:
    """An item from the three fields that every layout has."""
    read = read_title(title)
    attributes: dict[str, AttributeValue] = {}
    if read.year is not None:
        attributes["year"] = read.year
    listed = [genre for genre in genres.split("|") if genre and genre != "(no genres listed)"]
    if listed:
        attributes["genres"] = listed
    if read.others:
        attributes["also_known_as"] = "; ".join(read.others)
    return RawItem(where, item_id, read.title, attributes=attributes)


def columns_of(header: list[str], wanted: tuple[str, ...], file: str) -> dict[str, int]:
    """Column name -> index.

    Raises:
        BadInputError: a wanted column is missing.
    """
    missing = [name for name in wanted if name not in header]
    if missing:
        raise BadInputError(
            f"{file} has no column {', '.join(missing)}; its header is {', '.join(header)[:200]}."
        )
    return {name: index for index, name in enumerate(header)}


def _dat_items(folder: Path, rejects: Rejects, source: Source) -> Iterator[RawItem]:
    file = _file(folder, "movies.dat", encoding=_dat_encoding(folder / "movies.dat"))
    rows: Iterator[Row] = split_rows(file, "::")
    for number, cells in even_rows(rows, 3, file.name, rejects):
        yield film(f"{file.name}:{number}", cells[0], cells[1], cells[2])
    source.notes += file.notes()


def _dat_ratings(
    folder: Path, rejects: Rejects, progress: Progress
) -> Iterator[tuple[str, pl.DataFrame]]:
    file = _file(folder, "ratings.dat", progress)
    rows = even_rows(split_rows(file, "::"), 4, file.name, rejects)
    picks = {"user_id": 0, "item_id": 1, "value": 2, "timestamp": 3}
    yield from chunks(rows, picks, file.name)


def _dat_encoding(path: Path) -> str:
    """1M is Latin-1, 10M is UTF-8: whichever the file's bytes allow."""
    if not path.is_file():
        return "utf-8-sig"
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _file(
    folder: Path, name: str, progress: Progress = silent, encoding: str = "utf-8-sig"
) -> TextFile:
    path = folder / name
    if not path.is_file():
        raise MissingError(f"{folder} has no {name}, which a MovieLens folder needs.")
    return TextFile(path, progress, encoding)
