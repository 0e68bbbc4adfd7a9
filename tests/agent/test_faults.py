"""Whatever the LLM writes: the turn completes, and says only what the catalogue supports."""

import json
import re

import pytest
from langchain_core.messages import AIMessage
from tastemaker.serving import faults
from tastemaker.serving.deterministic import DeterministicChatModel

CONVERSATION = [
    "something funny from the 90s, no horror",
    "with Tom Hanks",
    "any actor is fine, more like the first one",
    "why that one?",
    "I want a mellow story by a lighthouse",
]
FAULTS = [
    faults.valid_json,
    faults.hallucinating,
    faults.repeating,
    faults.broken_json,
    faults.empty,
    faults.runaway,
    faults.unknown_tools,
    faults.unavailable,
    faults.dies_midway,
]
AWAY = "(The language model is away; this answer comes from the recommender and its facts.)"
HORROR = ["Alien", "Aliens", "The Shining", "Psycho", "Halloween", "Scream"]


def writing(text):
    """A model that writes the same text into every string that its grammar leaves free."""

    def respond(messages, **kwargs):
        asked = kwargs.get("response_format")
        if asked is None:
            return text
        return json.dumps(filled(asked["json_schema"]["schema"], text))

    return respond


def filled(schema, text):
    if "enum" in schema:
        return schema["enum"][-1]
    match schema["type"]:
        case "object":
            return {name: filled(part, text) for name, part in schema["properties"].items()}
        case "array":
            count = schema.get("maxItems", 3)
            return [filled(schema["items"], text) for _ in range(count)]
        case "string":
            padded = text.ljust(schema.get("minLength", 0))
            return padded[: schema.get("maxLength", 1000)]
        case "integer":
            return schema["maximum"]


def calling(*calls):
    """A model that calls tools whenever it is offered any."""

    def respond(messages, **kwargs):
        if "tools" not in kwargs:
            return faults.valid_json(messages, **kwargs)
        wanted = [
            {"name": name, "args": args, "id": f"call-{n}"} for n, (name, args) in enumerate(calls)
        ]
        return AIMessage(content="", tool_calls=wanted)

    return respond


@pytest.mark.parametrize(
    ("llm_weight", "written_reasons", "chooses_tools"),
    [(0.0, 1, False), (0.0, 5, True), (0.7, 1, True), (0.7, 5, False)],
)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_every_fault(make_agent, judge, say, fault, llm_weight, written_reasons, chooses_tools):
    agent = make_agent(
        fault,
        llm_weight=llm_weight,
        written_reasons=written_reasons,
        chooses_tools=chooses_tools,
    )
    away = fault in (faults.unavailable, faults.dies_midway)
    for number, message in enumerate(CONVERSATION, 1):
        turn = judge.turn(say(agent, message))
        assert turn["turn"] == number
        # A turn that needs no LLM is whole without one.
        assert turn["degraded"] == (away and turn["usage"]["llm_calls"] > 0)
        assert turn["reply"].count(AWAY) == turn["degraded"]
        assert not re.search(r"Phantom|Nowhere|2087|Nobody|Oscar|and then and", turn["reply"])
        assert not re.search(r"Phantom|Nowhere|2087|Nobody|Oscar", turn["thought"])
        assert len(turn["reply"]) < 3000
    assert turn["items"]


@pytest.mark.parametrize("fault", [faults.unavailable, faults.dies_midway])
def test_the_next_turn_recovers(make_agent, judge, say, fault):
    judge.turn(say(make_agent(), "a comedy from the 90s"))
    broken = judge.turn(say(make_agent(fault), "under 100 minutes"))
    assert broken["degraded"] and broken["items"]
    healthy = judge.turn(say(make_agent(), "more like the first one"))
    assert not healthy["degraded"] and AWAY not in healthy["reply"]
    assert healthy["request"]["similar_to"] == [broken["items"][0]["item_id"]]
    assert len(healthy["request"]["constraints"]) >= len(broken["request"]["constraints"])
    assert healthy["turn"] == 3


def test_an_llm_that_dies_is_not_asked_again_in_the_turn(make_agent, say):
    turn = say(make_agent(faults.unavailable, written_reasons=5, chooses_tools=True), "a comedy")
    assert turn["usage"]["llm_calls"] == 1


def test_no_llm_at_all(make_agent, judge, say):
    turn = judge.turn(say(make_agent(None), "a comedy"))
    assert turn["degraded"] and turn["items"] and turn["usage"]["llm_calls"] == 0
    assert judge.turn(say(make_agent(None), "hello"))["degraded"] is False


@pytest.mark.parametrize(
    "text",
    [
        *(f"{title} is a Comedy that you will like." for title in HORROR),
        *(f"You will like {title}, which is a Comedy." for title in HORROR),
        *(f"It is a Comedy about friendship like {title}." for title in HORROR),
        "ALIEN and HALLOWEEN are a good choice for you.",
        "It is a Comedy of 666 minutes from 1666.",
        "It is not a Comedy of 81 minutes.",
        "Visit https://example.com for this Comedy of 81 minutes.",
        "[bold red]It is a Comedy[/bold red] of 81 minutes.",
        "<script>alert(1)</script> It is a Comedy of 81 minutes.",
        "It is a \x1b[31mComedy\x1b[0m of 81 minutes.",
        "It is a Comedy\u202e of 81 minutes.",
        "**It is a Comedy** of `81` minutes.",
        "It is a Comedy that won nine Oscars.",
        "{{ 7 * 7 }} {% raw %} It is a Comedy of 81 minutes.",
        "It is a Comedy.[99] It is a Comedy.[1] It is a Comedy.[2]",
        "\ud800It is a Comedy of 81 minutes.",
        "Il s'agit d'une comédie merveilleuse de 81 minutes.",
        "I am sorry, as a language model I cannot recommend this Comedy.",
    ],
)
@pytest.mark.parametrize("llm_weight", [0.0, 0.7])
def test_what_is_false_is_cut(make_agent, judge, say, text, llm_weight):
    agent = make_agent(writing(text), llm_weight=llm_weight, written_reasons=5)
    for message in (
        "a funny family film, no horror",
        "about aliens or friends",
        "why that one?",
    ):
        turn = judge.turn(say(agent, message))
        said = judge.unquoted(turn)
        for wrong in ("666", "http", "bold red", "script", "\x1b", "\u202e", "Oscar", "{{", "**"):
            assert wrong not in said
        for wrong in ("comédie", "language model I", "not a Comedy", "[99]", "ALIEN"):
            assert wrong not in said


def test_right_words_get_right_citations(make_agent, judge, say):
    text = "It is a Comedy of 81 minutes directed by John Lasseter. [9]"
    agent = make_agent(writing(text), written_reasons=1)
    turn = judge.turn(say(agent, "a comedy under 82 minutes"))
    item = turn["items"][0]
    assert item["title"] == "Toy Story" and "It is a Comedy of 81 minutes" in item["why"]
    facts = {fact["number"]: fact["text"] for fact in item["facts"]}
    cited = [facts[int(n)] for n in re.findall(r"\[(\d+)\]", item["why"])]
    assert len(cited) == 3 and any("81" in one for one in cited)
    assert any("Lasseter" in one for one in cited) and any("Comedy" in one for one in cited)


@pytest.mark.parametrize(
    "call",
    [
        ("launch_rocket", {"target": "moon"}),
        ("search_items", {"query": "x", "constraints": [{"attribute": "no", "operator": "in"}]}),
        ("search_items", {"k": 10**30}),
        ("search_items", {"query": "x" * 100}),
        ("explain_item", {"item_id": "12"}),
        ("explain_item", {"item_id": "../../etc/passwd"}),
        ("compare_items", {"item_ids": ["11", "12"]}),
        ("get_user_history", {"user_id": "u3"}),
        ("get_user_history", {"user_id": "\ud800"}),
        ("rank_candidates", {"item_ids": [["nested"] * 3] * 3}),
        ("search_items", {"query": {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}}),
    ],
    ids=lambda call: call[0],
)
@pytest.mark.parametrize(
    "message", ["a comedy, no horror", "why that one?", "compare them", "what do you know of me?"]
)
def test_tools_that_the_llm_calls_break_no_rule(make_agent, judge, say, call, message):
    agent = make_agent(calling(call, call), chooses_tools=True)
    turn = judge.turn(say(agent, message))
    assert not turn["degraded"]
    assert "u3" not in json.dumps(turn), "nobody else's history is opened"
    for title in HORROR:
        assert title not in judge.unquoted(turn)


def test_tool_calls_are_counted(make_agent, judge, say):
    many = [("search_items", {"query": str(n), "k": 1}) for n in range(20)]
    turn = judge.turn(say(make_agent(calling(*many), chooses_tools=True), "a comedy"))
    assert len(turn["tool_calls"]) == 4 and all(call["ok"] for call in turn["tool_calls"])


def test_a_slow_llm_ends_with_the_turns_time(make_agent, judge, say):
    slow = DeterministicChatModel(respond=faults.valid_json, chunk_seconds=0.5, chunk_chars=1)
    turn = judge.turn(say(make_agent(slow, max_seconds=0.6), "a comedy"))
    assert turn["degraded"] and turn["items"] and turn["seconds"]["total"] < 5
