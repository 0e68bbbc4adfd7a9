"""Long-term memory: what a person liked, turned down or knows, across their threads.

One record an item, so that what is said in a turn and what is pressed on a card meanwhile cannot
undo each other.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from langgraph.store.base import BaseStore, PutOp

from ..catalog.store import Catalog
from .reading.dialogue import Dialogue

Verdict = Literal["liked", "disliked", "seen", "cleared"]
"""`seen` stands beside an opinion; `cleared` takes an opinion back."""
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
LOCAL = "local"
"""The tenant of whoever sits at the machine; the terminal's memories are theirs."""
MOST = 10_000
"""Verdicts of one person that are read."""


def give_verdict(
    store: BaseStore, catalog: str, person: str, item_id: str, verdict: Verdict
) -> None:
    """Keep what a person says of one item."""
    store.batch([_put(catalog, person, item_id, verdict, time.time())])


def save_told(
    store: BaseStore, catalog: str, person: str, told: Mapping[str, Sequence[str]]
) -> None:
    """Keep what a message said of items: `liked`, `disliked`, `seen` -> ids."""
    now = time.time()
    puts = [
        # Told in order: a microsecond apart, so that the order comes back.
        _put(catalog, person, item_id, verdict, now + n * 1e-6)
        for verdict in ("seen", "disliked", "liked")
        for n, item_id in enumerate(told.get(verdict, ()))
    ]
    if puts:
        store.batch(puts)


def verdicts(store: BaseStore, catalog: str, person: str) -> dict[Verdict, list[str]]:
    """What a person said of items: verdict -> ids, oldest first."""
    found: dict[Verdict, list[str]] = {verdict: [] for verdict in VERDICTS}
    for kind in ("opinion", "seen"):
        namespace = _namespace(catalog, person, kind)
        kept = store.search(namespace, limit=MOST)
        for one in sorted(kept, key=lambda one: one.value["at"]):
            if one.namespace == namespace:
                found[one.value["verdict"]].append(one.key)
    return found


def recall(store: BaseStore, catalog: Catalog, person: str | None, dialogue: Dialogue) -> Dialogue:
    """The dialogue with what is known of the person, whose kept word on an item always wins.

    Items that have left the catalogue since are forgotten.
    """
    if person is None:
        return _still_there(catalog, dialogue)
    kept = verdicts(store, catalog.manifest.name, person)
    said = {*kept["liked"], *kept["disliked"], *kept["cleared"]}

    def joined(old: list[str], new: list[str]) -> list[str]:
        return list(dict.fromkeys([*old, *(one for one in new if one not in said)]))

    known = dialogue.model_copy(
        update={
            "liked": joined(kept["liked"], dialogue.liked),
            "disliked": joined(kept["disliked"], dialogue.disliked),
            "seen": list(dict.fromkeys([*kept["seen"], *dialogue.seen])),
        }
    )
    return _still_there(catalog, known)


def _still_there(catalog: Catalog, dialogue: Dialogue) -> Dialogue:
    def known(items: list[str]) -> list[str]:
        return [one for one in items if catalog.row_of(one) is not None]

    lists = ("similar_to", "liked", "disliked", "seen", "shown", "ever_shown")
    update: dict[str, Any] = {name: known(getattr(dialogue, name)) for name in lists}
    update["focus"] = next(iter(known([dialogue.focus] if dialogue.focus else [])), None)
    return dialogue.model_copy(update=update)


def _put(catalog: str, person: str, item_id: str, verdict: Verdict, at: float) -> PutOp:
    kind = "seen" if verdict == "seen" else "opinion"
    return PutOp(_namespace(catalog, person, kind), item_id, {"verdict": verdict, "at": at})


def _namespace(catalog: str, person: str, kind: str) -> tuple[str, ...]:
    return ("taste", label(catalog), label(person), kind)


def label(text: str) -> str:
    """Any text as a label of a namespace, which may hold no point."""
    return text.encode("utf-8", "surrogatepass").hex() or "-"
