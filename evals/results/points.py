"""A run as one point of a trade-off: how good, and what a turn costs."""

from collections.abc import Callable

from ...errors import BadInputError
from .cases import Case, Run
from .plots import Point
from .statistics import interval

_COST = "a turn"


def point_of(run: Run, suite: str, metric: str) -> Point:
    """Quality in one metric, and tokens and seconds a turn, of the suite `cost` where it was run.

    Raises:
        BadInputError: the run has no such suite or metric.
    """
    quality = interval(run.of(suite), metric, run.seed)
    if quality is None:
        raise BadInputError(
            f"The run of {run.agent} ({run.model}) has no {metric} of the suite {suite}; it has"
            f" {', '.join(run.suites())}."
        )
    cases = [one for one in run.of("cost") or run.of(suite) if not one.error]
    return Point(
        label=run.model if run.agent == "tastemaker" else run.agent,
        quality=_ends(quality.mean, quality.low, quality.high),
        tokens=_a_turn(cases, lambda one: one.tokens, run.seed),
        seconds=_a_turn(cases, lambda one: one.seconds, run.seed),
    )


def _a_turn(
    cases: list[Case], of: Callable[[Case], float], seed: int
) -> tuple[float, float, float]:
    rated = [
        one.model_copy(update={"scores": {_COST: of(one) / max(one.turns, 1)}}) for one in cases
    ]
    found = interval(rated, _COST, seed)
    return (0.0, 0.0, 0.0) if found is None else _ends(found.mean, found.low, found.high)


def _ends(mean: float, low: float | None, high: float | None) -> tuple[float, float, float]:
    return mean, mean if low is None else low, mean if high is None else high
