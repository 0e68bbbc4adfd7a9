"""The dialogue so far, and how one more reading changes it: constraints accumulate, a later wish
overrides an earlier one, references resolve. Plain dicts outside; checkpoints keep them for years.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

from ...catalog.constraints import Constraint, conflicts
from .reading import Reading, Wish


class Dialogue(BaseModel):
    """What stands at the end of a turn."""

    model_config = ConfigDict(extra="ignore")  # a later version's fields do not break an old one

    constraints: list[Constraint] = []
    """Hard constraints in force, oldest first."""
    wishes: list[Wish] = []
    """Soft wishes in force, oldest first."""
    similar_to: list[str] = []
    """Items that the answer should resemble."""
    liked: list[str] = []
    """Items that the person said they like, oldest first."""
    disliked: list[str] = []
    """Items that the person turned down."""
    seen: list[str] = []
    """Items that the person knows already."""
    shown: list[str] = []
    """The list shown last."""
    ever_shown: list[str] = []
    """Every item shown in this thread."""
    focus: str | None = None
    """The item that `that` means."""
    turns: int = 0
    """Turns that were completed."""

    def state(self) -> dict[str, Any]:
        """As a plain dict, for the checkpoint."""
        return self.model_dump(mode="json")


def apply(dialogue: Dialogue, reading: Reading) -> Dialogue:
    """The dialogue after a message was read, before it is answered."""
    if reading.intent == "reset":
        keep = dialogue.model_copy(deep=True)
        return Dialogue(
            liked=keep.liked,
            disliked=keep.disliked,
            seen=keep.seen,
            ever_shown=keep.ever_shown,
            turns=keep.turns,
        )
    return dialogue.model_copy(
        update={
            "constraints": _merged_constraints(dialogue, reading),
            "wishes": _merged_wishes(dialogue, reading),
            "similar_to": _merged_similar(dialogue, reading),
            "liked": _without(_joined(dialogue.liked, reading.liked), reading.disliked),
            "disliked": _without(_joined(dialogue.disliked, reading.disliked), reading.liked),
            "seen": _joined(dialogue.seen, reading.seen),
            "focus": reading.references[0] if reading.references else dialogue.focus,
        }
    )


def _merged_constraints(dialogue: Dialogue, reading: Reading) -> list[Constraint]:
    released = set(reading.released_values)
    kept = [
        old
        for old in dialogue.constraints
        if old.attribute not in reading.released and not (set(old.values) & released)
    ]
    for new in reading.constraints:
        kept = [
            old
            for old in kept
            if not conflicts(new, old)
            and not (
                reading.replaces
                and new.operator == old.operator == "in"
                and new.attribute == old.attribute
                and old not in reading.constraints
            )
        ]
    return [*(old for old in kept if old not in reading.constraints), *reading.constraints]


def _merged_wishes(dialogue: Dialogue, reading: Reading) -> list[Wish]:
    refused = {
        (one.attribute, value)
        for one in reading.constraints
        if one.operator == "not_in"
        for value in one.values
    }
    new_attributes = {wish.attribute for wish in reading.wishes if wish.attribute}
    new_attributes |= {one.attribute for one in reading.constraints if one.operator == "in"}
    kept = []
    for old in dialogue.wishes:
        outdated = reading.replaces and (
            old.attribute in new_attributes or (old.attribute is None and bool(reading.wishes))
        )
        gone = old.attribute in reading.released or any(
            (old.attribute, value) in refused for value in old.values
        )
        if not outdated and not gone and old not in reading.wishes:
            kept.append(old)
    return [*kept, *reading.wishes]


def _merged_similar(dialogue: Dialogue, reading: Reading) -> list[str]:
    if reading.intent == "more_like":
        return list(reading.references)
    if reading.intent == "recommend" and reading.fresh:
        return []
    turned_down = {*reading.disliked, *reading.seen}
    return [item for item in dialogue.similar_to if item not in turned_down]


def _joined(old: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def _without(items: list[str], gone: list[str]) -> list[str]:
    return [item for item in items if item not in gone]
