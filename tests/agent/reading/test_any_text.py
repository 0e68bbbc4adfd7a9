"""Properties that hold for every message."""

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.agent.reading.consistency import merged
from tastemaker.agent.reading.dialogue import Dialogue, apply
from tastemaker.agent.reading.reader import Reader
from tastemaker.agent.reading.reading import Reading
from tastemaker.catalog.constraints import LOWER_BOUNDS, UPPER_BOUNDS, Constraint
from tastemaker.catalog.store import Catalog

PHRASES = (
    """
no|not|nothing|without|or|and|but|,|.|instead of|comedy|drama|horror|scary|funny|western|90s
early 80s|before 1980|after 2000|between 1990 and 1995|under two hours|100 minutes|at least 4 stars
90 minutes or less|Tom Hanks|tom hankes|Nolan|directed by|with|in French|not in English|#3|both
the second one|that|it|Heat|Titanic|I loved|I hated|I've seen|more like|why|compare|shorter
newer than|forget the year|any length|is fine|actually|make it|space|gore|paris|lighthouse
20 euros|start over|too|very|"|(|)|’|the last two|2|1990|or more|max|around|hours
""".strip()
    .replace("\n", "|")
    .split("|")
)
SPOKEN = st.lists(st.sampled_from(PHRASES), max_size=14).map(" ".join)
ANYTHING = st.text(max_size=300) | st.text(alphabet=st.characters(), max_size=200) | SPOKEN
PROFILE = settings(max_examples=200, deadline=None)


def no_contradiction(constraints: list[Constraint]) -> bool:
    """Whether no attribute has two lower or two upper bounds, an empty range, or a value that is
    both required and refused."""
    for name in {one.attribute for one in constraints}:
        own = [one for one in constraints if one.attribute == name]
        lower = [one.bound for one in own if one.operator in LOWER_BOUNDS]
        upper = [one.bound for one in own if one.operator in UPPER_BOUNDS]
        if len(lower) > 1 or len(upper) > 1 or (lower and upper and lower[0] > upper[0]):
            return False
        required = {v for one in own if one.operator == "in" for v in one.values}
        refused = {v for one in own if one.operator == "not_in" for v in one.values}
        if required & refused:
            return False
    return True


def check(reading: Reading, catalog: Catalog) -> None:
    """The reading names only what the catalogue has, with operators that fit."""
    for one in reading.constraints:
        spec = catalog.spec(one.attribute)
        if one.side == "values":
            assert spec.kind in ("categorical", "multi") and one.bound is None
            assert one.values and all(value in spec.vocabulary for value in one.values)
        else:
            assert spec.kind == "numeric" and one.bound is not None and not one.values
    for wish in reading.wishes:
        assert wish.text
        if wish.attribute:
            assert wish.values and set(wish.values) <= set(catalog.spec(wish.attribute).vocabulary)
    items = (*reading.references, *reading.liked, *reading.disliked, *reading.seen)
    assert all(catalog.row_of(item) is not None for item in items)
    assert all(note.endswith(".") for note in reading.notes)
    assert no_contradiction(reading.constraints)


@PROFILE
@given(message=ANYTHING)
def test_any_message_is_read(film_reader, films, shown, message):
    check(film_reader.read(message, shown, shown[0]), films)
    check(film_reader.read(message), films)


@PROFILE
@given(message=ANYTHING)
def test_reading_is_deterministic(films, film_reader, shown, message):
    once = film_reader.read(message, shown, shown[0])
    again = Reader(films, films.items["votes"].to_list()) if len(message) % 40 == 0 else film_reader
    assert again.read(message, shown, shown[0]) == once


@PROFILE
@given(messages=st.lists(ANYTHING, min_size=1, max_size=6))
def test_no_dialogue_contradicts_itself(film_reader, shown, messages):
    state = Dialogue(shown=shown, focus=shown[0])
    for message in messages:
        state = apply(state, film_reader.read(message, state.shown, state.focus))
        assert no_contradiction(state.constraints)
        assert not set(state.liked) & set(state.disliked)
        refused = {
            (one.attribute, value)
            for one in state.constraints
            if one.operator == "not_in"
            for value in one.values
        }
        assert not any((w.attribute, v) in refused for w in state.wishes for v in w.values)


ATTRIBUTES = st.sampled_from(["year", "runtime"])
BOUNDS = st.builds(
    Constraint,
    attribute=ATTRIBUTES,
    operator=st.sampled_from(["at_least", "at_most", "above", "below"]),
    bound=st.integers(0, 5).map(float),
)
VALUES = st.builds(
    Constraint,
    attribute=st.just("genres"),
    operator=st.sampled_from(["in", "not_in"]),
    values=st.lists(st.sampled_from("ABCD"), min_size=1, max_size=3, unique=True).map(tuple),
)


@given(old=st.lists(BOUNDS | VALUES, max_size=5), new=st.lists(BOUNDS | VALUES, max_size=5))
def test_the_later_constraint_stands(old, new):
    result = merged(merged([], old), new)
    assert no_contradiction(result)
    if new:
        assert new[-1] in result


LONG = {
    "letters": string.ascii_lowercase,
    "digits": "1",
    "digit words": "12 345 6.7 ",
    "hours": "1h30 2h ",
    "ranges": "between 1 and 2 - ",
    "negation": "no not nothing without ",
    "lists": "no horror, gore or war, ",
    "titles": "something like The Matrix and Heat ",
    "names": "tom hankes directed by nolen ",
    "misspelt": "comdey horor thriler romence ",
    "feedback": "I loved Heat, hated Titanic and seen it, ",
    "references": "the second one and #3, ",
    "fillers": "so very too really a an the ",
    "quotes": "\"“'’”«» ",
    "spaces": " \t\n",
    "control": "\x00\x1b\u202e\u200f\ud800",
    "emoji": "👩‍👩‍👧‍👦🎬 ",
    "hebrew": "משהו מצחיק ",
    "ligatures": "ﬁﬃ½ßİ",
    "commas": ",,,,",
    "placeholders": "\ufffc and ",
    "decades": "90s or 80s ",
    "released": "forget the any length ",
    "hi": "hi",
    "chat": "thanks a lot ok ",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG.keys())
def test_long_messages_are_read_fast(film_reader, films, shown, piece):
    """4,000 characters in a fifth of a second of one core, 100 kB in a second."""
    for length, limit in ((4_000, 0.2), (100_000, 1.0)):
        message = (piece * (length // len(piece) + 1))[:length]
        seconds = []
        for _ in range(3):
            started = time.thread_time()
            reading = film_reader.read(message, shown, shown[0])
            seconds.append(time.thread_time() - started)
        check(reading, films)
        assert min(seconds) < limit
