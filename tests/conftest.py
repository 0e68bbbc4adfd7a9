"""A small catalogue of real films that every room's tests may use, and its recommender.

The 40 films are in four groups of ten (comedies, dark films, space and machines, families), the 32
people in four groups of eight that like one group each, so that what people liked together is known
without looking. Some runtimes, texts, casts and keywords are missing, as in real data.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tastemaker.catalog.records import About, AttributeHint, AttributeValue
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender

FILMS = Path(__file__).parent / "films.csv"
"""What a cell leaves empty, the film does not have."""

HINTS = {
    "year": AttributeHint(kind="numeric", label="Year", cues=["year", "from the"]),
    "genres": AttributeHint(kind="multi", label="Genre"),
    "runtime": AttributeHint(
        kind="numeric", label="Running time", unit="minutes", cues=["minutes", "long", "short"]
    ),
    "director": AttributeHint(kind="multi", label="Director", cues=["director", "directed by"]),
    "cast": AttributeHint(kind="multi", label="Cast", cues=["starring", "with"]),
    "keywords": AttributeHint(kind="multi", label="About", cues=["about"]),
    "language": AttributeHint(kind="categorical", label="Original language", cues=["language"]),
    "rating": AttributeHint(label="Viewers' rating", unit="stars of 5", cues=["rating"]),
    "votes": AttributeHint(label="Ratings", cues=["ratings"]),
}
SYNONYMS = {
    "funny": {"genres": ["Comedy"]},
    "scary": {"genres": ["Horror"]},
    "science fiction": {"genres": ["Sci-Fi"]},
    "sad": {"genres": ["Drama"]},
    "kids": {"genres": ["Family"]},
}


def film_items() -> list[RawItem]:
    """The forty films."""
    items = []
    with FILMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";", quoting=csv.QUOTE_NONE):
            attributes: dict[str, AttributeValue] = {
                name: float(row[name]) for name in ("year", "runtime") if row[name]
            }
            for name in ("genres", "director", "cast", "keywords"):
                if row[name]:
                    attributes[name] = row[name].split("|")
            if row["language"]:
                attributes["language"] = row["language"]
            item_id, title, text = row["item_id"], row["title"], row["text"]
            items.append(RawItem(f"films.csv:{item_id}", item_id, title, text, attributes))
    return items


def film_ratings() -> pl.DataFrame:
    """`u1` to `u32`: person n likes group (n - 1) % 4, and rates some films of the others low."""
    rows = []
    for person in range(1, 33):
        group = (person - 1) % 4
        for film in range(1, 40):
            own = (film - 1) // 10 == group
            if own and (film + person // 4) % 5:
                rows.append((f"u{person}", str(film), "5" if film % 2 else "4.5"))
            elif not own and (film * 7 + person) % 11 == 0:
                rows.append((f"u{person}", str(film), "2"))
    columns = {"user_id": pl.String, "item_id": pl.String, "value": pl.String}
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_row_index("line", 2)
    times = pl.format("{}", pl.col("line") + 1_000_000_000)
    return frame.with_columns(timestamp=times)


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Forty films, thirty-two people."""
    folder = tmp_path_factory.mktemp("catalogs") / "films"
    about = About(
        title="Forty films",
        item_noun="film",
        source="a test",
        licence="Apache-2.0",
        attributes=HINTS,
        synonyms=SYNONYMS,
    )
    source = Source(about, iter(film_items()), iter([("ratings.csv", film_ratings())]), rated=True)
    rejects = Rejects()
    write_catalog(folder, source, rejects)
    assert rejects.count == 0
    return Catalog.open(folder)


@pytest.fixture(scope="session")
def film_recommender(
    films: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recommender]:
    """The recommender of `films` over a fast encoder; its indexes are in a temporary cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        recommender = Recommender.open(films, HashingEncoder())
    yield recommender


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("TASTEMAKER_CACHE_DIR", str(folder))
    return folder
