"""Agents with one known fault each, over a sound one: what every metric must see.

popular      shows the best known items, whatever is asked
ignores      shows items that break what was asked
invents      names an item that does not exist
leaks        shows first what the person liked last, before anything points to it
repeats      shows again what was turned down
forgets      answers every message as if it were the first
crashes      fails at every third message
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from ...catalog.store import Catalog
from ...errors import TastemakerError
from .face import Face, Reply, Talk

FAULTS = ("popular", "ignores", "invents", "leaks", "repeats", "forgets", "crashes")
INVENTED = "The Phantom of Nowhere (2087)"
SHOWN = 5


class _Faulty:
    """One conversation of an agent with a fault."""

    def __init__(self, fault: str, inner: Face, catalog: Catalog, user: str | None) -> None:
        self._fault, self._inner, self._user, self._catalog = fault, inner, user, catalog
        self._talk: Talk = inner.begin(user)
        self._messages = 0
        self._first: list[str] = []

    def say(self, message: str, picture: Path | None = None) -> Reply:
        self._messages += 1
        if self._fault == "crashes" and self._messages % 3 == 0:
            raise TastemakerError("It fails at every third message.")
        if self._fault == "popular":
            return self._showing(popular(self._catalog)[:SHOWN])
        if self._fault == "forgets":
            self._talk = self._inner.begin(self._user)
        reply = self._talk.say(message, picture)
        shown = list(reply.items or [])
        if self._fault == "ignores" and shown:
            others = [one for one in popular(self._catalog) if one not in shown]
            return self._showing(others[self._messages :][:SHOWN])
        if self._fault == "leaks" and self._user and self._messages == 1:
            last = self._catalog.history(self._user)["item_id"].to_list()[-1:]
            return self._showing([*last, *shown])
        if self._fault == "repeats":
            self._first = self._first or shown
            return self._showing([*self._first, *(one for one in shown if one not in self._first)])
        if self._fault == "invents":
            text = f"{reply.text}\n{len(shown) + 1}. {INVENTED}: you will love it."
            return reply.model_copy(update={"text": text})
        return reply

    def _showing(self, items: list[str]) -> Reply:
        titles = [self._catalog.item(one).title for one in items]
        lines = [f"{rank}. {title}: you may like it." for rank, title in enumerate(titles, 1)]
        return Reply(text="\n".join(lines) or "Nothing fits.", items=items)


def faulty_face(fault: str, inner: Face, catalog: Catalog) -> Face:
    """A sound agent with a fault."""
    begin: Callable[[str | None], Talk] = partial(_Faulty, fault, inner, catalog)
    return replace(inner, name=f"fault:{fault}", begin=begin, own=None)


def popular(catalog: Catalog) -> list[str]:
    """Items by their number of interactions, the most first."""
    counts = catalog.interactions().group_by("item_id").agg(pl.len().alias("met"))
    known = counts.sort("met", "item_id", descending=[True, False]).collect()
    return known["item_id"].to_list()
