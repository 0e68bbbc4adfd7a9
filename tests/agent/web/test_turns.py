"""Turns that run: whoever counts is told how each ended, and a stop waits for them."""

import threading
from collections.abc import Iterator

import pytest
from tastemaker.agent.agent import Event
from tastemaker.agent.web.guards.keys import Caller
from tastemaker.agent.web.turns import Finished, Turns
from tastemaker.errors import OverloadedError, StorageError

ACME = Caller(tenant="acme", key="k1")
ACCEPTED = {"type": "accepted", "thread": "t", "turn": "1"}
TURN = {"type": "turn", "usage": {}}


@pytest.fixture
def told() -> list[Finished]:
    return []


@pytest.fixture
def turns(told: list[Finished]) -> Turns:
    return Turns(1, told.append)


def test_one_that_is_answered(turns: Turns, told: list[Finished]) -> None:
    events = [ACCEPTED, {"type": "text", "text": "x"}, TURN]
    assert list(turns.run(iter(events), ACME)) == events
    (one,) = told
    assert (one.caller, one.thread, one.turn, one.status) == (ACME, "t", "1", "done")
    assert one.result == {"usage": {}} and not one.again and turns.running == 0


def test_one_that_was_answered_before(turns: Turns, told: list[Finished]) -> None:
    list(turns.run(iter([ACCEPTED, TURN]), ACME))
    assert told[0].status == "done" and told[0].again


def test_one_that_fails(turns: Turns, told: list[Finished]) -> None:
    def failing() -> Iterator[Event]:
        yield ACCEPTED
        raise StorageError("full")

    with pytest.raises(StorageError):
        list(turns.run(failing(), ACME))
    assert told[0].status == "failed" and told[0].result is None


def test_one_that_is_stopped_and_one_too_many(turns: Turns, told: list[Finished]) -> None:
    go = threading.Event()

    def slow() -> Iterator[Event]:
        yield ACCEPTED
        go.wait(10)
        yield {"type": "text", "text": "x"}
        yield TURN

    running = turns.run(slow(), ACME)
    assert next(running) == ACCEPTED and turns.running == 1
    with pytest.raises(OverloadedError):
        list(turns.run(iter([ACCEPTED, TURN]), ACME))
    assert not turns.wait(0.05), "it is not done yet"
    assert turns.stop("t") and not turns.stop("other")
    go.set()
    assert TURN not in list(running)
    assert told[0].status == "stopped" and turns.wait(5)


def test_one_tenant_leaves_half_to_others() -> None:
    turns = Turns(4)
    go = threading.Event()

    def slow(name: str) -> Iterator[Event]:
        yield {**ACCEPTED, "thread": name}
        go.wait(10)
        yield TURN

    held = [turns.run(slow(name), ACME) for name in ("a", "b")]
    assert [next(one)["thread"] for one in held] == ["a", "b"]
    with pytest.raises(OverloadedError, match="2 requests of yours"):
        next(turns.run(slow("c"), Caller(tenant="acme", key="k2")))
    held.append(turns.run(slow("d"), Caller(tenant="shop", key="k3")))
    assert next(held[2])["thread"] == "d"
    go.set()
    assert all(list(one) == [TURN] for one in held)
    assert list(turns.run(iter([ACCEPTED, TURN]), ACME)) == [ACCEPTED, TURN]


def test_who_counts_wrongly_keeps_no_answer_back() -> None:
    def broken(_: Finished) -> None:
        raise RuntimeError

    assert list(Turns(1, broken).run(iter([ACCEPTED, TURN]), ACME)) == [ACCEPTED, TURN]
