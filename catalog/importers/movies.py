"""The demo catalogue `movies`: MovieLens latest-small, joined with TMDB-5000 on the TMDB id.

`movies.csv`, `ratings.csv`, `tags.csv`, `links.csv` are MovieLens'; `tmdb_movies.csv` and
`tmdb_credits.csv` are TMDB's. Films that TMDB-5000 lacks keep what MovieLens knows.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...packages import Progress, silent
from ..records import About, AttributeKind, AttributeValue
from ..rejects import Rejects
from ..source import RawItem, Source
from .movielens import KINDS, columns_of, csv_items, csv_ratings
from .reading import TextFile, csv_rows

BILLED = 6
"""Actors kept, in billing order."""
_KINDS: dict[str, AttributeKind] = {
    "director": "multi",
    "cast": "multi",
    "keywords": "multi",
    "runtime": "numeric",
    "language": "categorical",
    "tagline": "text",
}


def read_movies(
    folder: Path,
    about: About,
    languages: dict[str, str],
    rejects: Rejects,
    progress: Progress = silent,
) -> Source:
    """The source of the six files; `languages`: ISO 639-1 code -> English name.

    Raises:
        BadInputError: a file cannot be read or its header is another.
    """
    source = Source(about, iter(()), iter(()), kinds={**KINDS, **_KINDS}, rated=True)
    source.items = _joined(folder, languages, rejects, source)
    source.interactions = csv_ratings(folder, rejects, progress)
    return source


def _joined(
    folder: Path, languages: dict[str, str], rejects: Rejects, source: Source
) -> Iterator[RawItem]:
    tmdb_ids = {row["movieId"]: row["tmdbId"] for row in _rows(folder / "links.csv")}
    details = {row["id"]: row for row in _rows(folder / "tmdb_movies.csv")}
    credits = {row["movie_id"]: row for row in _rows(folder / "tmdb_credits.csv")}
    joined = 0
    for item in csv_items(folder, rejects, source):
        tmdb_id = tmdb_ids.get(item.item_id, "")
        if tmdb_id in details:
            joined += 1
            _add_details(item, details[tmdb_id], languages)
            if tmdb_id in credits:
                _add_credits(item, credits[tmdb_id])
        yield item
    source.notes.append(f"{joined} films have TMDB's details; the others have MovieLens' only.")


def _add_details(item: RawItem, row: dict[str, str], languages: dict[str, str]) -> None:
    item.text = row["overview"]
    minutes = float(row["runtime"] or 0)
    code = row["original_language"]
    found: dict[str, AttributeValue] = {
        "runtime": minutes,
        "keywords": [entry["name"] for entry in _entries(row["keywords"])],
        "language": languages.get(code, code),
        "tagline": row["tagline"],
    }
    item.attributes |= {name: value for name, value in found.items() if value}


def _add_credits(item: RawItem, row: dict[str, str]) -> None:
    crew = _entries(row["crew"])
    directors = [entry["name"] for entry in crew if entry["job"] == "Director"]
    cast = sorted(_entries(row["cast"]), key=lambda entry: entry["order"])
    billed = list(dict.fromkeys(entry["name"] for entry in cast))[:BILLED]
    if directors:
        item.attributes["director"] = directors
    if billed:
        item.attributes["cast"] = billed


def _entries(cell: str) -> list[dict[str, Any]]:
    return json.loads(cell or "[]")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    file = TextFile(path)
    rows = csv_rows(file)
    header = next(rows)[1]
    columns_of(header, _NEEDED[path.name], file.name)
    for _, cells in rows:
        yield dict(zip(header, cells, strict=True))


_NEEDED = {
    "links.csv": ("movieId", "tmdbId"),
    "tmdb_movies.csv": ("id", "overview", "runtime", "original_language", "keywords", "tagline"),
    "tmdb_credits.csv": ("movie_id", "cast", "crew"),
}
