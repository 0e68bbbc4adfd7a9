"""A made-up catalogue with people of known taste, for the tests of the suites.

160 films: each has two of ten genres, one of eight directors, a language, a year and a runtime, by
a seeded draw, and nothing else tells them apart. 48 people like two genres each: 25 films of these
that they rate high, after five of others that they rate low.
"""

import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from tastemaker.catalog.records import About, AttributeHint
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog

ITEMS, PEOPLE, LIKES, DISLIKES = 160, 48, 25, 5
GENRES = ("Action", "Comedy", "Crime", "Drama", "Fantasy", "Horror", "Musical", "Romance", "War",
          "Western")  # fmt: skip
DIRECTORS = ("Ada Brandt", "Bela Corti", "Cora Delon", "Dino Evers", "Emma Fiori", "Fritz Gale",
             "Greta Holm", "Hugo Iver")  # fmt: skip
LANGUAGES = ("English", "French", "Italian")
FIRST = ("Amber", "Bitter", "Crooked", "Distant", "Empty", "Frozen", "Golden", "Hollow", "Iron",
         "Jagged")  # fmt: skip
SECOND = ("Anchor", "Bridge", "Candle", "Desert", "Engine", "Forest", "Garden", "Harbour",
          "Island", "Journey", "Kingdom", "Lantern", "Mirror", "Needle", "Orchard",
          "Palace")  # fmt: skip
HINTS = {
    "year": AttributeHint(kind="numeric", label="Year", cues=["year", "from the"]),
    "genres": AttributeHint(kind="multi", label="Genre"),
    "runtime": AttributeHint(
        kind="numeric", label="Running time", unit="minutes", cues=["minutes", "long", "short"]
    ),
    "director": AttributeHint(kind="multi", label="Director", cues=["director", "directed by"]),
    "language": AttributeHint(kind="categorical", label="Original language", cues=["language"]),
}


def made_films(folder: Path) -> Catalog:
    """The catalogue, written into a folder."""
    draw = random.Random(7)
    names = [f"{first} {second}" for first in FIRST for second in SECOND]
    items = [
        RawItem(
            where=f"made:{n}",
            item_id=f"m{n:03d}",
            title=name if n % 3 else f"The {name}",
            attributes={
                "year": float(draw.randrange(1980, 2010)),
                "genres": draw.sample(GENRES, 2),
                "runtime": float(draw.randrange(80, 180)),
                "director": [draw.choice(DIRECTORS)],
                "language": draw.choice(LANGUAGES),
            },
        )
        for n, name in enumerate(names)
    ]
    about = About(title="Made films", item_noun="film", source="a seeded draw", attributes=HINTS)
    met = iter([("made.csv", _met(items, draw))])
    rejects = Rejects()
    write_catalog(folder, Source(about, iter(items), met), rejects)
    assert rejects.count == 0
    return Catalog.open(folder)


def _met(items: Sequence[RawItem], draw: random.Random) -> pl.DataFrame:
    rows = []
    for person in range(PEOPLE):
        taste = set(draw.sample(GENRES, 2))
        own = [one for one in items if taste & set(one.attributes["genres"])]  # type: ignore[arg-type]
        others = [one for one in items if one not in own]
        chosen = [*draw.sample(others, DISLIKES), *draw.sample(own, LIKES)]
        for place, one in enumerate(chosen):
            value = "5" if place >= DISLIKES else "2"
            rows.append((f"p{person:02d}", one.item_id, value, str(1_000_000_000 + place)))
    columns = ("user_id", "item_id", "value", "timestamp")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame.with_row_index("line", 2)
