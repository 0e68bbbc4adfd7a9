"""Turns on the forty films: what a conversation does, checked from outside after every turn."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tastemaker.catalog.constraints import Constraint
from tastemaker.errors import BadInputError

DIALOGUE = [
    "something funny from the 90s, no horror",
    "shorter than 100 minutes",
    "more like the second one",
    "why that one?",
    "not that, I've seen it",
    "actually, make it sad",
]
ONE_TURN = Path(__file__).parent / "one_turn.py"


def ids(turn):
    return [one["item_id"] for one in turn["items"]]


def bounds(turn, attribute):
    found = [one for one in turn["request"]["constraints"] if one["attribute"] == attribute]
    return {one["operator"]: one["bound"] for one in found}


def test_the_six_turns(make_agent, judge, say, films):
    agent = make_agent()
    turns = []
    for number, message in enumerate(DIALOGUE, 1):
        turns.append(judge.turn(say(agent, message)))
        assert (turns[-1]["turn"], turns[-1]["degraded"]) == (number, False)
    first, short, like, why, seen, sad = turns

    def genres(turn):
        return [films.item(one).attributes["genres"] for one in ids(turn)]

    assert len(ids(first)) == 5 and all("Comedy" in one for one in genres(first))
    assert bounds(first, "year") == {"at_least": 1990, "at_most": 1999}
    # Constraints accumulate; what is not recorded is said, not guessed.
    assert bounds(short, "year") == bounds(first, "year")
    assert bounds(short, "runtime") == {"below": 100}
    assert "1 more film could fit" in short["reply"]
    # References resolve to the list shown last.
    assert like["request"]["intent"] == "more_like"
    assert like["request"]["similar_to"] == [ids(short)[1]]
    assert ids(short)[1] not in ids(like)
    assert why["request"]["intent"] == "explain" and ids(why) == [ids(like)[0]]
    assert why["tool_calls"][0]["name"] == "explain_item"
    assert why["items"][0]["facts"]
    # What was turned down goes and stays away; the rest of the wishes stand.
    assert seen["request"]["seen"] == ids(why)
    assert ids(why)[0] not in ids(seen) + ids(sad)
    # A change of mind overrides the one wish and keeps the others.
    assert bounds(sad, "runtime") == {"below": 100} and bounds(sad, "year")
    assert all("Drama" in one for one in genres(sad)[:2])
    assert "Comedy" not in json.dumps(sad["request"]["constraints"])
    assert "funny" not in sad["request"]["wishes"]


def test_a_limit_is_moved_and_given_up(make_agent, judge, say):
    agent = make_agent()
    assert bounds(judge.turn(say(agent, "a comedy under 100 minutes")), "runtime") == {"below": 100}
    assert bounds(judge.turn(say(agent, "make it under 90 minutes")), "runtime") == {"below": 90}
    assert not bounds(judge.turn(say(agent, "any runtime is fine")), "runtime")
    start = judge.turn(say(agent, "start over"))
    assert start["request"]["constraints"] == [] and start["request"]["wishes"] == []


def test_seen_and_rejected_never_return(make_agent, judge, say):
    agent = make_agent()
    gone = set()
    for message in ("a comedy", *["not that one, I've seen it", "I don't like the first one"] * 5):
        turn = judge.turn(say(agent, message))
        gone |= {*turn["request"]["seen"], *turn["request"]["disliked"]}
        assert not gone & set(ids(turn))
    assert len(gone) >= 8
    assert not gone & set(ids(judge.turn(say(agent, "start over")))), "a fresh start forgets them"
    assert not gone & set(ids(judge.turn(say(agent, "a comedy"))))


def test_a_users_history_shapes_the_answer(make_agent, judge, say, films):
    agent = make_agent()
    answers = {}
    for user in ("u1", "u3", None):
        turn = judge.turn(say(agent, "surprise me", thread=f"t-{user}", user=user), user)
        if user:
            known = set(films.history(user)["item_id"].to_list())
            assert not known & set(ids(turn))
            assert any(fact["source"].startswith("people:") for fact in turn["items"][0]["facts"])
            assert {"taste", "taste_liked"} & set(turn["items"][0]["channels"])
        answers[user] = ids(turn)
    # u1 likes the first ten films, u3 those of space and machines: 21 to 30.
    assert 1 <= int(answers["u1"][0]) <= 10 and 21 <= int(answers["u3"][0]) <= 30
    assert answers["u1"] != answers[None] != answers["u3"]


def test_history_is_shown_to_its_owner_only(make_agent, judge, say):
    agent = make_agent()
    mine = say(agent, "what do you know about me?", user="u1")
    judge.contract(mine)
    assert mine["tool_calls"][0]["args"]["user_id"] == "u1" and "entries" in mine["reply"]
    guest = judge.turn(say(agent, "what do you know about me?", thread="guest"))
    assert "guest" in guest["reply"] and not guest["tool_calls"]


def test_memory_reaches_over_threads_of_one_user(make_agent, judge, say):
    agent = make_agent()
    first = judge.turn(say(agent, "a comedy", thread="a", user="u2"), "u2")
    judge.turn(say(agent, "I've seen the first one", thread="a", user="u2"), "u2")
    judge.turn(say(agent, "I hated the second one", thread="a", user="u2"), "u2")
    later = make_agent()
    turn = judge.turn(say(later, "a comedy", thread="b", user="u2"), "u2")
    assert ids(first)[0] in turn["request"]["seen"]
    assert turn["request"]["disliked"]
    assert not {*turn["request"]["seen"], *turn["request"]["disliked"]} & set(ids(turn))
    other = judge.turn(say(later, "a comedy", thread="c", user="u6"), "u6")
    assert not other["request"]["seen"] and not other["request"]["disliked"]
    guest = judge.turn(say(later, "a comedy", thread="d"))
    assert not guest["request"]["seen"]


def test_nothing_matches_and_the_offers_are_true(make_agent, judge, say, films):
    agent = make_agent()
    say(agent, "a comedy")
    shown = ids(say(agent, "I've seen the first one"))
    turn = judge.turn(say(agent, "in English, over 140 minutes, no horror, no science fiction"))
    assert shown and turn["items"] == [] and "no films" in turn["reply"]
    offers = turn["reply"].split("Nearest: ")[1]
    constraints = turn["request"]["constraints"]
    never = {*turn["request"]["seen"], *turn["request"]["disliked"], *turn["request"]["liked"]}
    offered = 0
    for dropped in constraints:
        rest = [one for one in constraints if one is not dropped]
        matches = sum(
            all(judge.holds(item, one) for one in rest)
            for item in films.item_ids
            if item not in never
        )
        said = f"without “{dropped['text']}” {matches} match"
        assert (said in offers) == bool(matches) or offered >= 3
        offered += said in offers
    Constraint.model_validate({k: v for k, v in constraints[0].items() if k != "text"})


def test_a_thread_resumes_in_a_new_agent_and_a_new_process(
    make_agent, judge, say, films, tmp_path, monkeypatch
):
    monkeypatch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "conversations"
    first = say(make_agent(), "a comedy from the 90s")
    second = judge.turn(say(make_agent(), "under 100 minutes"))
    assert second["turn"] == 2 and bounds(second, "year") == bounds(first, "year")
    arguments = [str(films.folder), str(folder), "t", "more like the second one", "0", "30"]
    done = subprocess.run(
        [sys.executable, str(ONE_TURN), *arguments],
        input="\n",
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ,
    )
    third = judge.turn(json.loads(done.stdout.splitlines()[-1]))
    assert third["turn"] == 3 and bounds(third, "runtime") == {"below": 100}
    assert third["request"]["similar_to"] == [ids(second)[1]]
    log = make_agent().thread_log("t")
    assert [entry["role"] for entry in log] == ["user", "assistant"] * 3


def test_events_come_in_order(make_agent):
    events = list(make_agent().turn("a comedy", thread="t"))
    kinds = [event["type"] for event in events]
    assert kinds[-1] == "turn" and kinds.count("turn") == 1
    turn = events[-1]
    said = "".join(event["text"] for event in events if event["type"] == "text")
    assert said == turn["reply"]
    texts = [event for event in events if event["type"] == "text"]
    assert [event["item"] for event in texts if "item" in event] == turn["items"]
    # The lead is said before the LLM thinks, and before the items.
    stages = [event["name"] for event in events if event["type"] == "stage"]
    assert stages.index("reading") < stages.index("searching") < stages.index("thinking")
    assert "item" not in texts[0]
    assert turn["seconds"]["first_token"] <= turn["seconds"]["total"]


def test_the_answer_is_streamed_while_the_llm_writes(make_agent):
    events = make_agent(written_reasons=3).turn("a comedy", thread="t")
    before = [next(events) for _ in range(4)]
    assert any(event["type"] == "text" and "Here are" in event["text"] for event in before)
    events.close()


@pytest.mark.parametrize(
    ("message", "intent"),
    [("hello", "chat"), ("what can you do?", "help"), ("start over", "reset")],
)
def test_small_talk_needs_no_llm(make_agent, judge, say, message, intent):
    turn = judge.turn(say(make_agent(), message))
    assert turn["request"]["intent"] == intent
    assert turn["usage"]["llm_calls"] == 0 and turn["items"] == []


def test_comparison_and_question(make_agent, judge, say, films):
    agent = make_agent()
    shown = ids(say(agent, "a comedy"))
    compared = say(agent, "compare the first two")
    judge.contract(compared)
    assert compared["request"]["references"] == shown[:2]
    assert all(films.item(one).title in compared["reply"] for one in shown[:2])
    asked = say(agent, "who directed the first one?")
    assert films.item(shown[0]).attributes["director"][0] in asked["reply"]


def test_a_thread_belongs_to_its_user_and_its_catalogue(make_agent, say):
    agent = make_agent()
    say(agent, "a comedy", thread="mine", user="u1")
    for user in ("u2", None):
        with pytest.raises(BadInputError, match="belongs to user u1"):
            say(agent, "a comedy", thread="mine", user=user)
    say(agent, "a comedy", thread="guests")
    with pytest.raises(BadInputError, match="belongs to a guest"):
        say(agent, "a comedy", thread="guests", user="u1")
    assert len(agent.thread_log("mine")) == 2, "a refused message leaves no trace"


def test_budgets_hold(make_agent, judge, say):
    for habits in ({"max_llm_calls": 0}, {"max_llm_calls": 1}, {"max_tokens": 0}):
        turn = judge.turn(say(make_agent(**habits), "a comedy", thread=str(habits)))
        assert turn["usage"]["llm_calls"] <= habits.get("max_llm_calls", 0)
        assert len(turn["items"]) == 5 and not turn["degraded"]
    turn = judge.turn(say(make_agent(items=1, candidates=1), "a comedy", thread="one"))
    assert len(turn["items"]) == 1
