"""Conversations of many people: whose they are, what was said, what was thought of items.

A message is confirmed once it is on the disk (event `accepted`); its answer is kept with it. A turn
that was cut off shows as interrupted and can be tried again under the same id, once, without
doubling.
"""

import secrets
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from langgraph.store.base import BaseStore, PutOp, SearchItem
from pydantic import BaseModel, ConfigDict

from ..catalog.store import Catalog
from ..errors import BadInputError, BusyError, NotFoundError
from .databases import storage_errors
from .interactions import record_interaction
from .memory import LOCAL, Verdict, give_verdict, label, verdicts
from .reading.text import clean

if TYPE_CHECKING:  # importing it takes seconds, which the first page need not wait for
    from .agent import Agent, Event

TITLE_CHARS = 80
NAME_CHARS = 200
MOST_TURNS = 1_000
"""Turns of one thread that are read."""


class Person(BaseModel):
    """Whose threads and memories they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: str = LOCAL
    """Whose customer the person is."""
    name: str
    """The person within the tenant."""
    user: str | None = None
    """Whose history in the catalogue counts; none: it knows nothing of them."""

    @property
    def key(self) -> str:
        """Names the person among all tenants' (names are printable, so no two are alike)."""
        return self.name if self.tenant == LOCAL else f"{self.tenant}\x1f{self.name}"


class Thread(BaseModel):
    """A conversation."""

    model_config = ConfigDict(extra="ignore")

    id: str
    """Its name in the database."""
    title: str = ""
    """What it is called; at first how its first message begins."""
    catalog: str
    """What it is about."""
    created: float
    """Unix time."""
    updated: float
    """Unix time of the last message."""
    shared: str | None = None
    """Whoever knows this token may read it, up to `shared_turns`; none: nobody else."""
    shared_turns: int = 0
    """Turns that were there when it was shared."""


class Turn(BaseModel):
    """A message and its answer."""

    model_config = ConfigDict(extra="ignore")

    id: str
    """Given by the caller, or drawn."""
    thread: str
    """Of which conversation."""
    message: str
    """What the person said."""
    picture: str = ""
    """Id of the picture that came with it; empty: none."""
    notes: list[str] = []
    """What is to be said of how the picture was read."""
    at: float
    """Unix time of the message."""
    status: Literal["running", "interrupted", "done"]
    """`running` while its process lives; `interrupted` when that died or was stopped."""
    result: dict[str, Any] | None = None
    """The JSON object of the turn (`chat --json`); none while there is no answer."""


class Chats:
    """The conversations over one agent."""

    def __init__(self, agent: "Agent") -> None:
        self.agent = agent

    @property
    def catalog(self) -> Catalog:
        """What is talked about."""
        return self.agent.resources.catalog

    @property
    def _store(self) -> BaseStore:
        return self.agent.resources.store

    def person(self, name: str, *, tenant: str = LOCAL) -> Person:
        """A person by name; where the catalogue knows a user so called, with their history.

        Raises:
            BadInputError: the name cannot be one.
        """
        if not _is_id(name):
            raise BadInputError(
                f"A person's name has 1 to {NAME_CHARS} characters, all of them printable."
            )
        return Person(tenant=tenant, name=name, user=name if self.catalog.has_user(name) else None)

    def start(self, person: Person, title: str = "") -> Thread:
        """A new, empty conversation."""
        now = time.time()
        thread = Thread(
            id=uuid.uuid4().hex, title=_title(title), catalog=self.catalog.manifest.name,
            created=now, updated=now,
        )  # fmt: skip
        self._keep(person, thread)
        return thread

    def threads(self, person: Person, *, limit: int = 50, offset: int = 0) -> list[Thread]:
        """A person's conversations about this catalogue, the latest first."""
        namespace = _threads_of(person)
        with storage_errors():
            found = self._store.search(
                namespace, filter={"catalog": self.catalog.manifest.name},
                limit=limit, offset=offset,
            )  # fmt: skip
        threads = [Thread.model_validate(one.value) for one in _within(found, namespace)]
        return sorted(threads, key=lambda one: -one.updated)

    def thread(self, person: Person, thread_id: str) -> Thread:
        """One of a person's conversations.

        Raises:
            NotFoundError: they have none of that id about this catalogue.
        """
        kept = self._kept(_threads_of(person), thread_id)
        if kept is None or kept["catalog"] != self.catalog.manifest.name:
            raise NotFoundError(f"There is no thread {thread_id[:NAME_CHARS]!r}.")
        return Thread.model_validate(kept)

    def rename(self, person: Person, thread_id: str, title: str) -> Thread:
        """Call a conversation otherwise.

        Raises:
            BadInputError: the title is empty.
        """
        if not _title(title):
            raise BadInputError("A title has at least one letter.")
        thread = self.thread(person, thread_id).model_copy(update={"title": _title(title)})
        self._keep(person, thread)
        return thread

    def delete(self, person: Person, thread_id: str) -> None:
        """Forget a conversation for good; what was learnt of the person stays.

        Raises:
            BusyError: it is being answered.
        """
        thread = self.thread(person, thread_id)
        with self.agent.holding(thread_id, 0.0), storage_errors():
            if thread.shared:
                self._store.delete(_SHARED, thread.shared)
            for turn in self._turns(thread_id):
                self._store.delete(_turns_of(thread_id), turn.id)
            self.agent.databases.checkpointer.delete_thread(thread_id)
            self._store.delete(_threads_of(person), thread_id)

    def share(self, person: Person, thread_id: str) -> Thread:
        """Let whoever knows its token read a conversation as it is now; shared again, up to now."""
        thread = self.thread(person, thread_id)
        done = [turn for turn in self._turns(thread_id) if turn.status == "done"]
        shared = thread.shared or secrets.token_urlsafe(24)
        thread = thread.model_copy(update={"shared": shared, "shared_turns": len(done)})
        with storage_errors():
            self._store.put(_SHARED, shared, {"thread": thread.model_dump()})
        self._keep(person, thread)
        return thread

    def unshare(self, person: Person, thread_id: str) -> Thread:
        """Let nobody else read a conversation any more."""
        thread = self.thread(person, thread_id)
        if thread.shared:
            with storage_errors():
                self._store.delete(_SHARED, thread.shared)
        thread = thread.model_copy(update={"shared": None, "shared_turns": 0})
        self._keep(person, thread)
        return thread

    def shared(self, token: str) -> tuple[Thread, list[Turn]]:
        """A conversation by its token, and its turns up to when it was shared.

        Raises:
            NotFoundError: nothing is shared under it.
        """
        kept = self._kept(_SHARED, token)
        if kept is None:
            raise NotFoundError("Nothing is shared here, or no longer.")
        thread = Thread.model_validate(kept["thread"])
        done = [turn for turn in self._turns(thread.id) if turn.status == "done"]
        return thread, done[: thread.shared_turns]

    def turns(self, person: Person, thread_id: str) -> list[Turn]:
        """What was said in a conversation, oldest first."""
        self.thread(person, thread_id)
        turns = self._turns(thread_id)
        if any(turn.status == "running" for turn in turns) and not self._held(thread_id):
            # Read again: the last one may just have been finished.
            turns = [_cut_off(turn) for turn in self._turns(thread_id)]
        return turns

    def turn(self, person: Person, thread_id: str, turn_id: str) -> Turn:
        """One message of a conversation and its answer.

        Raises:
            NotFoundError: there is no such thread or turn.
        """
        for turn in self.turns(person, thread_id):
            if turn.id == turn_id:
                return turn
        raise _no_turn(turn_id)

    def say(
        self,
        person: Person,
        message: str,
        *,
        thread: str | None = None,
        picture: str | Path | bytes | None = None,
        turn: str | None = None,
    ) -> "Iterator[Event]":
        """Answer a message, event by event (`agent.Event`), in a new thread where none is named.

        The first event is `{"type": "accepted", "thread", "turn"}`: the message is kept now. The
        last one, `turn`, comes when the answer is kept.

        Args:
            turn: an id of the caller's for this message; sent again, it is answered once.

        Raises:
            BadInputError: the picture or the id cannot be used, or the id is another message's.
            NotFoundError: there is no such thread.
            BusyError: an earlier message is still being answered.
            StorageError: the message or its answer cannot be kept.
        """
        if turn is not None and not _is_id(turn):
            raise BadInputError(
                f"A turn's id has 1 to {NAME_CHARS} characters, all of them printable."
            )
        limit = self.agent.resources.settings.agent.max_message_chars
        message = clean(message[: limit * 4])
        with storage_errors():
            shown = ("", []) if picture is None else self.agent.resources.pictures.take(picture)
            record = self.thread(person, thread) if thread else self.start(person, message)
            with self.agent.holding(record.id):
                record = self.thread(person, record.id)  # it may have been renamed meanwhile
                now = Turn(
                    id=turn or uuid.uuid4().hex, thread=record.id, message=message,
                    picture=shown[0], notes=shown[1], at=time.time(), status="running",
                )  # fmt: skip
                yield from self._answered(person, record, now)

    def retry(self, person: Person, thread_id: str, turn_id: str) -> "Iterator[Event]":
        """Answer a message whose turn was cut off; one that was answered is not answered again.

        Raises:
            NotFoundError: there is no such turn.
            BusyError: it is being answered.
            StorageError: the answer cannot be kept.
        """
        with storage_errors():
            record = self.thread(person, thread_id)
            with self.agent.holding(thread_id):
                kept = self._kept(_turns_of(thread_id), turn_id)
                if kept is None:
                    raise _no_turn(turn_id)
                yield from self._answered(person, record, Turn.model_validate(kept))

    def judge(
        self,
        person: Person,
        item_id: str,
        verdict: Verdict,
        *,
        thread: str | None = None,
        turn: str | None = None,
    ) -> None:
        """Keep what a person says of an item: at once for what is recommended, and in the log that
        recommenders are trained from.

        Raises:
            NotFoundError: there is no such item or thread, or the turn's id cannot be one.
            StorageError: it cannot be kept.
        """
        self.check_item(item_id)
        if thread is not None:
            self.thread(person, thread)
        if turn is not None and not _is_id(turn):
            raise _no_turn(turn)
        name = self.catalog.manifest.name
        with storage_errors():
            give_verdict(self._store, name, person.key, item_id, verdict)
            record_interaction(
                self._store, name, person=person.key, item_id=item_id, verdict=verdict,
                user=person.user, thread=thread, turn=turn,
            )  # fmt: skip

    def check_item(self, item_id: str) -> None:
        """Refuse an item that is not in the catalogue.

        Raises:
            NotFoundError: it is not.
        """
        if self.catalog.row_of(item_id) is None:
            raise NotFoundError(f"There is no item {item_id[:NAME_CHARS]!r}.")

    def taste(self, person: Person) -> dict[Verdict, list[str]]:
        """What a person said of items: verdict -> ids, oldest first."""
        with storage_errors():
            return verdicts(self._store, self.catalog.manifest.name, person.key)

    def _answered(self, person: Person, record: Thread, now: Turn) -> "Iterator[Event]":
        """Keep a message, answer it, keep the answer; the thread is held."""
        accepted = {"type": "accepted", "thread": record.id, "turn": now.id}
        kept = self._kept(_turns_of(record.id), now.id)
        if kept is not None:
            before = Turn.model_validate(kept)
            if (before.message, before.picture) != (now.message, now.picture):
                raise BadInputError(f"The turn {now.id!r} is another message; draw a new id.")
            yield accepted
            if before.result is not None:
                yield {"type": "turn", **before.result}
                return
            now = before
        else:
            title = record.title or _title(now.message)
            record = record.model_copy(update={"title": title, "updated": now.at})
            self._store.batch(
                [
                    PutOp(_turns_of(record.id), now.id, now.model_dump()),
                    PutOp(_threads_of(person), record.id, record.model_dump()),
                ]
            )
            yield accepted
        for event in self.agent.answer(
            now.message, thread=record.id, turn_id=now.id, user=person.user, person=person.key,
            shown=(now.picture, now.notes), tenant=person.tenant,
        ):  # fmt: skip
            if event["type"] == "turn":
                result = {key: value for key, value in event.items() if key != "type"}
                done = now.model_copy(update={"status": "done", "result": result})
                self._store.put(_turns_of(record.id), now.id, done.model_dump())
            yield event

    def _turns(self, thread_id: str) -> list[Turn]:
        namespace = _turns_of(thread_id)
        with storage_errors():
            found = self._store.search(namespace, limit=MOST_TURNS)
        turns = [Turn.model_validate(one.value) for one in _within(found, namespace)]
        return sorted(turns, key=lambda turn: turn.at)

    def _held(self, thread_id: str) -> bool:
        try:
            with self.agent.holding(thread_id, 0.0):
                return False
        except BusyError:
            return True

    def _kept(self, namespace: tuple[str, ...], key: str) -> dict[str, Any] | None:
        """A record; what cannot be an id, and no database takes, names none."""
        if not _is_id(key):
            return None
        with storage_errors():
            found = self._store.get(namespace, key)
        return None if found is None else found.value

    def _keep(self, person: Person, thread: Thread) -> None:
        with storage_errors():
            self._store.put(_threads_of(person), thread.id, thread.model_dump())


_SHARED = ("shared",)


def _is_id(text: str) -> bool:
    return 0 < len(text) <= NAME_CHARS and text.isprintable()


def _no_turn(turn_id: str) -> NotFoundError:
    return NotFoundError(f"There is no turn {turn_id[:NAME_CHARS]!r}.")


def _cut_off(turn: Turn) -> Turn:
    return turn.model_copy(update={"status": "interrupted"}) if turn.status == "running" else turn


def _title(text: str) -> str:
    words = " ".join(clean(text).split())
    return words if len(words) <= TITLE_CHARS else f"{words[: TITLE_CHARS - 1].rstrip()}…"


def _within(found: list[SearchItem], namespace: tuple[str, ...]) -> Iterator[SearchItem]:
    """Without other namespaces whose name begins alike."""
    return (one for one in found if one.namespace == namespace)


def _threads_of(person: Person) -> tuple[str, ...]:
    return ("threads", label(person.tenant), label(person.name))


def _turns_of(thread_id: str) -> tuple[str, ...]:
    return ("turns", label(thread_id))
