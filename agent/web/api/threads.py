"""Conversations."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import Field

from ....errors import BusyError
from ...chats import Person, Thread
from ..guards.callers import CurrentCaller, TheService
from ..guards.keys import Caller
from ..problems import ProblemAnswer
from .bounds import Limit, Message, Name, Offset, PictureUrl, ThreadInPath, Title, TurnId, Whose
from .data_urls import picture_of
from .record import Record
from .responses import refusals, streamed
from .streams import begun, event_stream, to_json, unbroken
from .turn_records import Answered, TurnRecord, answered, public_event, turn_record

if TYPE_CHECKING:
    from ...agent import Event

router = APIRouter(tags=["threads"])
STOPPED = "The answer was stopped; try the turn again for a whole one."
_EXAMPLE = (
    'event: accepted\ndata: {"thread": "9f…", "turn": "1c…"}\n\n'
    'event: text\ndata: {"text": "Here are 5 films: …"}\n\n'
    'event: turn\ndata: {"thread": "9f…", "turn": "1c…", "number": 1, "reply": "…", …}\n\n'
)
_EVENTS = streamed(
    "The answer: events `accepted` (`thread`, `turn`: the message is kept), `stage` (`name`),"
    " `thought` (`text`), `text` (`text`; with `item` and `heading` where it is one), then `turn`"
    " (the answer, as in JSON), or `error` (as the body of an error), or neither where it was"
    " stopped.",
    _EXAMPLE,
)


class _Body(Record):
    user: Name = Field(examples=["ann"])
    """Whose conversation it is."""


class ThreadStart(_Body):
    """A new conversation."""

    title: Title = ""
    """What it is called; empty: how its first message begins."""


class ThreadChange(_Body):
    """What is to be changed."""

    title: Title = Field(min_length=1, examples=["Films for Sunday"])
    """What it is to be called."""


class ThreadOwner(_Body):
    """Whose conversation it is."""


class NewTurn(_Body):
    """A message."""

    message: Message = Field(examples=["something funny from the 90s"])
    """What the person says."""
    picture: PictureUrl | None = None
    """A picture that they show: `data:image/png;base64,…`, or an address at an allowed host."""
    turn: TurnId | None = None
    """An id for this message; sent again, it is answered once. None: one is drawn."""
    stream: bool = True
    """Events as they come; else one JSON object at the end."""


class TurnAgain(_Body):
    """A turn that is to be tried again."""

    stream: bool = True
    """Events as they come; else one JSON object at the end."""


class ThreadRecord(Record):
    """A conversation."""

    id: str = Field(examples=["9f1c2b3a4d5e6f708192a3b4c5d6e7f8"])
    """Its id."""
    title: str = Field(examples=["something funny from the 90s"])
    """What it is called."""
    catalog: str = Field(examples=["movies"])
    """What it is about."""
    created: float
    """Unix time."""
    updated: float
    """Unix time of the last message."""
    shared: str | None
    """Whoever knows this token may read it, up to `shared_turns`; none: nobody else."""
    shared_turns: int
    """Turns that were there when it was shared."""


class ThreadList(Record):
    """Conversations, the latest first."""

    threads: list[ThreadRecord]
    """One page of them."""


class TurnList(Record):
    """What was said in a conversation, oldest first."""

    turns: list[TurnRecord]
    """Messages with their answers."""


class Stopped(Record):
    """Whether an answer was cut off."""

    stopped: bool
    """False where none was being given here."""


TurnInPath = Annotated[TurnId, Path(description="The turn.")]


@router.get("/v1/threads", summary="List conversations", responses=refusals())
def list_threads(
    user: Whose, caller: CurrentCaller, service: TheService, limit: Limit = 50, offset: Offset = 0
) -> ThreadList:
    """A person's conversations, the latest first."""
    found = service.chats.threads(_person(service, caller, user), limit=limit, offset=offset)
    return ThreadList(threads=[_record(one) for one in found])


@router.post("/v1/threads", summary="Start a conversation", responses=refusals(), status_code=201)
def start_thread(body: ThreadStart, caller: CurrentCaller, service: TheService) -> ThreadRecord:
    """A new, empty conversation."""
    person = _person(service, caller, body.user)
    return _record(service.chats.start(person, body.title))


@router.get("/v1/threads/{thread}", summary="Look up a conversation", responses=refusals(404))
def get_thread(
    thread: ThreadInPath, user: Whose, caller: CurrentCaller, service: TheService
) -> ThreadRecord:
    """One conversation of a person."""
    return _record(service.chats.thread(_person(service, caller, user), thread))


@router.patch("/v1/threads/{thread}", summary="Rename a conversation", responses=refusals(404))
def rename_thread(
    thread: ThreadInPath, body: ThreadChange, caller: CurrentCaller, service: TheService
) -> ThreadRecord:
    """Call a conversation otherwise."""
    person = _person(service, caller, body.user)
    return _record(service.chats.rename(person, thread, body.title))


@router.delete(
    "/v1/threads/{thread}",
    summary="Delete a conversation",
    responses=refusals(404, 409),
    status_code=204,
)
def delete_thread(
    thread: ThreadInPath, user: Whose, caller: CurrentCaller, service: TheService
) -> None:
    """Forget a conversation for good; what was learnt of the person stays."""
    service.chats.delete(_person(service, caller, user), thread)


@router.get("/v1/threads/{thread}/turns", summary="What was said", responses=refusals(404))
def list_turns(
    thread: ThreadInPath, user: Whose, caller: CurrentCaller, service: TheService
) -> TurnList:
    """The messages of a conversation and their answers, oldest first."""
    found = service.chats.turns(_person(service, caller, user), thread)
    return TurnList(turns=[turn_record(one) for one in found])


@router.post(
    "/v1/threads/{thread}/turns",
    summary="Say something",
    response_model=Answered,
    responses={**refusals(404, 409), **_EVENTS},
)
def say(
    thread: ThreadInPath, body: NewTurn, caller: CurrentCaller, service: TheService
) -> Answered | StreamingResponse:
    """Answer a message, streamed or whole. Once it is accepted it is answered even when the caller
    goes away: `GET …/turns` has the answer."""
    person = _person(service, caller, body.user)
    picture = None if body.picture is None else picture_of(body.picture)
    events = service.chats.say(person, body.message, thread=thread, picture=picture, turn=body.turn)
    return _answer(service.turns.run(events, caller), body.stream)


@router.post(
    "/v1/threads/{thread}/turns/{turn}/retry",
    summary="Try a turn again",
    response_model=Answered,
    responses={**refusals(404, 409), **_EVENTS},
)
def retry_turn(
    thread: ThreadInPath,
    turn: TurnInPath,
    body: TurnAgain,
    caller: CurrentCaller,
    service: TheService,
) -> Answered | StreamingResponse:
    """Answer a message whose turn was interrupted; one that was answered is not answered again."""
    events = service.chats.retry(_person(service, caller, body.user), thread, turn)
    return _answer(service.turns.run(events, caller), body.stream)


@router.post("/v1/threads/{thread}/stop", summary="Stop the answer", responses=refusals(404))
def stop_turn(
    thread: ThreadInPath, body: ThreadOwner, caller: CurrentCaller, service: TheService
) -> Stopped:
    """Cut off the answer that is being given; its turn can be tried again."""
    service.chats.thread(_person(service, caller, body.user), thread)
    return Stopped(stopped=service.turns.stop(thread))


@router.post("/v1/threads/{thread}/share", summary="Share a conversation", responses=refusals(404))
def share_thread(
    thread: ThreadInPath, body: ThreadOwner, caller: CurrentCaller, service: TheService
) -> ThreadRecord:
    """Let whoever knows its token (`shared`) read the conversation as it is now."""
    return _record(service.chats.share(_person(service, caller, body.user), thread))


@router.delete("/v1/threads/{thread}/share", summary="Share no longer", responses=refusals(404))
def unshare_thread(
    thread: ThreadInPath, user: Whose, caller: CurrentCaller, service: TheService
) -> ThreadRecord:
    """Let nobody else read the conversation any more."""
    return _record(service.chats.unshare(_person(service, caller, user), thread))


def _person(service: TheService, caller: Caller, user: str) -> Person:
    return service.chats.person(user, tenant=caller.tenant)


def _record(thread: Thread) -> ThreadRecord:
    return ThreadRecord.model_validate(thread.model_dump())


def _answer(events: "Iterator[Event]", stream: bool) -> Answered | StreamingResponse:
    first, events = begun(events)
    if stream:
        return event_stream(_events(first["turn"], events))
    *_, last = events
    if last["type"] != "turn":
        raise BusyError(STOPPED)
    return answered(first["turn"], last)


def _events(turn: str, events: "Iterator[Event]") -> Iterator[bytes]:
    for event in unbroken(events):
        kind, said = event["type"], _said(event, turn)
        yield format_sse_event(event=kind, data_str=to_json(said))


def _said(event: "Event", turn: str) -> dict[str, Any]:
    if event["type"] == "error":
        return ProblemAnswer(error=event["problem"]).model_dump()
    return public_event(event, turn)
