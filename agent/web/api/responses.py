"""What endpoints answer when they refuse, as OpenAPI tells it."""

from typing import Any

from ..problems import ProblemAnswer

REASONS = {
    400: "The request cannot be served as it is.",
    401: "No API key came along, or one that does not count.",
    404: "What was named is not there, or is not this caller's.",
    409: "An earlier message of this conversation is still being answered.",
    429: "The key's budget is spent for now.",
    503: "Starting, overloaded, or something that is needed is away; try again in a moment.",
}

_EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "description": "What happened."},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["data"],
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of an endpoint: what any that knows its caller may refuse, and `statuses`."""
    return {
        status: {"model": ProblemAnswer, "description": REASONS[status]}
        for status in sorted({400, 401, 429, 503, *statuses})
    }


def streamed(description: str, example: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of an endpoint that may answer with server-sent events."""
    content = {"text/event-stream": {"itemSchema": _EVENT, "example": example}}
    return {200: {"description": description, "content": content}}
