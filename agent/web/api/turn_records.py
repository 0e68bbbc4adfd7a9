"""Turns as the API gives them: without the paths of this machine."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from ...chats import Turn
from ..paintings import with_addresses
from .item_records import ShownItem, shown_item
from .record import Record

if TYPE_CHECKING:
    from ...agent import Event


class ToolCall(Record):
    """A tool that the agent called."""

    name: str = Field(examples=["compare_items"])
    """Which one."""
    args: dict[str, Any]
    """With what."""
    ok: bool
    """Whether it could be served."""


class TokenUsage(Record):
    """What a turn cost."""

    llm_calls: int
    """Calls of the language model."""
    prompt_tokens: int
    """Tokens that it read."""
    completion_tokens: int
    """Tokens that it wrote."""


class Seconds(Record):
    """How long a turn took."""

    total: float
    """From the message to the last word."""
    llm: float
    """Of the language model."""
    first_token: float | None
    """Until the first words."""


class Answered(Record):
    """The answer of a turn."""

    thread: str
    """Of which conversation."""
    turn: str
    """Id of the turn."""
    number: int
    """Its place in the conversation, from 1."""
    reply: str
    """The answer in words, items included."""
    items: list[ShownItem]
    """The items that it is about."""
    thought: str
    """The reasoning behind it; empty where it needed none."""
    request: dict[str, Any]
    """How the message was read: intent, constraints, wishes, …"""
    tool_calls: list[ToolCall]
    """What the agent called."""
    usage: TokenUsage
    """What it cost."""
    seconds: Seconds
    """How long it took."""
    degraded: bool
    """Whether the language model was away."""


class TurnRecord(Record):
    """A message of a conversation, and its answer."""

    id: str
    """Given by the caller, or drawn."""
    message: str
    """What the person said."""
    picture: str
    """Id of the picture that came with it; empty: none."""
    at: float
    """Unix time of the message."""
    status: Literal["running", "interrupted", "done"]
    """An interrupted turn can be tried again."""
    answer: Answered | None
    """None while there is no answer."""


def answered(turn_id: str, result: dict[str, Any]) -> Answered:
    """A turn's JSON object (`agent.Event`, `chats.Turn.result`) as the API gives it."""
    return Answered(
        thread=result["thread"],
        turn=turn_id,
        number=result["turn"],
        reply=with_addresses(result["reply"]),
        items=[shown_item(one) for one in result["items"]],
        thought=result["thought"],
        request=result["request"],
        tool_calls=[
            ToolCall(name=one["name"], args=one["args"], ok=one["ok"])
            for one in result["tool_calls"]
        ],
        usage=TokenUsage.model_validate(result["usage"]),
        seconds=Seconds.model_validate(result["seconds"]),
        degraded=result["degraded"],
    )


def turn_record(turn: Turn) -> TurnRecord:
    """A turn of a conversation as the API gives it."""
    answer = None if turn.result is None else answered(turn.id, turn.result)
    return TurnRecord(
        id=turn.id, message=turn.message, picture=turn.picture, at=turn.at, status=turn.status,
        answer=answer,
    )  # fmt: skip


def public_event(event: "Event", turn_id: str) -> dict[str, Any]:
    """An event of a turn as the API streams it, without its type."""
    match event["type"]:
        case "turn":
            return answered(turn_id, event).model_dump(mode="json")
        case "text":
            said: dict[str, Any] = {"text": with_addresses(event["text"])}
            if "item" in event:
                said["item"] = shown_item(event["item"]).model_dump(mode="json")
                said["heading"] = event["heading"]
            return said
        case _:
            return {key: value for key, value in event.items() if key != "type"}
