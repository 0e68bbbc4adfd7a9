"""Constraints that can hold together: a later one overrides what it contradicts."""

from collections.abc import Iterable, Sequence

from ...catalog.constraints import Constraint, conflicts


def merged(old: Sequence[Constraint], new: Iterable[Constraint]) -> list[Constraint]:
    """All constraints, oldest first, without those parts of the older that a newer contradicts."""
    kept = list(old)
    for one in new:
        kept = [left for other in kept if (left := _beside(other, one)) is not None]
        kept.append(one)
    return kept


def without_values(constraints: Iterable[Constraint], gone: Iterable[str]) -> list[Constraint]:
    """The constraints with some values no longer required or refused."""
    gone = set(gone)
    left = []
    for one in constraints:
        values = tuple(value for value in one.values if value not in gone)
        if values or not one.values:
            left.append(one.model_copy(update={"values": values}))
    return left


def _beside(old: Constraint, new: Constraint) -> Constraint | None:
    """What is left of an older constraint beside a newer one."""
    if old == new:
        return None
    if not conflicts(new, old):
        return old
    shared = {value for value in old.values if value not in new.values}
    if old.side == "values" and shared:
        return old.model_copy(update={"values": tuple(v for v in old.values if v in shared)})
    return None
