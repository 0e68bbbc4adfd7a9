import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.agent.reading.marks import KINDS, Marks, marks_of, marks_prompt, marks_schema
from tastemaker.agent.reading.text import fold

SCHEMA = jsonschema.Draft202012Validator(marks_schema(taught=False))
SIGNED = jsonschema.Draft202012Validator(marks_schema(taught=True))


def test_what_is_empty_is_left_out_and_the_intent_comes_last():
    marks = Marks(intent="recommend", avoid=["gore"])
    assert json.dumps(marks.said()) == '{"avoid": ["gore"], "intent": "recommend"}'
    SCHEMA.validate(marks.said())


@pytest.mark.parametrize(
    "answer",
    [{}, {"intent": "sing"}, {"intent": "ask", "want": []}, {"intent": "ask", "more": ["x"]}],
)
def test_the_schema_refuses_anything_else(answer):
    assert list(SCHEMA.iter_errors(answer))


def test_what_the_person_did_not_write_is_dropped():
    answer = {"want": ["Funny", "sad"], "items": ["Alien"], "intent": "recommend"}
    assert marks_of(answer, "something FUNNY please").said() == {
        "want": ["Funny"],
        "intent": "recommend",
    }


def test_signed_marks_are_the_same_marks():
    signed = {"marks": ["+funny", "-gore", "seen:it", "#90s"], "intent": "recommend"}
    SIGNED.validate(signed)
    assert marks_of(signed, "funny 90s, no gore, not it").said() == {
        "want": ["funny"],
        "avoid": ["gore"],
        "limits": ["90s"],
        "seen": ["it"],
        "intent": "recommend",
    }
    for wrong in ("funny", "+", "liked", '+a"b', "+" + "x" * 90):
        assert list(SIGNED.iter_errors({"marks": [wrong], "intent": "ask"}))


@given(st.text(), st.lists(st.text(min_size=1), max_size=4))
def test_only_words_of_the_message_survive(message, words):
    marks = marks_of({"intent": "ask", **dict.fromkeys(KINDS, words)}, message)
    for kind in KINDS:
        assert all(fold(mark) in fold(message) for mark in getattr(marks, kind))


def test_a_misspelt_mark_is_the_words_that_it_repeats():
    signed = {"marks": ["+crimpons", "-vognier", "+memoire mori", "+serene"], "intent": "recommend"}
    message = "memento mori, crampons, no viognier!"
    assert marks_of(signed, message).said() == {
        "want": ["crampons"],
        "avoid": ["viognier"],
        "intent": "recommend",
    }


def test_the_pattern_has_no_raw_newline():
    """xgrammar, which vLLM compiles it with, refuses one."""
    assert "\n" not in marks_schema(taught=True)["properties"]["marks"]["items"]["pattern"]


def test_a_model_that_knows_the_task_gets_no_instructions():
    taught = marks_prompt("film", "hi", taught=True).messages
    told = marks_prompt("film", "hi", taught=False).messages
    assert len(taught[0]["content"]) < 80 < len(told[0]["content"])
    assert taught[1] == told[1]
    bare = marks_prompt("film", "hi", taught=False, examples=False).messages
    assert "->" in told[0]["content"] and "->" not in bare[0]["content"]
