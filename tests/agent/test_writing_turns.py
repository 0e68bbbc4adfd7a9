"""Turns that write: a text about an item, and answers to questions that are not why."""

import json

from tastemaker.generation.text.channels import shipped_channels


def test_an_invitation_is_written_about_the_one_that_was_spoken_of(make_agent, judge, say, films):
    agent = make_agent()
    shown = judge.turn(say(agent, "something funny"))
    judge.turn(say(agent, "why the second one?"))
    turn = judge.turn(say(agent, "write me a two-line invitation"))
    call = turn["tool_calls"][0]
    assert (call["name"], call["ok"]) == ("write_copy", True)
    assert call["args"]["item_id"] == shown["items"][1]["item_id"]
    assert call["args"]["channel"] == "invitation" and turn["request"]["intent"] == "write"
    pieces = [piece for piece in call["result"]["pieces"] if piece["text"]]
    assert len(pieces) == 2 and all(piece["text"] in turn["reply"] for piece in pieces)
    assert all(piece["chars"] <= 140 for piece in pieces)
    assert [one["item_id"] for one in turn["items"]] == [call["args"]["item_id"]]
    assert turn["items"][0]["facts"]


def test_without_an_item_spoken_of_it_is_the_first_that_was_shown(make_agent, judge, say):
    agent = make_agent()
    asked = judge.turn(say(agent, "write me an invitation"))
    assert "Tell me which one" in asked["reply"] and asked["tool_calls"] == []
    shown = judge.turn(say(agent, "something dark"))
    turn = judge.turn(say(agent, "draft a push message"))
    assert turn["tool_calls"][0]["args"]["item_id"] == shown["items"][0]["item_id"]
    fields = shipped_channels()["push"].fields
    assert all(f"{name}: " in turn["reply"] for name in fields)


def test_a_text_about_a_named_item(make_agent, judge, say):
    agent = make_agent()
    turn = judge.turn(say(agent, "write a push message about Alien"))
    assert turn["items"][0]["title"] == "Alien"


def test_the_model_that_writes_is_asked_and_counted(make_agent, judge, say):
    def respond(messages, **kwargs):
        schema = kwargs["response_format"]["json_schema"]["schema"]["properties"]
        assert "copy" in schema, "nothing else is asked in such a turn"
        return json.dumps({"copy": "It is the best film of all time."})

    agent = make_agent(respond)
    turn = judge.turn(say(agent, "write a push message about Alien"))
    assert turn["usage"]["llm_calls"] == 1 and turn["usage"]["completion_tokens"] > 0
    assert "best film" not in turn["reply"]


def test_a_question_that_is_not_why_is_answered_by_its_own_facts(make_agent, judge, say, films):
    agent = make_agent()
    judge.turn(say(agent, "why Alien?"))
    turn = judge.turn(say(agent, "is it too long for tonight?"))
    assert turn["request"]["intent"] == "ask"
    runtime = films.item(turn["items"][0]["item_id"]).attributes["runtime"]
    assert f"Running time: {runtime:g} minutes." in turn["reply"]
    assert "of 100 films here." in turn["reply"]
    assert turn["items"][0]["facts"][0]["source"] == "attribute:runtime"
