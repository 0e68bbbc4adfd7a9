"""Messages of people who had not seen the reader before, and that it once read wrongly."""

from collections.abc import Callable

import pytest
from tastemaker.agent.reading.dialogue import Dialogue, apply
from tastemaker.agent.reading.reader import Reader


def hard(reader: Reader, message: str) -> set[tuple[str, str]]:
    reading = reader.read(message)
    return {(one.operator, value) for one in reading.constraints for value in one.values}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("I want a non-American thriller", {("in", "Thriller")}),
        ("a non-Zorgonian comedy", {("in", "Comedy")}),
        ("a non-horror thriller", {("not_in", "Horror"), ("in", "Thriller")}),
        ("isn't there a comedy?", {("in", "Comedy")}),
    ],
)
def test_a_prefix_refuses_its_own_word_and_a_question_nothing(film_reader, message, expected):
    assert hard(film_reader, message) == expected


@pytest.mark.parametrize(
    "message", ["have I seen Alien?", "did I like Alien?", "did we watch Alien?"]
)
def test_a_question_about_the_past_states_nothing(film_reader: Reader, message: str):
    reading = film_reader.read(message)
    assert not (reading.liked or reading.disliked or reading.seen)


def test_a_favourite_is_an_opinion_not_a_question(film_reader, id_of: Callable[[str], str]):
    reading = film_reader.read("Pulp Fiction is my favourite, but no horror")
    assert reading.intent != "history" and reading.liked == [id_of("Pulp Fiction")]
    assert film_reader.read("what are my favourite films?").intent == "history"


@pytest.mark.parametrize("message", ["drop the time limit", "no time limit", "any length is fine"])
def test_a_limit_is_given_up(film_reader: Reader, message: str):
    limited = apply(Dialogue(), film_reader.read("a thriller under 100 minutes"))
    assert any(one.attribute == "runtime" for one in limited.constraints)
    freed = apply(limited, film_reader.read(message))
    assert not any(one.attribute == "runtime" for one in freed.constraints)
