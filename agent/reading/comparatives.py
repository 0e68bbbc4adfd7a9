"""`shorter`, `cheaper`, `newer` without a number: compared with an item."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...catalog.constraints import Constraint, Operator
from .measures import COMPARATIVES, Measure, Quantities
from .negation import directly_refused
from .numbers import Found

_DISAPPOINTED = re.compile(r" than (?:i|we)\b")
"""`dearer than I thought` is no wish."""


@dataclass
class Comparison:
    """What the comparatives of a message say."""

    found: list[Found] = field(default_factory=list)
    """Constraints that follow."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Where the comparatives stand."""
    unheld: list[str] = field(default_factory=list)
    """Measures that the catalogue does not record."""
    unknown: list[str] = field(default_factory=list)
    """Measures that it does not record of the item compared with."""


def read_comparatives(
    text: str, quantities: Quantities, value_of: Mapping[str, float] | None
) -> Comparison:
    """Bounds taken from an item.

    Args:
        value_of: attribute -> value of the item that the message compares with; none when it
            compares with nothing that is known.
    """
    comparison = Comparison()
    for pattern, measure, smaller in COMPARATIVES:
        match = pattern.search(text)
        if (
            match is None
            or _DISAPPOINTED.match(text, match.end())
            or any(match.start() < end and match.end() > start for start, end in comparison.spans)
        ):
            continue  # fmt: skip
        comparison.spans.append(match.span())
        _compare(comparison, measure, smaller, text, match.span(), quantities, value_of)
    return comparison


def _compare(
    comparison: Comparison,
    measure: Measure,
    smaller: bool,
    text: str,
    span: tuple[int, int],
    quantities: Quantities,
    value_of: Mapping[str, float] | None,
) -> None:
    spec = quantities.attribute(measure)
    if spec is None:
        comparison.unheld.append(measure.name)
    elif value_of is not None and spec.name not in value_of:
        comparison.unknown.append(spec.label.lower())
    elif value_of is not None:
        operator: Operator
        if directly_refused(text, span[0]):
            operator = "at_least" if smaller else "at_most"
        else:
            operator = "below" if smaller else "above"
        constraint = Constraint(attribute=spec.name, operator=operator, bound=value_of[spec.name])
        comparison.found.append(Found(constraint, *span))
