"""A text that a person asked for, piece by piece."""

from collections.abc import Iterator
from typing import Any

from ..state import State
from .calls import answered, calls_of, went_wrong
from .fixed import failed


def pieces(state: State) -> Iterator[str]:
    """What was written, and why a piece is missing where one is."""
    call = answered(state, "write_copy")
    if call is None:
        lost = "Tell me which one the text should be about: its title, or its place in the list."
        yield failed() if went_wrong(state, "write_copy") else lost
        return
    named = len({piece["field"] for piece in call["pieces"]}) > 1
    for number, piece in enumerate(call["pieces"]):
        label = f"{piece['field'].replace('_', ' ')}: " if named else ""
        said = piece["text"] or f"(nothing: {'; '.join(piece['problems'])}.)"
        marks = "".join(f"[{fact}]" for fact in piece["facts"])
        line = f"{label}{said} {marks}".rstrip()
        yield f"\n{line}" if number else line
    if call["note"]:
        yield f"\n({call['note']})"


def written_items(state: State) -> list[dict[str, Any]]:
    """The items that texts were written about, with their facts, as the JSON output has them."""
    return [
        {
            "item_id": call["result"]["item_id"],
            "title": call["result"]["title"],
            "rank": rank,
            "why": " ".join(piece["text"] for piece in call["result"]["pieces"]),
            "facts": call["result"]["facts"],
            "channels": {},
        }
        for rank, call in enumerate(calls_of(state, "write_copy"), 1)
    ]
