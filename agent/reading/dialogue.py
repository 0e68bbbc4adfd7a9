"""The dialogue so far, and how one more reading changes it: constraints accumulate, a later wish
overrides an earlier one, references resolve. Plain dicts outside; checkpoints keep them for years.
"""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...catalog.constraints import Constraint
from .consistency import merged, without_values
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
    picture: str = ""
    """Id of a picture that the answer should resemble; empty: none."""
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
        dialogue = _forgotten(dialogue)
    constraints = _merged_constraints(dialogue, reading)
    return dialogue.model_copy(
        update={
            "constraints": constraints,
            "wishes": _merged_wishes(dialogue, reading, constraints),
            "similar_to": _merged_similar(dialogue, reading),
            "picture": _merged_picture(dialogue, reading),
            "liked": _without(_joined(dialogue.liked, reading.liked), reading.disliked),
            "disliked": _without(_joined(dialogue.disliked, reading.disliked), reading.liked),
            "seen": _joined(dialogue.seen, reading.seen),
            "focus": reading.references[0] if reading.references else dialogue.focus,
        }
    )


def _forgotten(dialogue: Dialogue) -> Dialogue:
    """The dialogue without what was asked for; what the person knows and thinks of items stays."""
    return Dialogue(
        liked=dialogue.liked,
        disliked=dialogue.disliked,
        seen=dialogue.seen,
        ever_shown=dialogue.ever_shown,
        turns=dialogue.turns,
    )


def _merged_constraints(dialogue: Dialogue, reading: Reading) -> list[Constraint]:
    overridden = set(reading.overridden)
    if reading.replaces:
        overridden |= {one.attribute for one in reading.constraints if one.operator == "in"}
        overridden |= {wish.attribute for wish in reading.wishes if wish.attribute}
    kept = [
        old
        for old in dialogue.constraints
        if old.attribute not in reading.released
        and not (old.operator == "in" and old.attribute in overridden)
    ]
    return merged(without_values(kept, reading.released_values), reading.constraints)


def _merged_wishes(
    dialogue: Dialogue, reading: Reading, constraints: list[Constraint]
) -> list[Wish]:
    refused = {
        (one.attribute, value)
        for one in constraints
        if one.operator == "not_in"
        for value in one.values
    }
    new_attributes = {wish.attribute for wish in reading.wishes if wish.attribute}
    new_attributes |= {one.attribute for one in reading.constraints if one.operator == "in"}
    gone = set(reading.released_values)
    kept = []
    for old in dialogue.wishes:
        outdated = reading.replaces and (
            old.attribute in new_attributes or (old.attribute is None and bool(reading.wishes))
        )
        given_up = old.attribute in reading.released or bool(gone & set(old.values))
        if not outdated and not given_up and old not in reading.wishes:
            kept.append(old)
    kept = [_without_words(wish, gone) for wish in kept]
    left = (_granted(wish, refused) for wish in (*kept, *reading.wishes))
    return [wish for wish in left if wish is not None]


def _without_words(wish: Wish, gone: Collection[str]) -> Wish:
    """A wish in the person's own words without those that are given up."""
    if wish.attribute is not None:
        return wish
    return wish.model_copy(
        update={"text": " ".join(word for word in wish.text.split() if word not in gone)}
    )


def _granted(wish: Wish, refused: Collection[tuple[str, str]]) -> Wish | None:
    """A wish without the values that are refused; none when they were all it asked for."""
    if wish.attribute is None:
        return wish if wish.text else None
    values = tuple(value for value in wish.values if (wish.attribute, value) not in refused)
    return wish.model_copy(update={"values": values}) if values else None


def _merged_similar(dialogue: Dialogue, reading: Reading) -> list[str]:
    if reading.intent == "more_like":
        return list(reading.references)
    if reading.intent == "recommend" and (reading.fresh or reading.picture):
        return []
    turned_down = {*reading.disliked, *reading.seen}
    return [item for item in dialogue.similar_to if item not in turned_down]


def _merged_picture(dialogue: Dialogue, reading: Reading) -> str:
    anew = reading.intent == "more_like" or (reading.intent == "recommend" and reading.fresh)
    return reading.picture or ("" if anew else dialogue.picture)


def _joined(old: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys([*old, *new]))


def _without(items: list[str], gone: list[str]) -> list[str]:
    return [item for item in items if item not in gone]
