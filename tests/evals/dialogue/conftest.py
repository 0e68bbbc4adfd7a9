"""The made-up catalogue, and one of nine films in which every answer can be seen by eye."""

import runpy
from pathlib import Path

import polars as pl
import pytest
from tastemaker.catalog.constraints import Constraint
from tastemaker.catalog.records import About, AttributeHint
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.evals.dialogue.goals import Goal
from tastemaker.evals.dialogue.wishes import Kind, Wish

MADE = runpy.run_path(str(Path(__file__).with_name("made.py")))
FEW = """
c1 Airship   Comedy Ada 1991  90 ship
c2 Balloon   Comedy Ada 1992 120 ship
c3 Carriage  Comedy Ben 1995  95 horse
c4 Dinghy    Comedy Ben 1985  98 ship
c5 Engine    Comedy Ada 1983 140 rail
h1 Ferry     Horror Ada 1994  92 ship
h2 Gondola   Horror Ben 1988 150 ship
d1 Hovercraft Drama Ben 1999  99 ship
d2 Icebreaker Drama Ada 1981 101 ice
"""
"""Id, title, genre, director, year, runtime, keyword. `u` liked h2, then c1."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """160 films, 48 people of known taste."""
    return MADE["made_films"](tmp_path_factory.mktemp("made") / "made")


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Nine films and one person."""
    items = []
    for line in FEW.strip().splitlines():
        item, title, genre, director, year, runtime, keyword = line.split()
        attributes = {
            "genres": [genre], "director": [director], "year": float(year),
            "runtime": float(runtime), "keywords": [keyword],
        }  # fmt: skip
        items.append(RawItem(f"few:{item}", item, title, "", attributes))
    rows = {"line": [1, 2], "user_id": ["u", "u"], "item_id": ["h2", "c1"], "value": ["5", "5"],
            "timestamp": ["1", "2"]}  # fmt: skip
    multi = AttributeHint(kind="multi")
    hints = {
        "genres": AttributeHint(kind="multi", label="Genre"),
        "director": multi, "keywords": multi,
        "runtime": AttributeHint(kind="numeric", label="Running time", cues=["long"]),
    }  # fmt: skip
    about = About(title="Few", item_noun="film", source="a test", attributes=hints)
    folder, rejects = tmp_path_factory.mktemp("few") / "few", Rejects()
    met = iter([("few.csv", pl.DataFrame(rows))])
    write_catalog(folder, Source(about, iter(items), met), rejects)
    assert rejects.count == 0
    return Catalog.open(folder)


def _is(attribute: str, value: str, words: str, kind: Kind = "volunteered") -> Wish:
    limit = Constraint(attribute=attribute, operator="in", values=(value,))
    return Wish(limits=[limit], kind=kind, words=words)


@pytest.fixture(scope="session")
def wishes() -> dict[str, Wish]:
    """Wishes over the nine films, by name."""
    short = Constraint(attribute="runtime", operator="below", bound=100)
    decade = [
        Constraint(attribute="year", operator=operator, bound=bound)
        for operator, bound in (("at_least", 1990), ("at_most", 1999))
    ]
    return {
        "comedy": _is("genres", "Comedy", "something Comedy"),
        "horror": _is("genres", "Horror", "something Horror"),
        "drama": _is("genres", "Drama", "something Drama"),
        "ben": _is("director", "Ben", "by Ben", "on_ask"),
        "short": Wish(limits=[short], kind="hidden", words="under 100 minutes"),
        "nineties": Wish(limits=decade, kind="volunteered", words="from the 1990s"),
        "ship": _is("keywords", "ship", "about ship"),
    }


@pytest.fixture(scope="session")
def goal(wishes: dict[str, Wish]):
    """`goal("comedy", "short", twist=…, instead=…)`: a goal of `u` with these wishes."""

    def make(*names: str, instead: str | None = None, **about: object) -> Goal:
        told = {"id": "000", "owner": "u", "guest": False, "liked": [], "target": "c1",
                "twist": "none", **about}  # fmt: skip
        other = wishes[instead] if instead else None
        return Goal(wishes=[wishes[one] for one in names], instead=other, **told)

    return make
