"""Turns as streams: what was refused before the first event is an HTTP error, later an event."""

import itertools
import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi.responses import StreamingResponse

from ....errors import TastemakerError
from ..problems import Problem

if TYPE_CHECKING:
    from ...agent import Event

log = logging.getLogger(__name__)


def begun(events: "Iterator[Event]") -> "tuple[Event, Iterator[Event]]":
    """The `accepted` event of a turn, and all events with it.

    Raises:
        TastemakerError: the message was not accepted.
    """
    first = next(events)
    return first, itertools.chain([first], events)


def unbroken(events: "Iterator[Event]") -> "Iterator[Event]":
    """The events; where the turn fails, `{"type": "error", "problem": …}` is the last."""
    try:
        yield from events
    except TastemakerError as error:
        problem = Problem(message=str(error), type=type(error).__name__)
        yield {"type": "error", "problem": problem}
    except Exception:
        log.exception("A turn failed.")
        problem = Problem(message="The answer broke off; send the message again.", type="Error")
        yield {"type": "error", "problem": problem}


def event_stream(chunks: Iterator[bytes]) -> StreamingResponse:
    """Server-sent events that no proxy holds back."""
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(chunks, media_type="text/event-stream", headers=headers)


def to_json(value: Any) -> str:
    """A value on one line, whatever characters it holds."""
    return json.dumps(value, allow_nan=False)
