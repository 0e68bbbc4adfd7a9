"""Turns that go on when whoever asked is gone: an accepted message gets its answer."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ...errors import OverloadedError
from .guards.keys import Caller
from .guards.limits import Shares

if TYPE_CHECKING:
    from ..agent import Event

_END = object()
POLL_SECONDS = 0.02


@dataclass
class Finished:
    """A turn that ended, for those who count and tell."""

    caller: Caller
    """Who asked."""
    thread: str = ""
    """Of which conversation; empty: it was not accepted."""
    turn: str = ""
    """Its id."""
    status: Literal["done", "stopped", "failed"] = "failed"
    """How it ended."""
    result: dict[str, Any] | None = None
    """Its JSON object, if it has one."""
    seconds: float = 0.0
    """From the request to the last event, waiting for an earlier turn too."""
    again: bool = True
    """Whether it had been answered before and was only shown again."""


class Turns:
    """The turns that this process answers now."""

    def __init__(self, at_once: int, finished: Callable[[Finished], None] = lambda _: None) -> None:
        """
        Args:
            finished: told of each turn that ended, in the turn's thread.
        """
        self._finished = finished
        self._places = threading.BoundedSemaphore(at_once)
        self._shares = Shares(at_once)
        self._at_once = at_once
        self._stopped: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def run(self, events: "Iterator[Event]", caller: Caller) -> "Iterator[Event]":
        """The events of a turn, which is finished in a thread of its own in any case.

        Args:
            caller: whose budget pays for it.

        Raises:
            OverloadedError: as many turns as may are running, or of this tenant.
            TastemakerError: what the turn raised.
        """
        self._shares.take(caller)
        if not self._places.acquire(blocking=False):
            self._shares.give(caller)
            raise OverloadedError(
                f"{self._at_once} messages are being answered; try again in a moment."
            )
        passed: queue.SimpleQueue[object] = queue.SimpleQueue()

        def work() -> None:
            stop = threading.Event()
            told = Finished(caller)
            started = time.monotonic()
            try:
                for event in events:
                    if event["type"] == "accepted":
                        told.thread, told.turn = event["thread"], event["turn"]
                        with self._lock:
                            self._stopped[told.thread] = stop
                    elif event["type"] == "turn":
                        told.status = "done"
                        told.result = {k: value for k, value in event.items() if k != "type"}
                    else:
                        told.again = False
                    passed.put(event)
                    if stop.is_set() and event["type"] != "turn":
                        told.status = "stopped"
                        break
            except BaseException as error:
                passed.put(error)
            finally:
                with contextlib.suppress(Exception):
                    events.close()  # type: ignore[attr-defined]
                with self._lock:
                    self._stopped.pop(told.thread, None)
                self._places.release()
                self._shares.give(caller)
                told.seconds = time.monotonic() - started
                with contextlib.suppress(Exception):  # whoever counts cannot keep an answer back
                    self._finished(told)
                passed.put(_END)

        threading.Thread(target=work, name="turn", daemon=True).start()
        while (event := passed.get()) is not _END:
            if isinstance(event, BaseException):
                raise event
            yield event  # type: ignore[misc]

    def stop(self, thread: str) -> bool:
        """Cut off the turn on a thread; it can be tried again. Whether there was one here."""
        with self._lock:
            stop = self._stopped.get(thread)
        if stop is None:
            return False
        stop.set()
        return True

    @property
    def running(self) -> int:
        """Turns that are being answered."""
        return len(self._stopped)

    def wait(self, seconds: float) -> bool:
        """Let the turns that run come to their end; whether all did in time."""
        until = time.monotonic() + seconds
        while self.running and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
        return not self.running
