"""Turns that go on when whoever asked is gone: an accepted message gets its answer."""

import contextlib
import queue
import threading
from collections.abc import Iterator

from ...errors import OverloadedError
from ..agent import Event

_END = object()


class Turns:
    """The turns that this process answers now."""

    def __init__(self, at_once: int) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._at_once = at_once
        self._stopped: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def run(self, events: Iterator[Event]) -> Iterator[Event]:
        """The events of a turn, which is finished in a thread of its own in any case.

        Raises:
            OverloadedError: as many turns as may are running.
            TastemakerError: what the turn raised.
        """
        if not self._places.acquire(blocking=False):
            raise OverloadedError(
                f"{self._at_once} messages are being answered; try again in a moment."
            )
        passed: queue.SimpleQueue[object] = queue.SimpleQueue()

        def work() -> None:
            stop = threading.Event()
            thread = ""
            try:
                for event in events:
                    if event["type"] == "accepted":
                        thread = event["thread"]
                        with self._lock:
                            self._stopped[thread] = stop
                    passed.put(event)
                    if stop.is_set() and event["type"] != "turn":
                        break
            except BaseException as error:
                passed.put(error)
            finally:
                with contextlib.suppress(Exception):
                    events.close()  # type: ignore[attr-defined]
                with self._lock:
                    self._stopped.pop(thread, None)
                self._places.release()
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
