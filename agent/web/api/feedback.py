"""What people say of items."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from ...memory import Verdict
from ..guards.callers import CurrentCaller, TheService
from .bounds import ItemId, Name, ThreadId, TurnId, Whose
from .record import Record
from .responses import refusals

router = APIRouter(tags=["feedback"])


class Feedback(Record):
    """A person's word on an item."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"user": "ann", "item_id": "27", "verdict": "liked"}},
    )

    user: Name
    """Whose word it is."""
    item_id: ItemId
    """What it is about."""
    verdict: Verdict
    """`cleared` takes an opinion back."""
    thread: ThreadId | None = None
    """The conversation that it was said in."""
    turn: TurnId | None = None
    """The turn that showed the item."""


class Taste(Record):
    """What a person said of items: ids, oldest first."""

    user: str = Field(examples=["ann"])
    """Who."""
    liked: list[str]
    """Their recommendations resemble these."""
    disliked: list[str]
    """Never recommended again."""
    seen: list[str]
    """Known to them, so not recommended."""
    cleared: list[str]
    """Of which they took an opinion back."""


@router.post("/v1/feedback", summary="Judge an item", responses=refusals(404), status_code=201)
def give_feedback(body: Feedback, caller: CurrentCaller, service: TheService) -> Feedback:
    """Keep what a person thinks of an item: it counts from their next answer on, and goes to the
    log that recommenders are trained from."""
    chats = service.chats
    person = chats.person(body.user, tenant=caller.tenant)
    chats.judge(person, body.item_id, body.verdict, thread=body.thread, turn=body.turn)
    service.metrics.feedback(body.verdict)
    return body


@router.get("/v1/feedback", summary="What a person said of items", responses=refusals())
def list_feedback(user: Whose, caller: CurrentCaller, service: TheService) -> Taste:
    """Everything that a person liked, disliked or has seen, here or in conversations."""
    chats = service.chats
    taste = chats.taste(chats.person(user, tenant=caller.tenant))
    return Taste(user=user, **taste)
