import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from tastemaker.serving import faults


def asked(schema):
    return {"type": "json_schema", "json_schema": {"name": "a", "schema": schema, "strict": True}}


class Pick(BaseModel):
    item: str = Field(min_length=3)
    facts: list[int] = Field(min_length=2, max_length=4)
    note: str | None


class Answer(BaseModel):
    thought: str
    score: float = Field(gt=2)
    picks: list[Pick] = Field(min_length=1)


def leaves():
    return st.one_of(
        st.just({"type": "boolean"}),
        st.just({"type": "null"}),
        st.integers(-5, 5).map(lambda n: {"type": "integer", "minimum": n}),
        st.integers(0, 5).map(lambda n: {"type": "string", "minLength": n, "maxLength": n + 3}),
        st.lists(st.text(max_size=3), min_size=1, unique=True).map(lambda v: {"enum": v}),
        st.integers().map(lambda n: {"const": n}),
    )


def schemas():
    return st.recursive(
        leaves(),
        lambda inner: st.one_of(
            st.dictionaries(st.text("abc", min_size=1), inner, max_size=3).map(
                lambda fields: {
                    "type": "object",
                    "properties": fields,
                    "required": sorted(fields),
                    "additionalProperties": False,
                }
            ),
            st.tuples(inner, st.integers(0, 3)).map(
                lambda pair: {"type": "array", "items": pair[0], "minItems": pair[1]}
            ),
            st.lists(inner, min_size=1, max_size=2).map(lambda options: {"anyOf": options}),
        ),
        max_leaves=6,
    )


@given(schemas())
def test_valid_json_satisfies_the_schema(schema):
    text = faults.valid_json([], response_format=asked(schema))
    jsonschema.validate(json.loads(text), schema)
    assert text == faults.valid_json([], response_format=asked(schema))


def test_valid_json_follows_pydantic_schemas():
    text = faults.valid_json([], response_format=asked(Answer.model_json_schema()))
    assert Answer.model_validate_json(text).score > 2


def test_valid_json_picks_distinct_items():
    schema = {
        "type": "array",
        "items": {"enum": ["a", "b", "c"]},
        "minItems": 2,
        "uniqueItems": True,
    }
    assert json.loads(faults.valid_json([], response_format=asked(schema))) == ["a", "b"]


def test_hallucinating_is_well_formed_and_outside_the_choices():
    schema = {
        "type": "object",
        "properties": {"pick": {"enum": ["i1"]}, "facts": {"type": "array"}},
        "required": ["pick", "facts"],
    }
    answer = json.loads(faults.hallucinating([], response_format=asked(schema)))
    assert answer["pick"] != "i1" and answer["facts"]
    assert "Phantom" in faults.hallucinating([])


def test_broken_json_does_not_parse():
    with pytest.raises(ValueError):
        json.loads(faults.broken_json([], response_format=asked({"type": "object"})))


def test_runaway_is_as_long_as_it_says():
    assert len(faults.runaway([])) == 10_000


def test_the_rest_are_what_their_names_say():
    assert faults.empty([]) == ""
    assert isinstance(faults.unavailable([]), Exception)
    assert faults.repeating([]).count("because") == 10
