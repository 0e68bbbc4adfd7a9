"""One Postgres for many app processes: what they share, what they keep from each other, outages."""

import logging
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr
from tastemaker.agent.chats import Chats
from tastemaker.agent.databases import open_databases
from tastemaker.agent.interactions import interactions
from tastemaker.errors import BusyError, MissingError, StorageError

HOLDS = """
import sys, time
from pydantic import SecretStr
from tastemaker.agent.databases import open_databases
with open_databases(SecretStr(sys.argv[1]), None).exclusive("thread t", 1.0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def two(make_agent, database, tmp_path):
    """The conversations of two app processes on machines of their own."""
    return [Chats(make_agent(database=database, folder=tmp_path / name)) for name in "ab"]


def test_two_apps_share_threads_memories_and_feedback(two):
    one, other = two
    ann = one.person("ann")
    accepted, *_, first = one.say(ann, "a comedy")
    unwanted = first["items"][0]["item_id"]
    one.judge(ann, unwanted, "disliked", thread=accepted["thread"])
    assert [thread.title for thread in other.threads(ann)] == ["a comedy"]
    assert other.taste(ann)["disliked"] == [unwanted]
    *_, second = other.say(ann, "a comedy", thread=accepted["thread"])
    assert second["turn"] == 2
    assert unwanted not in [item["item_id"] for item in second["items"]]
    assert [turn.status for turn in one.turns(ann, accepted["thread"])] == ["done", "done"]
    (word,) = interactions(other.agent.resources.store, "films")
    assert (word["item_id"], word["verdict"]) == (unwanted, "disliked")


def test_one_turn_at_a_time_on_a_thread(two):
    one, other = two
    ann = one.person("ann")
    events = one.say(ann, "a comedy", turn="t1")
    accepted = next(events)
    thread = accepted["thread"]
    for chats in two:  # in another process, and in the same one
        with pytest.raises(BusyError), chats.agent.holding(thread, 0.0):
            pass
        assert [turn.status for turn in chats.turns(ann, thread)] == ["running"]
    with other.agent.holding("another thread", 0.0):
        pass
    list(events)
    *_, turn = other.say(ann, "a drama", thread=thread)
    assert turn["turn"] == 2


def test_many_wait_for_their_turn(two):
    inside, most = 0, 0
    guard = threading.Lock()

    def work(number):
        nonlocal inside, most
        with two[number % 2].agent.holding("t", 20.0):
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with guard:
                inside -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(12)))
    assert (inside, most) == (0, 1)


def test_a_killed_holder_lets_go(make_agent, database):
    chats = Chats(make_agent(database=database))
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, database.get_secret_value()], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(BusyError), chats.agent.holding("t", 0.0):
            pass
        child.kill()
    with chats.agent.holding("t", 5.0):
        pass


def test_a_server_that_goes_away_in_mid_turn(two, postgres):
    one, other = two
    ann = one.person("ann")
    list(other.say(ann, "a drama", thread=other.start(ann).id))
    events = one.say(ann, "a comedy", turn="t1")
    accepted = next(events)
    one.judge(ann, "1", "liked")
    postgres.stop()
    try:
        acts = (
            lambda: list(events),
            lambda: one.threads(ann),
            lambda: list(other.say(ann, "a comedy")),
        )
        with ThreadPoolExecutor(len(acts)) as pool:
            for outcome in [pool.submit(act) for act in acts]:
                with pytest.raises(StorageError, match=r"^[^\n]+Make room[^\n]+\.$"):
                    outcome.result()
    finally:
        postgres.start()
    for chats in two:
        assert "1" in chats.taste(ann)["liked"]
        (turn,) = chats.turns(ann, accepted["thread"])
        assert turn.status == "interrupted"
    *_, turn = other.retry(ann, accepted["thread"], "t1")
    assert turn["turn"] == 1
    log = one.agent.thread_log(accepted["thread"])
    assert [(entry["role"], entry["id"]) for entry in log] == [("user", "t1"), ("assistant", "t1")]
    *_, turn = one.say(ann, "a drama", thread=accepted["thread"])
    assert turn["turn"] == 2


def test_opened_at_once_the_tables_are_made_once(database):
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: open_databases(database, None), range(4)))
    try:
        opened[0].store.put(("a",), "b", {"c": 1})
        assert opened[3].store.get(("a",), "b").value == {"c": 1}
    finally:
        for databases in opened:
            databases.close()


def test_a_password_is_never_said(postgres, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "hunter%40two"
    cases = {
        "password authentication failed": postgres.url(password=secret),
        "does not exist": postgres.url("nowhere"),
        "refused": f"postgresql://tester:{secret}@127.0.0.1:1/postgres",
        "not an address": f"tester:{secret}@127.0.0.1",
        "like postgresql": f"postgresql://tester:{secret}/@127.0.0.1/postgres",
        "write signs": f"postgresql://tester:{secret}@127.0.0.1/postgres?{secret}=1",
    }
    for says, url in cases.items():
        with pytest.raises(MissingError, match=says) as caught:
            open_databases(SecretStr(url), None)
        said = f"{caught.value}{caught.value.__cause__}{caplog.text}"
        for password in (secret, "hunter", "wörd", "w%C3%B6rd"):
            assert password not in said
