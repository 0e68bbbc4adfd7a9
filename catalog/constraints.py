"""Hard constraints: typed predicates over item attributes, enforced by code, never by an LLM.

A missing value never satisfies a constraint: what is not known to hold is not promised. One
exception: `not_in` on an attribute with an open vocabulary. Lists of keywords, cast or tags are
never complete, so a missing one is taken as not listed; a missing genre or language is unknown.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from .records import AttributeSpec
from .store import Catalog

Operator = Literal["in", "not_in", "at_least", "at_most", "above", "below"]
LOWER_BOUNDS = ("at_least", "above")
UPPER_BOUNDS = ("at_most", "below")

CLOSED_VOCABULARY = 100
"""Attributes with at most this many values are taken to be complete lists."""


class Constraint(BaseModel):
    """One predicate on one attribute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attribute: str
    """Name of the attribute."""
    operator: Operator
    """`in` and `not_in` compare with `values`; the others compare with `bound`."""
    values: tuple[str, ...] = ()
    """Vocabulary values; `in` holds for any of them, `not_in` for none of them."""
    bound: float | None = Field(default=None, allow_inf_nan=False)
    """A number in the attribute's unit."""

    @property
    def side(self) -> Literal["lower", "upper", "values"]:
        """Which end of a numeric range the constraint sets, if any."""
        if self.operator in LOWER_BOUNDS:
            return "lower"
        return "upper" if self.operator in UPPER_BOUNDS else "values"


def is_closed(spec: AttributeSpec) -> bool:
    """Whether an item's values are a complete list, so that a missing one means unknown."""
    return spec.vocabulary_size <= CLOSED_VOCABULARY


def satisfies(catalog: Catalog, constraints: Sequence[Constraint]) -> NDArray[np.bool_]:
    """Which items satisfy every constraint. Shape (items,).

    Raises:
        BadInputError: a constraint is on an attribute that the catalogue does not have.
    """
    if not constraints:
        return np.ones(catalog.items.height, dtype=bool)
    predicates = [_expression(one, catalog.spec(one.attribute)) for one in constraints]
    predicate = pl.all_horizontal(predicates).fill_null(False)
    return catalog.items.select("item_id", holds=predicate)["holds"].to_numpy()


def _expression(constraint: Constraint, spec: AttributeSpec) -> pl.Expr:
    column = pl.col(constraint.attribute)
    match constraint.operator:
        case "at_least":
            return column >= constraint.bound
        case "at_most":
            return column <= constraint.bound
        case "above":
            return column > constraint.bound
        case "below":
            return column < constraint.bound
        case "in":
            return _has(column, constraint, spec)
        case "not_in":
            without = ~_has(column, constraint, spec)
            return column.is_not_null() & without if is_closed(spec) else without


def _has(column: pl.Expr, constraint: Constraint, spec: AttributeSpec) -> pl.Expr:
    """Whether an item has one of the values; false where it has none at all."""
    if spec.kind == "multi":
        listed = [column.list.contains(value) for value in constraint.values]
        return pl.any_horizontal(pl.lit(False), *listed).fill_null(False)
    return column.is_in(list(constraint.values)).fill_null(False)


def conflicts(new: Constraint, old: Constraint) -> bool:
    """Whether `new` makes `old` obsolete: the same end of a range, or no value can meet both."""
    if new.attribute != old.attribute:
        return False
    if new.side == old.side != "values":
        return True
    if "values" not in (new.side, old.side):
        lower, upper = (new, old) if new.side == "lower" else (old, new)
        assert lower.bound is not None and upper.bound is not None
        strict = lower.operator == "above" or upper.operator == "below"
        return lower.bound > upper.bound or (strict and lower.bound == upper.bound)
    if {new.operator, old.operator} == {"in", "not_in"}:
        return bool(set(new.values) & set(old.values))
    return False


def describe(constraint: Constraint, spec: AttributeSpec) -> str:
    """A constraint in words: `runtime under 100 minutes`, `not Horror`."""
    if constraint.operator == "in":
        return " or ".join(constraint.values)
    if constraint.operator == "not_in":
        # What an open list does not name may still be so; the words claim no more than is known.
        refuses = "not " if is_closed(spec) else "not listed: "
        return refuses + " or ".join(constraint.values)
    sign = {"at_least": "at least", "at_most": "at most", "above": "over", "below": "under"}
    unit = f" {spec.unit}" if spec.unit else ""
    return (
        f"{spec.label.lower()} {sign[constraint.operator]} {plain_number(constraint.bound)}{unit}"
    )


def plain_number(value: float | None) -> str:
    """A number as people write it: every digit, no exponent, no `.0`; empty for none."""
    return "" if value is None else f"{Decimal(repr(float(value))):f}".removesuffix(".0")


class Relaxation(BaseModel):
    """What could be given up, and what that would bring."""

    drop: list[Constraint]
    """The constraints to give up together."""
    matches: int
    """Items that would match then."""


MOST_GIVEN_UP = 3
"""Wishes that a relaxation gives up at most."""


def relaxations(
    catalog: Catalog, constraints: Sequence[Constraint], allowed: NDArray[np.bool_]
) -> list[Relaxation]:
    """The fewest wishes whose giving up makes something match; the fewest new matches first.

    The two ends of a range are one wish. Where no single wish helps, pairs are tried, then threes.

    Args:
        allowed: items that may be shown at all (not seen, not rejected). Shape (items,).
    """
    wishes: dict[object, list[Constraint]] = {}
    for number, one in enumerate(constraints):
        wishes.setdefault(number if one.side == "values" else one.attribute, []).append(one)
    for given_up in range(1, min(MOST_GIVEN_UP, len(wishes)) + 1):
        found = []
        for chosen in combinations(wishes.values(), given_up):
            drop = [one for wish in chosen for one in wish]
            rest = [one for one in constraints if one not in drop]
            matches = int((satisfies(catalog, rest) & allowed).sum())
            if matches:
                found.append(Relaxation(drop=drop, matches=matches))
        if found:
            return sorted(found, key=lambda one: one.matches)
    return []


def describe_all(catalog: Catalog, constraints: Sequence[Constraint]) -> list[str]:
    """Constraints in words, the two ends of a range said together: `year 1990 to 1999`."""
    said: list[str] = []
    done: list[Constraint] = []
    for one in constraints:
        if one in done:
            continue
        other = next(
            (
                two
                for two in constraints
                if two.attribute == one.attribute and {one.side, two.side} == {"lower", "upper"}
            ),
            None,
        )
        spec = catalog.spec(one.attribute)
        if other is not None and {one.operator, other.operator} == {"at_least", "at_most"}:
            low, high = (one, other) if one.side == "lower" else (other, one)
            unit = f" {spec.unit}" if spec.unit else ""
            span = plain_number(low.bound)
            if low.bound != high.bound:
                span += f" to {plain_number(high.bound)}"
            said.append(f"{spec.label.lower()} {span}{unit}")
            done += [one, other]
        else:
            said.append(describe(one, spec))
    return list(dict.fromkeys(said))
