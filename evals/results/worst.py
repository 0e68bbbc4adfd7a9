"""The cases that a person should read: which fell short of a target, and which failed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from .cases import Case, Run
from .figures import meets
from .metrics import metric_named


class Short(NamedTuple):
    """A case that falls short of a target."""

    case: Case
    """As recorded."""
    missed: dict[str, float]
    """Metric -> target that its score does not meet."""


class Failure(NamedTuple):
    """Cases of a suite that ended in the same error."""

    suite: str
    """Its name."""
    error: str
    """The reason."""
    cases: Sequence[Case]
    """At least one, in their order."""


def shortfalls(run: Run) -> list[Short]:
    """Every case that by itself misses a target; the worst of each suite, then the second worst, …

    How bad a case is, is the sum of its distances to the targets, each at most 1: metrics have no
    common unit, and one suite with many metrics must not push out the others.
    """
    ranked: list[tuple[int, int, Short]] = []
    for order, suite in enumerate(run.suites()):
        found = [short for one in run.of(suite) if (short := _short(one)).missed]
        found.sort(key=_badness, reverse=True)
        ranked += [(place, order, one) for place, one in enumerate(found)]
    return [one for _, _, one in sorted(ranked, key=lambda each: each[:2])]


def failures(run: Run) -> list[Failure]:
    """The cases that ended in an error, by error, the most frequent first."""
    alike: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for one in run.cases:
        if one.error:
            alike[one.suite, one.error].append(one)
    found = [Failure(suite, error, cases) for (suite, error), cases in alike.items()]
    return sorted(found, key=lambda each: -len(each.cases))


def _short(case: Case) -> Short:
    missed = {}
    for name, value in case.scores.items():
        metric = metric_named(case.suite, name)
        if metric.target is not None and not meets(value, metric.better, metric.target):
            missed[name] = metric.target
    return Short(case, missed)


def _badness(one: Short) -> float:
    return sum(min(1.0, abs(one.case.scores[name] - to)) for name, to in one.missed.items())
