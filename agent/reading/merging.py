"""Two readings of one message become one: from each what it is better at.

The LLM's marks decide what the person wants to happen, what is refused, and which items are meant;
the rules, which overlook less, add limits and values that no mark covers. Settled on the `dev` part
of the request suite (`tastemaker eval requests --part dev`).
"""

from ...catalog.constraints import Constraint
from .reader import SEARCHES
from .reading import Reading, Wish


def merged(by_rules: Reading, by_marks: Reading) -> Reading:
    """One reading out of the deterministic reader's and that of the LLM's marks."""
    if by_marks.intent not in SEARCHES:
        return by_marks.model_copy(update={"notes": by_rules.notes})
    spoken_of = _values(by_marks)
    bounded = {one.attribute for one in by_marks.constraints if one.bound is not None}
    more = [
        one
        for one in by_rules.constraints
        if (one.attribute not in bounded if one.bound is not None else not spoken_of & _of(one))
    ]
    wishes = [one for one in by_rules.wishes if one.attribute and not spoken_of & _of(one)]
    constraints = [*by_marks.constraints, *more]
    return by_marks.model_copy(
        update={
            "constraints": constraints,
            "wishes": [*by_marks.wishes, *wishes],
            "released": _joined(by_marks.released, by_rules.released),
            "released_values": _joined(by_marks.released_values, by_rules.released_values),
            "overridden": _joined(by_marks.overridden, by_rules.overridden),
            "replaces": by_marks.replaces or by_rules.replaces,
            "notes": by_rules.notes,
        }
    )


def _values(reading: Reading) -> set[tuple[str, str]]:
    return {pair for one in (*reading.constraints, *reading.wishes) for pair in _of(one)}


def _of(one: Constraint | Wish) -> set[tuple[str, str]]:
    return {(one.attribute, value) for value in one.values} if one.attribute else set()


def _joined(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))
