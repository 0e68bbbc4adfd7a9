"""What the chat page shows, step by step, as plain values: opening it, and a turn as it streams."""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import Request
from pydantic import BaseModel, Field, ValidationError

from ....errors import BadInputError, BusyError, NotFoundError, TastemakerError
from ...chats import Chats, Person, Thread, Turn
from ..api.data_urls import decoded
from ..guards.callers import current_caller
from ..guards.keys import Caller
from ..service import Service
from ..telling.logs import log
from .answer import Answer, answer_of
from .people import person_of
from .rendering import people, rail, turn_parts, welcome

View = dict[str, Any]
"""What of the page is to change. `ask` repeats the `view` of who asked, so that a page that has
moved on can leave it; `state` is `starting`, `busy`, `idle` or `failed`."""

STARTING_SECONDS = 1.0
POLL_SECONDS = 0.5
"""Between two looks at a turn that is answered elsewhere."""
_ticks = itertools.count(1)


class Ask(BaseModel):
    """What the page asks for."""

    view: int = 0
    """Counts what the page has shown."""
    user: str = Field(default="", max_length=200)
    """A user of the catalogue; empty: the guest of this browser."""
    thread: str = Field(default="", max_length=200)
    """A conversation; empty: a new one."""
    last: str = Field(default="", max_length=200)
    """Id of the last turn that the page shows."""
    message: str = ""
    picture: str = ""
    """A picture file in base64; empty: none."""
    retry: str = Field(default="", max_length=200)
    """Id of a turn that is to be answered after all."""

    @classmethod
    def read(cls, data: object) -> "Ask":
        """What a page sent.

        Raises:
            BadInputError: it is no such thing.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise BadInputError("The page sent something odd; load it again.") from error


def shown(
    work: Callable[[Service, Ask, Request], Iterator[View]],
    service: Service,
    data: object,
    request: Request,
) -> Iterator[View]:
    """What `opening` or `talking` shows for what a page sent, and what goes wrong unforeseen.

    Gradio would print an error whole, with what was said.
    """
    ask = Ask()
    try:
        ask = Ask.read(data)
        yield from work(service, ask, request)
    except BadInputError as error:
        yield _view(ask, state="idle", notice=str(error))
    except Exception as error:
        log.error("bug", exc_info=error)
        yield _view(ask, state="idle", notice="Something went wrong here; it was noted.")


def opening(service: Service, ask: Ask, request: Request) -> Iterator[View]:
    """The page of a person and a conversation; waits for the service, and for a running answer."""
    while not service.wait(STARTING_SECONDS):
        yield _view(ask, state="starting")
    try:
        yield from _opened(service.chats, ask, request)
    except TastemakerError as error:
        yield _view(ask, state="failed", notice=str(error))


def talking(service: Service, ask: Ask, request: Request) -> Iterator[View]:
    """A message and its answer, as it comes."""
    try:
        chats = service.chats
        person = person_of(chats, request, ask.user)
        yield from _answered(service, chats, ask, person, current_caller(request))
    except TastemakerError as error:
        yield _view(ask, state="idle", notice=str(error))


def _opened(chats: Chats, ask: Ask, request: Request) -> Iterator[View]:
    notice = ""
    try:
        person = person_of(chats, request, ask.user)
    except BadInputError as error:
        person, notice = person_of(chats, request, ""), str(error)
    thread: Thread | None = None
    turns: list[Turn] = []
    if ask.thread:
        try:
            thread = chats.thread(person, ask.thread)
            turns = chats.turns(person, thread.id)
        except NotFoundError:
            thread = None
            notice = notice or "That conversation is not here; this is a new one."
    running = bool(turns) and turns[-1].status == "running"
    taste = _taste(chats, person)
    yield _view(
        ask,
        state="busy" if running else "idle",
        fresh=True,
        notice=notice,
        who={"user": person.user or "", "name": person.name},
        people=people(chats.catalog, person),
        welcome=welcome(chats.catalog),
        rail=rail(chats.catalog, person, chats.threads(person), thread.id if thread else ""),
        turns=[{"id": one.id, "parts": _kept(one, taste, person)} for one in turns],
        **_named(thread),
    )
    while running:
        time.sleep(POLL_SECONDS)
        last = chats.turns(person, turns[-1].thread)[-1]
        running = last.status == "running"
        if not running:
            shown = {"id": last.id, "parts": _kept(last, _taste(chats, person), person)}
            yield _view(ask, state="idle", turns=[shown], **_named(thread))


def _answered(
    service: Service, chats: Chats, ask: Ask, person: Person, caller: Caller
) -> Iterator[View]:
    if ask.retry:
        events = chats.retry(person, ask.thread, ask.retry)
    else:
        picture = decoded(ask.picture) if ask.picture else None
        if picture is None and not ask.message.strip():
            raise BadInputError("Say something, or show a picture.")
        events = chats.say(person, ask.message, thread=ask.thread or None, picture=picture)
    answer, turn, thread = Answer(), None, None
    taste = _taste(chats, person)
    for event in service.turns.run(events, caller):
        answer.take(event)
        if event["type"] == "accepted":
            thread = chats.thread(person, event["thread"])
            *missed, turn = _new_to(ask, chats.turns(person, thread.id), event["turn"])
            listed = rail(chats.catalog, person, chats.threads(person), thread.id)
            before = [{"id": one.id, "parts": _kept(one, taste, person)} for one in missed]
            begun = {"rail": listed, "accepted": True, **_named(thread)}
        else:
            before, begun = [], _named(thread)
        if turn is not None and event["type"] != "turn":
            shown = {"id": turn.id, "parts": turn_parts(turn, answer, taste, person)}
            yield _view(ask, state="busy", turns=[*before, shown], **begun)
    if turn is None or thread is None:
        raise BusyError("The message was not taken; send it again.")
    now = chats.turn(person, thread.id, turn.id)
    shown = {"id": now.id, "parts": _kept(now, _taste(chats, person), person)}
    listed = rail(chats.catalog, person, chats.threads(person), thread.id)
    yield _view(ask, state="idle", turns=[shown], rail=listed, **_named(thread))


def _view(ask: Ask, **more: Any) -> View:
    # The count makes every value new: one that is the same as the last would not be shown.
    return {"ask": ask.view, "tick": next(_ticks), **more}


def _named(thread: Thread | None) -> View:
    if thread is None:
        return {"thread": "", "title": "", "shared": False}
    return {"thread": thread.id, "title": thread.title, "shared": bool(thread.shared)}


def _new_to(ask: Ask, turns: list[Turn], turn_id: str) -> list[Turn]:
    """A turn, after those that were said meanwhile in another window."""
    ids = [one.id for one in turns]
    end = ids.index(turn_id)
    return turns[min(ids.index(ask.last) + 1 if ask.last in ids else end, end) : end + 1]


def _kept(turn: Turn, taste: dict[str, str], person: Person) -> list[tuple[str, str]]:
    """A turn from its record."""
    if turn.result is not None:
        answer = answer_of(turn.result)
    else:
        answer = Answer(stage="Still being answered") if turn.status == "running" else None
    return turn_parts(turn, answer, taste, person)


def _taste(chats: Chats, person: Person) -> dict[str, str]:
    """Item -> what the person thinks of it."""
    said = chats.taste(person)
    return {item: verdict for verdict in ("liked", "disliked") for item in said[verdict]}
