"""A picture that a person asked for: what it shows, why so, and where it lies."""

from typing import Any

from ..state import State
from .calls import answered, calls_of


def picture(state: State) -> str:
    """Where the picture is and what it shows, or why there is none."""
    call = answered(state, "illustrate")
    if call is None:
        failed = [one for one in state["tool_calls"] if one["name"] == "illustrate"]
        if failed:
            said = str(failed[0]["result"])
            ours = said.startswith("error: ")  # what a tool of ours says is meant for people too
            why = said.removeprefix("error: ") if ours else "Please ask me again."
            return f"I could not paint that. {why}"
        return "Tell me which one the picture should be for: its title, or its place in the list."
    said = f"I painted {call['title']}: {call['prompt']}."
    why = [reason for reason in call["why"][1:] if not reason.endswith("asked for")]
    if why:
        said += f" ({why[0][0].upper()}{why[0][1:]}.)"
    if call["problems"]:
        said += f" Not every check holds: {'; '.join(call['problems'])}."
    return f"{said}\nIt is in {call['file']}"


def painted_items(state: State) -> list[dict[str, Any]]:
    """The items that pictures were painted for, as the JSON output has them."""
    return [
        {
            "item_id": call["result"]["item_id"],
            "title": call["result"]["title"],
            "rank": rank,
            "why": call["result"]["line"],
            "facts": [],
            "channels": {},
            "painted": call["result"]["file"],
        }
        for rank, call in enumerate(calls_of(state, "illustrate"), 1)
    ]
