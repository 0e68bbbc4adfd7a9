"""A language model that reads: its marks decide, within what the person wrote."""

import json
from typing import Any

import pytest
from tastemaker.serving.faults import valid_json


def reading(**marks: Any):
    """A model that marks every message so, and is silent otherwise."""

    def respond(messages: list[Any], **kwargs: Any) -> str:
        asked = kwargs.get("response_format", {}).get("json_schema", {}).get("schema", {})
        if "intent" in asked.get("properties", {}):
            return json.dumps(marks)
        return valid_json(messages, **kwargs)

    return respond


def test_a_mark_refuses_what_no_rule_sees_refused(make_agent, judge, say):
    message = "comedy never again for me thank you"
    agent = make_agent(reading(avoid=["comedy"], intent="recommend"), reads=True)
    turn = judge.turn(say(agent, message))
    assert [one["text"] for one in turn["request"]["constraints"]] == ["not Comedy"]
    assert turn["usage"]["llm_calls"] >= 1 and "read" in turn["prompts"]


def test_what_stands_not_in_the_message_is_no_mark(make_agent, judge, say):
    agent = make_agent(reading(want=["Horror"], intent="recommend"), reads=True)
    turn = judge.turn(say(agent, "something with dogs"))
    assert "Horror" not in str(turn["request"]["constraints"])


@pytest.mark.parametrize("reads", [False, None])
def test_an_untaught_local_model_is_not_asked(make_agent, judge, say, reads):
    agent = make_agent(reading(want=["comedy"], intent="reset"), reads=reads)
    turn = judge.turn(say(agent, "a comedy please"))
    assert turn["request"]["intent"] == "recommend" and "read" not in turn["prompts"]


def test_the_pick_among_the_shown_is_left_to_the_agent(make_agent, judge, say):
    agent = make_agent(reading(want=["comedy"], intent="recommend"), reads=True)
    shown = [one["item_id"] for one in judge.turn(say(agent, "a comedy please"))["items"]]
    agent = make_agent(reading(items=["these"], intent="rank"), reads=True)
    turn = judge.turn(say(agent, "which of these should i go for"))
    (call,) = turn["tool_calls"]
    assert call["name"] == "rank_candidates" and call["args"]["item_ids"] == shown
    assert "I would start with" in turn["reply"]


def test_a_model_that_babbles_leaves_the_rules_alone(make_agent, judge, say):
    agent = make_agent(lambda messages, **kwargs: "no idea", reads=True)
    turn = judge.turn(say(agent, "a comedy please"))
    assert [one["text"] for one in turn["request"]["constraints"]] == ["Comedy"]
