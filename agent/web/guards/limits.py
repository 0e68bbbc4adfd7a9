"""How much a key may ask for: requests in a minute, and tokens of the LLM in a day.

Requests are counted in each process by itself. Tokens are counted together: each process keeps its
own sum of the day in the database and reads the others' every few seconds, so that a budget may be
overdrawn by what is spent meanwhile.
"""

import contextlib
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable

from langgraph.store.base import BaseStore

from ....errors import LimitError, OverloadedError, StorageError
from ....settings import ServeSettings
from ...databases import storage_errors
from ...memory import label
from .keys import Caller, Key

LOGINS_PER_MINUTE = 10
"""Attempts to sign in from one address."""
MOST_NAMES = 10_000
FRESH_SECONDS = 5.0
MOST_PROCESSES = 1_000
"""Sums of one key's day that are read."""
DAY_SECONDS = 86_400


class Buckets:
    """Token buckets by name: so many a minute, all of which may come at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str, per_minute: int) -> float:
        """Take one; returns 0.0, or the seconds until there is one to take."""
        rate = per_minute / 60
        with self._lock:
            now = self._clock()
            level, at = self._levels.pop(name, (float(per_minute), now))
            level = min(float(per_minute), level + (now - at) * rate)
            taken = level >= 1
            self._levels[name] = (level - taken, now)
            if len(self._levels) > MOST_NAMES:  # the one that was longest idle, which is full
                self._levels.pop(next(iter(self._levels)))
        return 0.0 if taken else (1 - level) / rate


class Shares:
    """Places of a process by tenant: one gets at most half, so that the others find some.

    Whoever calls without a key is the only one there is, and gets all.
    """

    def __init__(self, places: int) -> None:
        self._most = max(1, places // 2)
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, caller: Caller) -> None:
        """Take a place.

        Raises:
            OverloadedError: the tenant has its half.
        """
        with self._lock:
            if caller.key is not None and self._held[caller.tenant] >= self._most:
                raise OverloadedError(
                    f"{self._most} requests of yours are being answered; try again in a moment."
                )
            self._held[caller.tenant] += 1

    def give(self, caller: Caller) -> None:
        """Give a place back."""
        with self._lock:
            self._held[caller.tenant] -= 1


class Limits:
    """What callers have left."""

    def __init__(
        self,
        settings: ServeSettings,
        store: Callable[[], BaseStore],
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """
        Args:
            store: where the processes keep what was spent.
            clock: seconds that never go back.
            now: Unix time.
        """
        self._settings = settings
        self._store = store
        self._clock = clock
        self._now = now
        self._requests = Buckets(clock)
        self._logins = Buckets(clock)
        self._process = uuid.uuid4().hex
        self._day = ""
        self._mine: dict[str, int] = {}
        self._others: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def admit(self, key: Key) -> None:
        """Count a request.

        Raises:
            LimitError: there were too many, or the day's tokens are spent.
            StorageError: what was spent cannot be read.
        """
        rate = key.requests_per_minute or self._settings.requests_per_minute
        if seconds := self._requests.take(key.id, rate):
            raise LimitError(
                f"More than {rate:,} requests in a minute; try again in {seconds:.0f} s.", seconds
            )
        tokens = key.tokens_per_day or self._settings.tokens_per_day
        if self.spent(key.id) >= tokens:
            left = DAY_SECONDS - self._now() % DAY_SECONDS
            raise LimitError(
                f"The {tokens:,} tokens of today are spent; there are more after midnight UTC.",
                left,
            )

    def log_in(self, address: str) -> None:
        """Count an attempt to sign in.

        Raises:
            LimitError: there were too many from this address.
        """
        if seconds := self._logins.take(address, LOGINS_PER_MINUTE):
            raise LimitError(f"Too many attempts; try again in {seconds:.0f} s.", seconds)

    def spend(self, key_id: str, tokens: int) -> None:
        """Count tokens of the LLM that a key pays for.

        Raises:
            StorageError: the sum cannot be kept; this process goes on with it.
        """
        if tokens <= 0:
            return
        with self._lock:
            day = self._today()
            self._mine[key_id] = self._mine.get(key_id, 0) + tokens
            # Under the lock, so that no smaller sum is written last.
            with storage_errors():
                store = self._store()
                store.put(_namespace(day, key_id), self._process, {"tokens": self._mine[key_id]})

    def spent(self, key_id: str) -> int:
        """Tokens of today that a key paid for, everywhere.

        Raises:
            StorageError: the others' sums cannot be read.
        """
        with self._lock:
            day = self._today()
            others, read_at = self._others.get(key_id, (0, float("-inf")))
            if self._clock() - read_at >= FRESH_SECONDS:
                with storage_errors():
                    found = self._store().search(_namespace(day, key_id), limit=MOST_PROCESSES)
                others = sum(one.value["tokens"] for one in found if one.key != self._process)
                self._others[key_id] = (others, self._clock())
            return others + self._mine.get(key_id, 0)

    def _today(self) -> str:
        """The day (UTC); at its first use the sums of earlier days are forgotten."""
        day = time.strftime("%Y-%m-%d", time.gmtime(self._now()))
        if day != self._day:
            self._day = day
            self._mine.clear()
            self._others.clear()
            with contextlib.suppress(StorageError):  # they are in nobody's way
                self._forget_before(day)
        return day

    def _forget_before(self, day: str) -> None:
        with storage_errors():
            store = self._store()
            for one in store.search(("spent",), limit=MOST_NAMES):
                if one.namespace[0] == "spent" and one.namespace[1] < day:
                    store.delete(one.namespace, one.key)


def _namespace(day: str, key_id: str) -> tuple[str, ...]:
    return ("spent", day, label(key_id))
