"""Tools that give something else than they promise: a turn is answered all the same."""

import json

import pytest
from langchain_core.tools import StructuredTool, ToolException
from tastemaker.agent.nodes.promises import PROMISES, UNUSABLE, checked
from tastemaker.tools import make_tools
from tastemaker.tools.illustrate import no_studio

FOLLOWING = {
    "why the first one?": "explain_item",
    "who directed the first one?": "explain_item",
    "compare the first two": "compare_items",
    "rank them for me": "rank_candidates",
    "what do you know about me?": "get_user_history",
    "write me a push message for the first one": "write_copy",
    "paint a poster for the first one": "illustrate",
}
NAMED = {"item_id": "gone-0", "title": "Gone"}
GIVEN = {
    "nothing": "",
    "words": "all is well",
    "odd_list": [3.14, None, {"text": 7}],
    "strings": ["a", "b"],
    "number": 7,
    "no_keys": {},
    "gone": {
        **NAMED, "items": [NAMED, NAMED], "attributes": [], "facts": [], "favourites": [NAMED],
        "recent": [NAMED], "interactions": 1, "pieces": [], "note": "", "file": "x", "prompt": "x",
        "line": "", "why": [], "problems": [], "without_picture": [], "llm_calls": 0,
        "prompt_tokens": 0, "completion_tokens": 0,
    },
    "other_types": {
        "item_id": 1, "title": None, "items": "11", "attributes": {}, "facts": [{"text": "x"}],
        "favourites": {}, "recent": None, "interactions": "many", "pieces": [[]], "llm_calls": "x",
    },
    "none": None,
    "not_json": float("nan"),
    "deep": "[" * 5000,
}  # fmt: skip


def instead(tool, give):
    """A tool of the same name and arguments that does something else."""
    return StructuredTool.from_function(
        func=lambda **arguments: give(),
        name=tool.name,
        description=tool.description,
        args_schema=tool.args_schema,
    )


def fail():
    raise ToolException("error: out of order")


def burst():
    raise ZeroDivisionError("inside")


GIVES = {**{name: (lambda given=given: given) for name, given in GIVEN.items()}}
GIVES |= {"fails": fail, "bursts": burst}


@pytest.mark.parametrize("give", GIVES.values(), ids=GIVES)
def test_a_turn_is_answered_whatever_the_tools_give(make_agent, judge, say, give):
    agent = make_agent()
    agent.resources.tools = [instead(tool, give) for tool in agent.resources.tools]
    judge.turn(say(agent, "a comedy", user="u1"), "u1")
    for message, tool in FOLLOWING.items():
        turn = say(agent, message, user="u1")
        judge.contract(turn)
        assert [(one["name"], one["ok"]) for one in turn["tool_calls"]] == [(tool, False)]
        assert turn["reply"].startswith(("I could not look that up", "I could not paint that"))
        assert "Gone" not in turn["reply"] and turn["items"] == []
    assert judge.turn(say(agent, "something else please", user="u1"), "u1")["items"]


@pytest.fixture
def result(film_recommender, films):
    """`result(name, **arguments)`: what a real tool gives, and what is made of it."""
    tools = make_tools(film_recommender, lambda picture: None, find_studio=no_studio)
    by_name = {tool.name: tool for tool in tools}

    def result(name, **arguments):
        text = by_name[name].invoke(arguments)
        text = text if isinstance(text, str) else json.dumps(text)
        return checked(films, {"name": name, "args": arguments}, text)

    return result


CALLS = {
    "search_items": {"query": "ghosts", "k": 3},
    "get_user_history": {"user_id": "u1"},
    "rank_candidates": {"item_ids": ["1", "2"]},
    "compare_items": {"item_ids": ["1", "2"]},
    "compare_looks": {"item_ids": ["1", "2"], "wish": "blue"},
    "explain_item": {"item_id": "1"},
    "write_copy": {"item_id": "1", "channel": "push"},
}


@pytest.mark.parametrize(("name", "arguments"), CALLS.items())
def test_what_the_real_tools_give_keeps_their_promises(result, name, arguments):
    given, ok = result(name, **arguments)
    assert ok == (name != "compare_looks") and isinstance(given, dict | str)


def test_every_tool_has_a_promise(film_recommender):
    assert {tool.name for tool in make_tools(film_recommender, lambda picture: None)} == set(
        PROMISES
    )


def test_an_answer_about_another_item_is_none(films):
    said = json.dumps({"item_id": "2", "title": films.item("2").title, "facts": []})
    assert checked(films, {"name": "explain_item", "args": {"item_id": "2"}}, said)[1]
    assert checked(films, {"name": "explain_item", "args": {"item_id": "1"}}, said) == (
        UNUSABLE,
        False,
    )
