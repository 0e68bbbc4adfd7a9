"""What follows from a number, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.generation.text.quantities import literally, plain_number
from tastemaker.generation.text.verify import supported

FACTS = [
    "year: 1994.",
    "running time: 98 minutes.",
    "price: 49.9 usd.",
    "weight: 780 g.",
    "in stock: 3.",
    "of 63 people who liked alien, 40 liked this too.",
]


@pytest.mark.parametrize(
    ("said", "literal"),
    [
        ("an hour and 38 minutes of it", "98 minutes of it"),
        ("one hour and thirty-eight minutes", "98 minutes"),
        ("less than two hours", "98 minutes"),
        ("more than an hour and a half", "98 minutes"),
        ("well before the two-hour mark", "98 minutes"),
        ("a nineties film", "a 1994 film"),
        ("from the 1990s", "from the 1994"),
        ("a twentieth-century film", "a 1994 film"),
        ("for just under 50 dollars", "for 49.9 usd"),
        ("it costs $49.90", "it costs 49.9 usd"),
        ("well under a kilo", "780 g"),
        ("fewer than five left", "3 left"),
        ("most of the people who liked alien", "of 63 people 40 who liked alien"),
        ("more than half of those who liked alien", "of 63 people 40 who liked alien"),
        ("close to two thirds of the people who liked alien", "of 63 people 40 who liked alien"),
        ("40 of the 63 people who liked alien", "of 63 people 40 who liked alien"),
    ],
)
def test_what_is_true_of_a_fact_becomes_its_words(said: str, literal: str):
    assert literally(said, FACTS) == literal


@pytest.mark.parametrize(
    "said",
    [
        "an hour and 37 minutes",
        "less than an hour",
        "at least 2 hours",
        "an eighties film",
        "a nineteenth-century film",
        "under 40 dollars",
        "just under 60 dollars",
        "over a kilo",
        "under 50 euros",
        "more than 3 left",
        "half of the 63 people who liked alien",
        "one in three people who liked alien",
        "63 of the 40 people who liked alien",
        "41 of the 63 people who liked alien",
        "39 of the people who liked alien",
    ],
)
def test_what_is_not_is_found_out(said: str):
    assert not supported(f"It is {said}.", FACTS)


def test_units_of_one_kind_are_one():
    facts = ["battery life: 14 days.", "volume: 750 ml.", "length: 0.8 m."]
    assert literally("two weeks of battery", facts) == "14 days of battery"
    assert literally("three quarters of a litre", facts) == "750 ml"
    assert literally("80 cm long", facts) == "0.8 m long"
    assert literally("three weeks of battery", facts) == "3 weeks of battery"


def test_of_two_lengths_the_one_that_is_spoken_of_counts():
    facts = ["height: 378.5 cm.", "width: 647.7 cm."]
    assert literally("more than 6 metres wide", facts) == "647.7 cm wide"
    assert literally("more than 6 metres high", facts) == "more than 6 metres high"
    assert literally("more than 6 metres", facts) == "more than 6 metres", "not both are"
    assert literally("more than 3 metres", facts) == "378.5 cm"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("49.90", "49.9"),
        ("1,200", "1200"),
        ("5", "5"),
        ("007", "7"),
        ("1.2.3", "1.2.3"),
        ("٨", "٨"),
    ],
)
def test_a_number_has_one_form(text: str, plain: str):
    assert plain_number(text) == plain


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_is_read(said: str, facts: list[str]):
    assert isinstance(literally(said, facts), str)


@given(st.integers(1, 400), st.integers(0, 6), st.integers(0, 59))
def test_a_duration_in_hours_is_true_of_its_minutes_only(minutes: int, hours: int, rest: int):
    said = literally(
        f"it runs {hours} hours and {rest} minutes", [f"running time: {minutes} minutes."]
    )
    assert (said == f"it runs {minutes} minutes") == (60 * hours + rest == minutes)
