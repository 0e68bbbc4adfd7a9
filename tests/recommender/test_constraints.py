"""Hard constraints against a second, naive implementation in plain Python."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tastemaker.catalog.constraints import (
    CLOSED_VOCABULARY,
    Constraint,
    conflicts,
    describe,
    describe_all,
    is_closed,
    plain_number,
    relaxations,
    satisfies,
)
from tastemaker.catalog.records import About, Item
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.errors import BadInputError

GENRES = ("Comedy", "Drama", "Horror", "Sci-Fi")
LANGUAGES = ("English", "French", "German")
TAGS = tuple(f"tag {n}" for n in range(CLOSED_VOCABULARY + 1))

genres = st.lists(st.sampled_from(GENRES), min_size=1, max_size=3, unique=True)
tags = st.lists(st.sampled_from(TAGS[:5]), min_size=1, max_size=3, unique=True)
rows = st.fixed_dictionaries(
    {},
    optional={
        "year": st.integers(1990, 1996).map(float),
        "genres": genres,
        "language": st.sampled_from(LANGUAGES),
        "tags": tags,
    },
)
number = st.builds(
    Constraint,
    attribute=st.just("year"),
    operator=st.sampled_from(["at_least", "at_most", "above", "below"]),
    bound=st.integers(1989, 1997).map(float) | st.just(1992.5),
)


def listed(attribute: str, values: tuple[str, ...]) -> st.SearchStrategy[Constraint]:
    return st.builds(
        Constraint,
        attribute=st.just(attribute),
        operator=st.sampled_from(["in", "not_in"]),
        values=st.lists(st.sampled_from(values), max_size=3).map(tuple),
    )


constraint = st.one_of(
    number,
    listed("genres", (*GENRES, "Western")),
    listed("language", (*LANGUAGES, "Klingon")),
    listed("tags", TAGS[:6]),
)


def write(folder: Path, attributes: list[dict]) -> Catalog:
    """A catalogue whose first item has every attribute and lists every tag but five."""
    full = {"year": 2024.0, "genres": ["Documentary"], "language": "Latin"}
    parts = [TAGS[5:50], TAGS[50:99], TAGS[99:]]  # an item keeps at most 50 values
    first = [{**full, "tags": list(part)} for part in parts]
    items = [
        RawItem(f"t:{n}", str(n), f"Item {n}", "", dict(one))
        for n, one in enumerate([*first, *attributes])
    ]
    # The five that generated items use are in the vocabulary too.
    items.append(RawItem("t:last", "last", "Last", "", {**full, "tags": list(TAGS[:5])}))
    kinds = {"year": "numeric", "genres": "multi", "language": "categorical", "tags": "multi"}
    source = Source(About(title="T", source="t"), iter(items), iter(()), kinds=kinds)
    write_catalog(folder, source, Rejects())
    return Catalog.open(folder)


def naive(item: Item, one: Constraint, closed: bool) -> bool:
    value = item.attributes.get(one.attribute)
    if value is None:
        return one.operator == "not_in" and not closed
    if one.operator in ("in", "not_in"):
        mine = value if isinstance(value, list) else [value]
        return any(v in mine for v in one.values) == (one.operator == "in")
    assert isinstance(value, float) and one.bound is not None
    return {
        "at_least": value >= one.bound,
        "at_most": value <= one.bound,
        "above": value > one.bound,
        "below": value < one.bound,
    }[one.operator]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(rows, max_size=12), st.lists(st.lists(constraint, max_size=4), min_size=1, max_size=10)
)
def test_satisfies_equals_the_naive_reading(attributes: list[dict], asked: list[list[Constraint]]):
    with TemporaryDirectory() as folder:
        catalog = write(Path(folder) / "generated", attributes)
        closed = {spec.name: is_closed(spec) for spec in catalog.manifest.attributes}
        assert closed == {"year": True, "genres": True, "language": True, "tags": False}
        items = [catalog.item(one) for one in catalog.item_ids]
        for constraints in asked:
            expected = [all(naive(i, c, closed[c.attribute]) for c in constraints) for i in items]
            assert satisfies(catalog, constraints).tolist() == expected
            check_relaxations(catalog, constraints)


def check_relaxations(catalog: Catalog, constraints: list[Constraint]) -> None:
    allowed = np.arange(catalog.items.height) % 2 == 0
    found = relaxations(catalog, constraints, allowed)
    assert [one.matches for one in found] == sorted(one.matches for one in found)
    for one in found:
        rest = [kept for kept in constraints if kept not in one.drop]
        assert one.matches == int((satisfies(catalog, rest) & allowed).sum()) > 0
    if any(len({two.attribute for two in one.drop}) > 1 for one in found):
        for attribute in {one.attribute for one in constraints if one.side != "values"}:
            rest = [one for one in constraints if one.attribute != attribute]
            assert not (satisfies(catalog, rest) & allowed).any()  # one wish would have done


def year(operator, bound: float) -> Constraint:
    return Constraint(attribute="year", operator=operator, bound=bound)


def values(operator, *names: str, attribute: str = "genres") -> Constraint:
    return Constraint(attribute=attribute, operator=operator, values=names)


def titles(films: Catalog, *constraints: Constraint) -> list[str]:
    return [films.titles[row] for row in np.flatnonzero(satisfies(films, constraints))]


def test_films_by_hand(films: Catalog):
    assert titles(films, values("in", "Comedy"), year("below", 1978)) == [
        "Annie Hall",
        "Some Like It Hot",
    ]
    short = Constraint(attribute="runtime", operator="below", bound=89)
    assert titles(films, short) == ["Airplane!", "The Naked Gun", "Toy Story", "My Neighbor Totoro"]
    quiet = values("not_in", "English", attribute="language")
    assert "Amélie" in titles(films, quiet) and "Untitled Home Video" not in titles(films, quiet)


def test_no_constraint_holds_for_everything(films: Catalog):
    assert satisfies(films, []).all()


@pytest.mark.parametrize("operator", ["at_least", "at_most", "above", "below", "in", "not_in"])
def test_what_has_nothing_known_satisfies_nothing(films: Catalog, operator):
    row = films.row_of("40")
    for spec in films.manifest.attributes:
        numeric = spec.kind == "numeric"
        if numeric == (operator in ("in", "not_in")):
            continue
        one = Constraint(
            attribute=spec.name,
            operator=operator,
            bound=1.0 if numeric else None,
            values=() if numeric else ("X",),
        )
        assert not satisfies(films, [one])[row]


def test_an_unknown_attribute_is_named(films: Catalog):
    with pytest.raises(BadInputError, match="no attribute 'colour'"):
        satisfies(films, [Constraint(attribute="colour", operator="at_least", bound=1)])


@pytest.mark.parametrize("bound", [float("nan"), float("inf")])
def test_a_bound_is_a_finite_number(bound: float):
    with pytest.raises(ValidationError):
        year("at_least", bound)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (year("at_least", 1990), year("at_least", 1980), True),
        (year("above", 1990), year("at_least", 1980), True),
        (year("at_most", 1999), year("at_least", 1990), False),
        (year("at_most", 1989), year("at_least", 1990), True),
        (year("at_least", 1990), year("at_most", 1989), True),
        (year("at_most", 1990), year("at_least", 1990), False),
        (year("below", 1990), year("at_least", 1990), True),
        (year("at_most", 1990), year("above", 1990), True),
        (year("at_least", 1990), Constraint(attribute="runtime", operator="at_least", bound=1),
         False),
        (values("in", "Comedy"), values("not_in", "Comedy"), True),
        (values("not_in", "Comedy", "Drama"), values("in", "Drama"), True),
        (values("in", "Comedy"), values("not_in", "Drama"), False),
        (values("in", "Comedy"), values("in", "Drama"), False),
        (values("not_in", "Comedy"), values("not_in", "Comedy"), False),
        (values("in", "English", attribute="language"), values("not_in", "English"), False),
    ],
)  # fmt: skip
def test_conflicts(new: Constraint, old: Constraint, expected: bool):
    assert conflicts(new, old) is expected


@settings(max_examples=200, deadline=None)
@given(number, number)
def test_bounds_conflict_in_both_directions_alike(one: Constraint, other: Constraint):
    assert conflicts(one, other) == conflicts(other, one)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (year("at_least", 1990), "year at least 1990"),
        (year("at_most", 1999.5), "year at most 1999.5"),
        (Constraint(attribute="runtime", operator="below", bound=100),
         "running time under 100 minutes"),
        (Constraint(attribute="runtime", operator="above", bound=1234567),
         "running time over 1234567 minutes"),
        (values("in", "Comedy", "Drama"), "Comedy or Drama"),
        (values("not_in", "Horror"), "not Horror"),
        (values("not_in", "Horror", "Drama"), "not Horror or Drama"),
    ],
)  # fmt: skip
def test_describe(films: Catalog, one: Constraint, expected: str):
    assert describe(one, films.spec(one.attribute)) == expected


def test_describe_all_says_the_ends_of_a_range_together(films: Catalog):
    low, high = year("at_least", 1990), year("at_most", 1999)
    comedy = values("in", "Comedy")
    assert describe_all(films, [low, comedy, high]) == ["year 1990 to 1999", "Comedy"]
    assert describe_all(films, [high, low]) == ["year 1990 to 1999"]
    assert describe_all(films, [low, year("at_most", 1990)]) == ["year 1990"]
    assert describe_all(films, [low, year("below", 2000)]) == ["year at least 1990",
                                                               "year under 2000"]  # fmt: skip
    assert describe_all(films, []) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1999.0, "1999"), (3.9, "3.9"), (237_000_000.0, "237000000"), (1e-7, "0.0000001"),
     (0.0, "0"), (-2.5, "-2.5"), (100.0, "100"), (None, "")],
)  # fmt: skip
def test_plain_number(value: float | None, expected: str):
    assert plain_number(value) == expected


def test_relaxations_are_ordered_and_true(films: Catalog):
    everything = np.ones(films.items.height, dtype=bool)
    asked = [values("in", "Horror"), values("in", "Comedy")]
    found = relaxations(films, asked, everything)
    assert [(one.drop, one.matches) for one in found] == [
        ([values("in", "Comedy")], len(titles(films, values("in", "Horror")))),
        ([values("in", "Horror")], len(titles(films, values("in", "Comedy")))),
    ]


def test_a_range_is_given_up_whole_and_wishes_together(films: Catalog):
    everything = np.ones(films.items.height, dtype=bool)
    decade = [year("at_least", 2080), year("at_most", 2089)]
    (only,) = relaxations(films, [*decade, values("in", "Comedy")], everything)
    assert only.drop == decade
    (both,) = relaxations(films, [*decade, values("in", "Polka")], everything)
    assert both.drop == [*decade, values("in", "Polka")]
    assert both.matches == films.items.height


def test_no_relaxation_where_none_helps(films: Catalog):
    everything = np.ones(films.items.height, dtype=bool)
    assert relaxations(films, [values("in", "Comedy")], ~everything) == []
    assert relaxations(films, [], everything) == []
