"""Three small catalogues of different kinds, a reader of each, and readings as short words."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tastemaker.agent.reading.reader import Reader
from tastemaker.agent.reading.reading import Reading
from tastemaker.catalog.constraints import Constraint
from tastemaker.catalog.packs import film_about
from tastemaker.catalog.records import About, AttributeHint
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog

FILMS = Path(__file__).with_name("films.psv")
SIGNS = {"at_least": ">=", "at_most": "<=", "above": ">", "below": "<", "in": "=", "not_in": "!="}

PRODUCTS = """
Trail Boots|Footwear|Daybird|109.99|Black|Leather
City Sneakers|Footwear|Daybird|59.5|White|Canvas
Ridge Jacket|Jackets|Gravitator|89|Red|Nylon
Summit Jacket|Jackets|Gravitator|149|Blue|Wool
Storm Jacket|Jackets|WildRunner|39|Black|Nylon
Alpine Goggles|Ski/boarding|WildRunner|79|Silver|Plastic
Powder Skis|Ski/boarding|WildRunner|299|Red|Wood
Camp Lantern|Camping|Daybird|19.99|Green|Steel
"""
WINES = """
Casa Alta Malbec|Red|Malbec|Argentina|14|Full-bodied|High
Monte Rosso|Red|Sangiovese,Merlot|Italy|13|Medium-bodied|High
Lago Bianco|White|Chardonnay|Italy|12|Light-bodied|Low
Vieux Chateau|Red|Cabernet Sauvignon,Merlot|France|13.5|Full-bodied|Medium
Clos du Sud|Rosé|Pinot Noir|France|11.5|Light-bodied|Medium
Sierra Blanca|White|Albariño|Spain|12.5|Light-bodied|High
Nova Brut|Sparkling|Chardonnay|Brazil|7.5|Light-bodied|High
"""


def _write(folder: Path, about: About, items: Iterable[RawItem]) -> Catalog:
    write_catalog(folder, Source(about, iter(items), iter(())), Rejects())
    return Catalog.open(folder)


def _film(number: int, line: str) -> RawItem:
    title, year, genres, runtime, director, cast, keywords, language, votes = line.split("|")
    attributes = {
        "year": float(year),
        "genres": genres.split(","),
        "runtime": float(runtime) if runtime else None,
        "director": director.split(","),
        "cast": cast.split(",") if cast else None,
        "keywords": keywords.split(","),
        "language": language,
        "rating": 3 + len(title) % 9 / 5,
        "votes": float(votes),
    }
    known = {name: value for name, value in attributes.items() if value is not None}
    return RawItem(f"films.psv:{number}", f"f{number}", title, attributes=known)


@pytest.fixture(scope="session")
def films(tmp_path_factory) -> Catalog:
    """44 films with years, genres, lengths, people, keywords, languages and ratings."""
    lines = FILMS.read_text(encoding="utf-8").splitlines()
    about = film_about("Films", "a test", "none")
    items = [_film(number, line) for number, line in enumerate(lines, 1)]
    return _write(tmp_path_factory.mktemp("reading") / "films", about, items)


@pytest.fixture(scope="session")
def products(tmp_path_factory) -> Catalog:
    """Eight products; nothing is known of their attributes but the values."""
    items = []
    for number, line in enumerate(PRODUCTS.strip().splitlines(), 1):
        title, kind, brand, price, colour, material = line.split("|")
        attributes = {
            "type": kind,
            "brand": brand,
            "price": float(price),
            "colour": colour,
            "material": material,
        }
        items.append(RawItem(f"p:{number}", f"p{number}", title, attributes=attributes))
    about = About(title="Shop", item_noun="product", source="a test")
    return _write(tmp_path_factory.mktemp("reading") / "products", about, items)


@pytest.fixture(scope="session")
def wines(tmp_path_factory) -> Catalog:
    """Seven wines."""
    items = []
    for number, line in enumerate(WINES.strip().splitlines(), 1):
        title, kind, grapes, country, alcohol, body, acidity = line.split("|")
        attributes = {
            "type": kind,
            "grapes": grapes.split(","),
            "country": country,
            "abv": float(alcohol),
            "body": body,
            "acidity": acidity,
        }
        items.append(RawItem(f"w:{number}", f"w{number}", title, attributes=attributes))
    about = About(
        title="Cellar",
        item_noun="wine",
        source="a test",
        attributes={"grapes": AttributeHint(kind="multi")},
        synonyms={"bubbly": {"type": ["Sparkling"]}},
    )
    return _write(tmp_path_factory.mktemp("reading") / "wines", about, items)


@pytest.fixture(scope="session")
def id_of(films) -> Callable[[str], str]:
    """A film's id by its title."""
    return lambda title: films.item_ids[films.titles.index(title)]


@pytest.fixture(scope="session")
def film_reader(films) -> Reader:
    """The reader of the films."""
    return Reader(films, films.items["votes"].to_list())


@pytest.fixture(scope="session")
def product_reader(products) -> Reader:
    """The reader of the products."""
    return Reader(products, [1.0] * products.items.height)


@pytest.fixture(scope="session")
def wine_reader(wines) -> Reader:
    """The reader of the wines."""
    return Reader(wines, [1.0] * wines.items.height)


@pytest.fixture(scope="session")
def shown(films) -> list[str]:
    """The list shown last: Heat, Up, Her, It, 12 Angry Men."""
    return films.item_ids[:5]


def short(one: Constraint) -> str:
    """`year>=1990`, `genres!=Horror`, `genres=Comedy/Drama`."""
    said = "/".join(one.values) if one.bound is None else f"{one.bound:g}"
    return f"{one.attribute}{SIGNS[one.operator]}{said}"


@pytest.fixture(scope="session")
def asked() -> Callable[[Reading], str]:
    """What a reading asks for, in short words and sorted: `genres=Comedy, ~sad`.

    `~` marks a wish that is linked, `?` one in the person's own words, `-` what is given up.
    """

    def asked(reading: Reading) -> str:
        said = [short(one) for one in reading.constraints]
        said += [("~" if wish.attribute else "?") + wish.text for wish in reading.wishes]
        said += [f"-{name}" for name in (*reading.released, *reading.released_values)]
        return ", ".join(sorted(said))

    return asked
