"""The figures of a run: every metric of every suite with its interval and its target."""

import math
import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from .cases import Case, Metric, Run, metrics_of, scored
from .metrics import metric_named
from .statistics import Interval, cases_needed, interval, pass_hat_k

MET_WITHIN = 1e-9
"""Rounding of a sum may not decide about a target."""
ENOUGH = 20
"""Clusters from which an interval can be trusted."""
MOST_VALUES = 20
"""Of a property by which figures are told apart."""


class Figure(BaseModel):
    """One metric of one suite."""

    model_config = ConfigDict(frozen=True)

    suite: str
    """`dialogue`, `ranking`, …"""
    metric: str
    """Its name."""
    about: str
    """What it means, in a few words."""
    better: str
    """`higher` or `lower`."""
    mean: float
    """Over the cases that have a score."""
    low: float | None = None
    """Where the 95 % interval begins; none where there is no interval."""
    high: float | None = None
    """Where it ends."""
    cases: int
    """That have a score."""
    clusters: int
    """Whose they are."""
    failed: int
    """Cases of the suite that ended in an error; no mean knows of them."""
    target: float | None = None
    """What the product is held to."""
    ok: bool | None = None
    """Whether the mean meets the target; none without one."""
    needed: int | None = None
    """Cases that show a change of 0.02; none where that is no telling or the metric is no share."""

    @property
    def clear(self) -> bool:
        """Whether the whole interval lies on the mean's side of the target.

        With few clusters intervals are too narrow, and without width where all cases are alike.
        """
        if self.ok is None or self.low is None or self.high is None or self.clusters < ENOUGH:
            return False
        nearest = self.low if self.ok == (self.better == "higher") else self.high
        return self.ok == meets(nearest, self.better, self.target or 0.0)


class Cost(BaseModel):
    """What the agent spent in one suite, a turn; a case where no turns were counted."""

    model_config = ConfigDict(frozen=True)

    suite: str
    """Its name."""
    cases: int
    """That did not fail."""
    turns: int
    """Of all these cases."""
    seconds: tuple[float, float]
    """Median and 95th percentile."""
    tokens: tuple[float, float]
    """Median and 95th percentile."""
    calls: float
    """Of the language model, on average."""


def meets(value: float, better: str, target: float) -> bool:
    """Whether a value is as good as a target."""
    if better == "higher":
        return value >= target - MET_WITHIN
    return value <= target + MET_WITHIN


def summary(run: Run, seed: int = 0) -> list[Figure]:
    """Every figure of a run: a suite's metrics, then its figures that are no means over cases."""
    found: list[Figure] = []
    for suite in dict.fromkeys([*run.suites(), *run.figures]):
        cases = run.of(suite)
        found += [_figure(suite, cases, name, seed) for name in metrics_of(cases)]
        if any(one.error for one in cases):
            found.append(_failed(suite, cases))
        if suite == "dialogue":
            found += _passes(cases)
        for name, value in run.figures.get(suite, {}).items():
            having = [one for one in cases if not one.error]
            found.append(_plain(suite, name, value, metric_named(suite, name), having, cases))
    return found


def by_slice(run: Run, suite: str, metric: str, seed: int = 0) -> dict[str, dict[str, Interval]]:
    """Property -> value -> interval of a metric, properties in the order of the cases.

    A property of more than `MOST_VALUES` values is left out: it tells nothing apart.
    """
    cases = scored(run.of(suite), metric)
    found: dict[str, dict[str, Interval]] = {}
    for name in dict.fromkeys(key for one in cases for key in one.slices):
        values = {one.slices[name] for one in cases if name in one.slices}
        for value in sorted(values, key=_in_order) if len(values) <= MOST_VALUES else ():
            part = [one for one in cases if one.slices.get(name) == value]
            here = interval(part, metric, seed)
            if here is not None:
                found.setdefault(name, {})[value] = here
    return found


def costs(run: Run) -> list[Cost]:
    """What each suite cost; a suite in which every case failed is not there."""
    found = []
    for suite in run.suites():
        cases = [one for one in run.of(suite) if not one.error]
        if not cases:
            continue
        found.append(
            Cost(
                suite=suite,
                cases=len(cases),
                turns=sum(one.turns for one in cases),
                seconds=percentiles([one.seconds / max(one.turns, 1) for one in cases]),
                tokens=percentiles([one.tokens / max(one.turns, 1) for one in cases]),
                calls=sum(one.calls for one in cases) / sum(max(one.turns, 1) for one in cases),
            )
        )
    return found


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile: each is one of the values."""
    ordered = sorted(values)
    return tuple(ordered[math.ceil(share * len(ordered)) - 1] for share in (0.5, 0.95))  # type: ignore[return-value]


def shown(value: float) -> str:
    """A number for a table."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.1g}" if 0 < size < 0.0005 else f"{value:.3f}"


def brief(value: float) -> str:
    """A number in a sentence: `1`, `0.667`."""
    return f"{round(value, 3):g}"


def _in_order(value: str) -> tuple[str, str]:
    """`5-19` comes before `20+`."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(12), value), value


def _figure(suite: str, cases: Sequence[Case], name: str, seed: int) -> Figure:
    """A mean over cases with its interval."""
    having = scored(cases, name)
    values = [one.scores[name] for one in having]
    here = interval(cases, name, seed)
    mean = sum(values) / len(values) if here is None else here.mean
    figure = _plain(suite, name, mean, metric_named(suite, name), having, cases)
    if here is None:
        return figure
    share = all(0 <= value <= 1 for value in values)
    needed = cases_needed(cases, name) if share else None
    return figure.model_copy(update={"low": here.low, "high": here.high, "needed": needed})


def _failed(suite: str, cases: Sequence[Case]) -> Figure:
    """Cases that ended in an error are a figure of their own, so that nobody overlooks them."""
    share = sum(bool(one.error) for one in cases) / len(cases)
    about = Metric(better="lower", about="cases that ended in an error", target=0.0)
    return _plain(suite, "failed", share, about, cases, cases)


def _passes(cases: Sequence[Case]) -> list[Figure]:
    """pass^2, pass^3, …; pass^1 says what the rate of success says."""
    tries = [one for one in cases if one.group]
    return [
        _plain(
            "dialogue",
            f"pass^{k}",
            value,
            Metric(better="higher", about=f"goals reached in each of {k} tries"),
            tries,
            cases,
        )
        for k, value in pass_hat_k(cases).items()
        if k > 1
    ]


def _plain(
    suite: str,
    name: str,
    value: float,
    metric: Metric,
    having: Sequence[Case],
    cases: Sequence[Case],
) -> Figure:
    """A figure without an interval, of the cases `having` it."""
    return Figure(
        suite=suite,
        metric=name,
        about=metric.about,
        better=metric.better,
        mean=value,
        cases=len(having),
        clusters=len({one.cluster for one in having}),
        failed=sum(bool(one.error) for one in cases),
        target=metric.target,
        ok=None if metric.target is None else meets(value, metric.better, metric.target),
    )
