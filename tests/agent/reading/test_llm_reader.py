"""What of the LLM's reading is believed: known values, close to the message, as soft wishes."""

import jsonschema
import pytest
from tastemaker.agent.reading.llm_reader import accepted_wishes, closed_vocabulary, reading_schema
from tastemaker.agent.reading.reading import Reading, Wish
from tastemaker.catalog.constraints import Constraint
from tastemaker.catalog.store import Catalog
from tastemaker.recommender.hashing_encoder import HashingEncoder

NEAR = "comedy please"
COMEDY = {"values": ["genres: Comedy"]}


def accepted(answer, message: str = NEAR, reading: Reading | None = None) -> list[Wish]:
    return accepted_wishes(answer, reading or Reading(), message, HashingEncoder())


def test_a_value_near_the_message_becomes_a_soft_wish():
    assert accepted(COMEDY) == [Wish(text="comedy", attribute="genres", values=("Comedy",))]


def test_a_value_far_from_the_message_is_not_believed():
    assert accepted(COMEDY, "a lighthouse in winter") == []


def test_what_was_read_already_is_not_wished_again():
    comedy = Constraint(attribute="genres", operator="not_in", values=("Comedy",))
    assert accepted(COMEDY, reading=Reading(constraints=[comedy])) == []


@pytest.mark.parametrize("answer", [None, {"values": []}])
def test_no_answer_is_no_wish(answer):
    assert accepted(answer) == []


def test_the_grammar_holds_the_vocabulary_and_nothing_else(films: Catalog):
    schema = reading_schema(closed_vocabulary(films.manifest))
    jsonschema.validate(COMEDY, schema)
    for wrong in ("genres: Polka", "Comedy", "password: x"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"values": [wrong]}, schema)
