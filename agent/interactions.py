"""The log of what people said of items, that recommenders are trained from later."""

import csv
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langgraph.store.base import BaseStore

from ..files import replacing_file
from .memory import Verdict, label

PAGE = 1_000
RATINGS: dict[Verdict, float] = {"liked": 5.0, "disliked": 1.0, "seen": 3.0}
"""As ratings out of five; what was taken back is none."""
COLUMNS = ("user_id", "item_id", "rating", "timestamp")


def record_interaction(
    store: BaseStore,
    catalog: str,
    *,
    person: str,
    item_id: str,
    verdict: Verdict,
    user: str | None,
    thread: str | None,
    turn: str | None,
) -> None:
    """Append one word of a person on an item."""
    now = time.time()
    value = {
        "person": person, "user": user, "item_id": item_id, "verdict": verdict,
        "thread": thread, "turn": turn, "at": now,
    }  # fmt: skip
    store.put(_namespace(catalog), f"{now:017.6f}-{uuid.uuid4().hex[:8]}", value)


def interactions(store: BaseStore, catalog: str) -> list[dict[str, Any]]:
    """Everything in the log of a catalogue, oldest first."""
    return sorted(_all(store, catalog), key=lambda one: one["at"])


def export_interactions(store: BaseStore, catalog: str, file: Path) -> int:
    """Write the last word of each person on each item as a table that `catalog import
    --interactions` reads; returns how many rows."""
    last = {(one["person"], one["item_id"]): one for one in interactions(store, catalog)}
    rows = [one for one in last.values() if one["verdict"] in RATINGS]
    with (
        replacing_file(file) as temporary,
        temporary.open("w", newline="", encoding="utf-8") as out,
    ):
        table = csv.writer(out)
        table.writerow(COLUMNS)
        for one in rows:
            who = one["user"] or one["person"].replace("\x1f", "/")
            table.writerow([who, one["item_id"], RATINGS[one["verdict"]], int(one["at"])])
    return len(rows)


def _all(store: BaseStore, catalog: str) -> Iterator[dict[str, Any]]:
    namespace, offset = _namespace(catalog), 0
    while found := store.search(namespace, limit=PAGE, offset=offset):
        yield from (one.value for one in found if one.namespace == namespace)
        offset += len(found)


def _namespace(catalog: str) -> tuple[str, ...]:
    return ("interactions", label(catalog))
