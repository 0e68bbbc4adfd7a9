"""Two readings of one message become one: from each what it is better at.

The LLM's marks decide what the person wants to happen, what is refused, and which items are meant;
the rules, which overlook less, add limits and values that no mark covers, and items where none is
marked. Settled on the `dev` part of the request suite (`tastemaker eval requests --part dev`).
"""

from ...catalog.constraints import Constraint
from .marked import WORDLESS
from .reader import SEARCHES
from .reading import Reading, Wish

_ITEMS = ("references", "liked", "disliked", "seen")


def merged(by_rules: Reading, by_marks: Reading) -> Reading:
    """One reading out of the deterministic reader's and that of the LLM's marks."""
    by_marks = _with_items(by_marks, by_rules)
    if by_marks.intent not in SEARCHES:
        return by_marks.model_copy(update={"notes": by_rules.notes})
    more = [one for one in by_rules.constraints if not _settled(one, by_marks, by_rules)]
    # A topic that no mark covers is part of the story told (`it rains, no plans`), not of the wish.
    wishes = [
        one
        for one in by_rules.wishes
        if one.attribute and not one.topical and not _settled(one, by_marks, by_rules)
    ]
    refused = [one for one in more if one.operator == "not_in"]
    intent = by_marks.intent
    if intent == "feedback" and refused:
        intent = "recommend"  # `not the first one, I don't do musicals`
    given_up = _joined(by_marks.released_values, by_rules.released_values)
    return by_marks.model_copy(
        update={
            "intent": intent,
            "constraints": [*by_marks.constraints, *more],
            "wishes": [*by_marks.wishes, *wishes],
            "released": _joined(by_marks.released, by_rules.released),
            "released_values": given_up,
            "overridden": _joined(by_marks.overridden, by_rules.overridden),
            "replaces": (by_marks.replaces or by_rules.replaces) and not given_up,
            "notes": by_rules.notes,
        }
    )


def _with_items(by_marks: Reading, by_rules: Reading) -> Reading:
    """The marks' reading; where it speaks of no item, of those that the rules found."""
    if by_marks.intent in WORDLESS or any(getattr(by_marks, name) for name in _ITEMS):
        return by_marks
    return by_marks.model_copy(update={name: getattr(by_rules, name) for name in _ITEMS})


def _settled(one: Constraint | Wish, by_marks: Reading, by_rules: Reading) -> bool:
    """Whether the marks speak of what a rule found: it is asked for, refused or given up.

    What a rule finds refused is not given up; nor is what it finds in place of what both give up.
    """
    refused = isinstance(one, Constraint) and one.operator == "not_in"
    given_up = not refused and set(one.values) & set(by_marks.released_values)
    replaced = one.attribute in by_rules.released and not any(
        old.attribute == one.attribute for old in by_marks.constraints
    )
    if (one.attribute in by_marks.released and not replaced) or given_up:
        return True
    if isinstance(one, Constraint) and one.bound is not None:
        bounds = (old for old in by_marks.constraints if old.bound is not None)
        return any(old.attribute == one.attribute for old in bounds)
    return any(
        old.attribute == one.attribute and set(old.values) & set(one.values)
        for old in (*by_marks.constraints, *by_marks.wishes)
    )


def _joined(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))
