"""Whatever a person types, and whoever else types at the same time."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tastemaker.errors import BadInputError, BusyError
from tastemaker.serving import faults
from tastemaker.serving.deterministic import DeterministicChatModel

ONE_TURN = Path(__file__).parent / "one_turn.py"


@pytest.mark.parametrize(
    "message",
    [
        "",
        " \t\n ",
        "\x00\x01\x02\x1b[31m\x7f\x9b",
        "a comedy\x00\x1b[2J\r\nno horror",
        "\ud800 a comedy \udfff\udcff",
        "a comedy \u202e horror on \u202c\u2066\u2069\u200f",
        "أريد فيلما مضحكا",
        "סרט מצחיק בלי אימה",
        "面白い映画をお願いします",
        "Ich möchte eine Komödie, bitte keinen Horror",
        "une comédie française des années 90, s'il vous plaît",
        "😂🎬 comedy 👨‍👩‍👧‍👦 please 🚫👻",
        "e\u0301" * 500 + " comedy",
        "ﷺ" * 50 + "ﬁlm ½ ² ⅷ ٣ Ⅳ",
        "comedy " * 14_300,
        "x" * 100_000,
        "no " * 33_000 + "horror",
        "1" * 5_000,
        "under 99999999999999999999999999999999999999 minutes",
        "under -5 minutes, from 1e999, over NaN, after inf",
        "(" * 500 + "[" * 500 + "\\" * 500,
        "the first the second the third the 4th the 999999999999th one",
        "\"'`“”‘’«»",
        "null",
        "None",
        "/facts",
    ],
    ids=lambda message: ascii(message)[:25],
)
def test_any_text_is_answered(make_agent, judge, say, message):
    agent = make_agent()
    for text in (message, "a comedy, no horror", message):
        turn = judge.turn(say(agent, text))
        assert turn["reply"].strip() and turn["seconds"]["total"] < 10
        if len(text) > 50_000:
            assert "long" in turn["reply"]
    assert turn["turn"] == 3
    assert len(agent.thread_log("t")) == 6
    assert all(len(entry["text"]) <= 4000 for entry in agent.thread_log("t")[::2])


@pytest.mark.parametrize(
    "user", ["nobody", "", "\ud800", "u1\x00", "u1 ", "x" * 10_000, "' OR 1=1"]
)
def test_an_unknown_user_is_refused(make_agent, say, user):
    agent = make_agent()
    with pytest.raises(BadInputError, match="does not know the user"):
        say(agent, "a comedy", user=user)
    assert agent.thread_log("t") == []


@pytest.mark.parametrize("thread", ["\ud800", "a\x00b", "a\nb", "x" * 201])
def test_a_thread_that_cannot_be_one_is_refused(make_agent, say, thread):
    with pytest.raises(BadInputError, match="thread's name"):
        say(make_agent(), "a comedy", thread=thread)


@pytest.mark.parametrize("thread", ["../../etc", "a/b", "😀", "a b", "CON", "x" * 200, "%s", "'--"])
def test_an_odd_thread_is_a_thread(make_agent, say, tmp_path, thread):
    before = {path for path in tmp_path.rglob("*") if "conversations" not in path.parts}
    say(make_agent(), "a comedy", thread=thread)
    assert say(make_agent(), "no horror", thread=thread)["turn"] == 2
    assert len(make_agent().thread_log("unknown")) == 0
    assert {path for path in tmp_path.rglob("*") if "conversations" not in path.parts} == before


def test_a_thread_of_another_catalogue_is_refused(make_agent, say):
    agent = make_agent()
    agent.graph.update_state(
        {"configurable": {"thread_id": "t"}},
        {"catalog": "wines", "user": None, "dialogue": {}},
        as_node="remember",
    )
    with pytest.raises(BadInputError, match="about the catalogue wines, not films"):
        say(agent, "a comedy")


@pytest.fixture
def start(films, tmp_path, monkeypatch):
    """`start(message, pause, wait)`: a process that is ready to answer on the thread `t`."""
    monkeypatch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "conversations"
    folder.mkdir()
    running = []

    def start(message, pause="0.002", wait="30"):
        arguments = [str(films.folder), str(folder), "t", message, pause, wait]
        process = subprocess.Popen(
            [sys.executable, str(ONE_TURN), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_two_processes_on_one_thread(start, make_agent, judge):
    processes = [start(message) for message in ("a comedy", "no horror")]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    turns = [judge.turn(json.loads(p.communicate(timeout=60)[0])) for p in processes]
    assert sorted(turn["turn"] for turn in turns) == [1, 2]
    log = make_agent().thread_log("t")
    assert {entry["text"] for entry in log[::2]} == {"a comedy", "no horror"}
    assert [entry["role"] for entry in log] == ["user", "assistant"] * 2


def test_a_process_that_waits_too_long_says_so(start, make_agent):
    agent = make_agent(thread_wait_seconds=0.1)
    events = agent.turn("a comedy", thread="t")
    next(events)  # this turn has begun and holds the thread
    other = start("no horror", wait="0.1")
    answer = json.loads(other.communicate("\n", timeout=60)[0].splitlines()[-1])
    assert (
        answer["error"] == "BusyError" and "nothing of this message was kept" in answer["message"]
    )
    *_, turn = events
    assert turn["turn"] == 1
    assert [entry["text"] for entry in agent.thread_log("t")[::2]] == ["a comedy"]


def test_a_killed_process_leaves_the_thread_usable(start, make_agent, judge, say):
    judge.turn(say(make_agent(), "a comedy"))
    process = start("no horror", pause="0.5")
    process.stdout.readline()
    process.stdin.write("\n")
    process.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.5)
    process.kill()
    process.wait()
    turn = judge.turn(say(make_agent(), "under 100 minutes"))
    assert turn["turn"] == 2 and turn["items"]


@pytest.mark.parametrize("after", [0, 2, 4, 6])
def test_ctrl_c_leaves_the_thread_usable(make_agent, judge, say, after):
    agent = make_agent(written_reasons=5)
    first = judge.turn(say(agent, "a comedy from the 90s"))
    events = agent.turn("under 100 minutes", thread="t")
    for _ in range(after + 1):
        next(events)
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt)
    turn = judge.turn(say(agent, "no romance"))
    assert turn["turn"] == 2 and turn["items"]
    kept = [one for one in turn["request"]["constraints"] if one["attribute"] == "runtime"]
    assert kept == [], "an answer that was stopped changes nothing"
    standing = {one["text"] for one in first["request"]["constraints"]}
    assert standing <= {one["text"] for one in turn["request"]["constraints"]}


def test_a_turn_may_be_read_from_several_threads(make_agent, say):
    agent = make_agent(thread_wait_seconds=0.5)
    events = agent.turn("a comedy", thread="t")
    next(events)
    reader = threading.Thread(target=lambda: list(events))
    reader.start()
    reader.join()
    assert say(agent, "no horror")["turn"] == 2


def test_turns_on_different_threads_do_not_wait(make_agent, say):
    agent = make_agent(thread_wait_seconds=0.1)
    events = agent.turn("a comedy", thread="a")
    next(events)
    assert say(agent, "a comedy", thread="b")["turn"] == 1
    with pytest.raises(BusyError, match="thread a"):
        say(agent, "a comedy", thread="a")
    events.close()
    assert say(agent, "a comedy", thread="a")["turn"] == 1


def plain(value):
    """Whether a value is made of plain types all the way down."""
    match value:
        case None | bool() | int() | float() | str():
            return type(value) in (type(None), bool, int, float, str)
        case list():
            return all(plain(one) for one in value)
        case dict():
            return all(type(key) is str and plain(one) for key, one in value.items())
        case _:
            return False


@pytest.mark.parametrize("fault", [faults.valid_json, faults.unknown_tools, faults.dies_midway])
def test_checkpoints_hold_only_plain_types(make_agent, say, fault):
    agent = make_agent(fault, chooses_tools=True)
    for message in ("a comedy with Tom Hanks, under 100 minutes", "why that one?", "surprise me"):
        say(agent, message, user="u1")
        config = {"configurable": {"thread_id": "t"}}
        for snapshot in agent.graph.get_state_history(config):
            assert plain(snapshot.values), snapshot.values
    json.dumps(snapshot.values)


def test_the_log_keeps_every_message(make_agent, say):
    agent = make_agent(DeterministicChatModel(respond=faults.valid_json))
    messages = ["hello", "a comedy", "", "why?", "start over"]
    for message in messages:
        say(agent, message)
    log = agent.thread_log("t")
    assert [entry["text"] for entry in log[::2]] == messages
    assert [entry["turn"] for entry in log] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert log[3]["items"] and all(isinstance(one, str) for one in log[3]["items"])
