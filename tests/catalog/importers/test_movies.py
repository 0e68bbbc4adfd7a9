import csv
import json
from pathlib import Path

import pytest
from tastemaker.catalog.importers.movies import read_movies
from tastemaker.catalog.packs import PACKS, pack_data
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog

DETAILS = [
    {
        "id": "862",
        "overview": "Toys\u0007 live.",
        "runtime": "81.0",
        "original_language": "en",
        "keywords": json.dumps([{"name": "toy"}, {"name": "boy"}]),
        "tagline": "",
    },
    {
        "id": "9",
        "overview": "",
        "runtime": "0",
        "original_language": "xx",
        "keywords": "[]",
        "tagline": "Hm.",
    },
]
CREDITS = [
    {
        "movie_id": "862",
        "cast": json.dumps([{"name": f"Actor {n}", "order": n} for n in reversed(range(9))]),
        "crew": json.dumps(
            [{"job": "Editor", "name": "E"}, {"job": "Director", "name": "John Lasseter"}]
        ),
    }
]


def table(path: Path, rows: list[dict]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    titles = ["Toy Story (1995)", "Blank (2000)", "Alone, The (2001)"]
    films = [
        {"movieId": n, "title": title, "genres": "Comedy"}
        for n, title in enumerate(titles, start=1)
    ]
    table(tmp_path / "movies.csv", films)
    rating = {"userId": 1, "movieId": 1, "rating": 4, "timestamp": 5}
    table(tmp_path / "ratings.csv", [rating | {"userId": n} for n in range(5)])
    links = [
        {"movieId": 1, "tmdbId": 862},
        {"movieId": 2, "tmdbId": 9},
        {"movieId": 3, "tmdbId": ""},
    ]
    table(tmp_path / "links.csv", links)
    table(tmp_path / "tmdb_movies.csv", DETAILS)
    table(tmp_path / "tmdb_credits.csv", CREDITS)
    source = read_movies(tmp_path, PACKS["movies"].about, pack_data()["languages"], Rejects())
    write_catalog(tmp_path / "movies", source, Rejects())
    assert source.notes == ["2 films have TMDB's details; the others have MovieLens' only."]
    return Catalog.open(tmp_path / "movies")


def test_a_film_of_both_sources(catalog: Catalog):
    film = catalog.item("1")
    assert (film.title, film.text) == ("Toy Story", "Toys live.")
    assert film.attributes == {
        "year": 1995.0,
        "genres": ["Comedy"],
        "runtime": 81.0,
        "keywords": ["toy", "boy"],
        "language": "English",
        "director": ["John Lasseter"],
        "cast": [f"Actor {n}" for n in range(6)],
        "votes": 5.0,
        "rating": 4.0,
    }


def test_zero_and_empty_are_missing(catalog: Catalog):
    assert catalog.item("2").attributes == {
        "year": 2000.0,
        "genres": ["Comedy"],
        "language": "xx",
        "tagline": "Hm.",
    }
    assert catalog.item("3").attributes == {"year": 2001.0, "genres": ["Comedy"]}
    assert catalog.item("3").title == "The Alone"


def test_the_runtime_is_understood_in_minutes(catalog: Catalog):
    spec = catalog.spec("runtime")
    assert spec.unit == "minutes" and {"minutes", "long", "hours"} <= set(spec.cues)
