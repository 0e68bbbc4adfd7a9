"""The conversation that a client's history of messages is, found again or begun anew.

Clients of OpenAI's API send everything that was said with each message. Under a hash of all that
lies which conversation it is; a history that was never said here (edited, asked again, another
server's) has none. It is a new conversation then, in which the person's earlier messages are
replayed, so that what they asked for stands. What a client claims that we said is never believed.
"""

import contextlib
import copy
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from langgraph.store.base import BaseStore, Op, PutOp, Result

from ....errors import BadInputError
from ...chats import Chats, Person
from ...databases import storage_errors
from ...memory import label
from ..paintings import with_addresses
from .data_urls import picture_of

if TYPE_CHECKING:
    from ...agent import Agent, Event

REPLAYED = 20
"""Earlier messages that are replayed, the last ones."""
WAIT_SECONDS = 10.0
LOCKS = 256
"""Locks that all histories share."""
HISTORY_MINUTES = 90 * 24 * 60
"""How long a history is known that nobody goes on with; later it is replayed."""
REQUEST_MINUTES = 24 * 60
"""How long a request that is sent again is known to be the same."""
SWEPT_EVERY = 100
"""Requests, of which one clears away what is too old."""


class Said(NamedTuple):
    """A message of a history."""

    role: Literal["user", "assistant"]
    text: str
    picture: str = ""
    """Its URL; empty: none."""


class Sender(NamedTuple):
    """Who sends a history."""

    tenant: str
    user: str | None
    """None: somebody who is not known beyond the conversation."""


class Attempt(NamedTuple):
    """A request, so that it is answered once when it is sent again."""

    key: str
    """The client's name for it; empty: its content is its name."""
    again: bool
    """Whether it may have been sent before."""


def continued(
    chats: Chats, sender: Sender, history: Sequence[Said], attempt: Attempt
) -> "Iterator[Event]":
    """The events of `Chats.say` for the last message of a history.

    Raises:
        BadInputError: the picture cannot be used, or the key is another request's.
        BusyError: the conversation is still being answered.
        StorageError: the message or its answer cannot be kept.
    """
    *earlier, last = history
    picture = picture_of(last.picture) if last.picture else None
    records, digest = _Records(chats, sender), digest_of(history)
    request = hashlib.sha256((attempt.key or digest).encode("utf-8", "surrogatepass")).hexdigest()
    before = records.request(request) if attempt.again else None
    if before is not None and before["history"] != digest:
        raise BadInputError("This Idempotency-Key is another request's; draw a new one.")
    claim = records.claim(digest_of(earlier)) if earlier and not before else None
    place = before or claim
    if place is not None:
        person, thread = chats.person(place["person"], tenant=sender.tenant), place["thread"]
    else:
        name = sender.user or f"guest-{uuid.uuid4().hex}"
        person = chats.person(name, tenant=sender.tenant)
        if picture is not None:  # refused before anything is begun
            chats.agent.resources.pictures.take(picture)
        thread = _replayed(chats, person, earlier)
    accepted = False
    try:
        for event in chats.say(
            person, last.text, thread=thread, picture=picture,
            turn=before["turn"] if before else None,
        ):  # fmt: skip
            if event["type"] == "accepted":
                accepted = True
                place = {"person": person.name, "thread": event["thread"], "turn": event["turn"]}
                records.keep_request(request, {**place, "history": digest})
            if event["type"] == "turn" and place is not None:
                reply = Said("assistant", with_addresses(event["reply"]))
                records.keep(digest_of([*history, reply]), place)
            yield event
    finally:
        if claim is not None and not accepted:
            records.keep(digest_of(earlier), claim)


def digest_of(history: Sequence[Said]) -> str:
    """Names what was said; white space does not count, as clients trim it."""
    said = [
        [one.role, " ".join(one.text.split()), hashlib.sha256(one.picture.encode()).hexdigest()]
        for one in history
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class _Records:
    """What is kept of a sender's histories and requests, for a while."""

    def __init__(self, chats: Chats, sender: Sender) -> None:
        self._chats = chats
        # The stores that conversations are kept in know how long, and forget by `sweep_ttl`.
        self._store: Any = chats.agent.resources.store
        whom = label(sender.tenant), "nobody" if sender.user is None else f"u{label(sender.user)}"
        self._histories = ("completions", "history", *whom)
        self._requests = ("completions", "request", *whom)

    def claim(self, digest: str) -> dict[str, Any] | None:
        """The conversation that a history is, where that still stands as it says.

        One sender gets it: another who says the same, as two newcomers may, begins anew.
        """
        lock = f"history {int(digest, 16) % LOCKS}"
        with self._chats.agent.databases.exclusive(lock, WAIT_SECONDS), storage_errors():
            kept = self._store.get(self._histories, digest)
            if kept is None:
                return None
            self._store.delete(self._histories, digest)
        return kept.value if self._stands(kept.value) else None

    def keep(self, digest: str, place: dict[str, Any]) -> None:
        """Remember which conversation a history is."""
        with storage_errors():
            self._store.put(self._histories, digest, place, ttl=HISTORY_MINUTES)

    def request(self, name: str) -> dict[str, Any] | None:
        """What was begun for a request."""
        with storage_errors():
            kept = self._store.get(self._requests, name)
        return None if kept is None else kept.value

    def keep_request(self, name: str, place: dict[str, Any]) -> None:
        """Remember what was begun for a request; now and then, forget what is too old."""
        with storage_errors():
            self._store.put(self._requests, name, place, ttl=REQUEST_MINUTES)
            if int(name, 16) % SWEPT_EVERY == 0:
                self._store.sweep_ttl()

    def _stands(self, place: dict[str, Any]) -> bool:
        """Whether nothing was said since, and the conversation is still there."""
        with storage_errors():
            log = self._chats.agent.thread_log(place["thread"])
        return bool(log) and log[-1]["role"] == "assistant" and log[-1]["id"] == place["turn"]


def _replayed(chats: Chats, person: Person, earlier: Sequence[Said]) -> str | None:
    """A new conversation in which the person's messages were said; none where there are none."""
    said = [one for one in earlier if one.role == "user"]
    if not said:
        return None
    thread = chats.start(person, said[0].text).id
    agent = _replaying(chats.agent)
    with storage_errors(), agent.holding(thread):
        for one in said[-REPLAYED:]:
            events = agent.answer(
                one.text, thread=thread, turn_id=uuid.uuid4().hex, user=person.user,
                person=person.key, shown=_shown(chats, one.picture),
            )  # fmt: skip
            for _ in events:
                pass
    return thread


def _shown(chats: Chats, url: str) -> tuple[str, list[str]]:
    """A picture of an earlier message; one that cannot be used any more is left out."""
    with contextlib.suppress(BadInputError):
        if url:
            return chats.agent.resources.pictures.take(picture_of(url))
    return "", []


def _replaying(agent: "Agent") -> "Agent":
    """The same agent without a language model, which paints nothing and remembers nothing."""
    from ....tools import make_tools  # take a second to import
    from ...graph import build_graph

    _ = agent.resources.titles  # computed once for all copies
    own = copy.copy(agent)
    resources = own.resources = copy.copy(agent.resources)
    resources.connect = lambda: None
    resources.store = _Unchanged(agent.resources.store)
    resources.tools = make_tools(resources.recommender, resources.pictures.path)
    own.graph = build_graph(resources, agent.databases.checkpointer)
    return own


class _Unchanged(BaseStore):
    """A store that can be read; what is written to it is lost."""

    def __init__(self, store: BaseStore) -> None:
        self._store = store

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Answer what is read."""
        asked = list(ops)
        read = iter(self._store.batch([op for op in asked if not isinstance(op, PutOp)]))
        return [None if isinstance(op, PutOp) else next(read) for op in asked]

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """The same."""
        return self.batch(ops)
