"""What the tools gave that an answer rests on."""

from typing import Any

from ..nodes.act import plan
from ..state import State


def calls_of(state: State, tool: str) -> list[dict[str, Any]]:
    """The calls that the intent needed; what the LLM called besides is no ground of an answer."""
    return [call for call in _made(state, tool) if call["ok"]]


def answered(state: State, tool: str) -> dict[str, Any] | None:
    """What the first such call gave; none where none was made or it failed."""
    calls = calls_of(state, tool)
    return calls[0]["result"] if calls else None


def went_wrong(state: State, tool: str) -> bool:
    """Whether such a call was made, and none gave what it should."""
    return bool(_made(state, tool)) and not calls_of(state, tool)


def _made(state: State, tool: str) -> list[dict[str, Any]]:
    planned = [(call["name"], call["args"]) for call in plan(state)]
    return [
        call
        for call in state["tool_calls"]
        if call["name"] == tool and (tool, call["args"]) in planned
    ]
