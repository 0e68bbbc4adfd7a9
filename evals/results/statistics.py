"""How sure a figure is, whether two runs differ, and how many cases it takes to see it.

Cases of one cluster (one user) are not independent, so every method here draws, flips or counts
whole clusters (Miller 2024, "Adding Error Bars to Evals", arXiv 2411.00640).
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..ranking import BLOCK, paired_difference
from .cases import Case, scored

RESAMPLES = 2000
LEVEL = 0.95
PASSED = 1 - 1e-6
"""A score from which a try counts as passed."""


class Interval(NamedTuple):
    """A mean over cases and how far it can be trusted."""

    mean: float
    low: float | None
    """Lower end of the 95 % interval; None with one cluster, which tells nothing of the others."""
    high: float | None
    """Upper end; None with one cluster."""
    cases: int
    clusters: int


class Paired(NamedTuple):
    """One run against another over the cases that both scored."""

    a: float
    """Mean of the first."""
    b: float
    """Mean of the second."""
    difference: float
    """`a - b`."""
    low: float | None
    """Lower end of the 95 % interval of the difference; None with one cluster."""
    high: float | None
    """Upper end; None with one cluster."""
    p: float
    """Chance of a difference at least as far from zero if the runs were alike; two-sided."""
    cases: int
    clusters: int


def interval(
    cases: Sequence[Case], metric: str, seed: int = 0, resamples: int = RESAMPLES
) -> Interval | None:
    """The mean over the cases that have a metric, with a 95 % percentile bootstrap over clusters.

    Clusters are drawn whole, with replacement (Davison & Hinkley 1997, "Bootstrap Methods and their
    Application", section 3.8; Field & Welsh 2007, "Bootstrapping clustered data"). Below some 20
    clusters it is somewhat too narrow, and it has no width where all clusters score alike: 5
    successes of 5 do not prove a rate of 1. None without cases.
    """
    found = scored(cases, metric)
    if not found:
        return None
    sums, counts = _by_cluster(found, _values(found, metric))
    low, high = _bootstrap(sums, counts, seed, resamples)
    return Interval(float(sums.sum() / counts.sum()), low, high, len(found), len(sums))


def pairs(a: Sequence[Case], b: Sequence[Case], metric: str) -> list[tuple[Case, Case]]:
    """The cases of one suite and id of which both runs have a metric, in the order of `a`."""
    others = {(one.suite, one.id): one for one in scored(b, metric)}
    keys = ((one, (one.suite, one.id)) for one in scored(a, metric))
    return [(one, others[key]) for one, key in keys if key in others]


def paired(a: Sequence[Case], b: Sequence[Case], metric: str, seed: int = 0) -> Paired | None:
    """Compare two runs over their common cases; None where no case has the metric in both.

    The interval of the difference is the bootstrap of `interval`. The randomisation test flips the
    sign of all differences of a cluster together; its p counts the observed signs as one draw, so
    it is never zero (Phipson & Smyth 2010). It cannot fall below 2 / 2^clusters: five clusters show
    nothing at .05. Clusters are those of `a`.
    """
    both = pairs(a, b, metric)
    if not both:
        return None
    ours = [one for one, _ in both]
    of_a, of_b = _values(ours, metric), _values([one for _, one in both], metric)
    # The same score computed in another order is no difference.
    difference = np.where(np.isclose(of_a, of_b, rtol=1e-9, atol=1e-12), 0.0, of_a - of_b)
    sums, counts = _by_cluster(ours, difference)
    low, high = _bootstrap(sums, counts, seed, RESAMPLES)
    # p knows no unit, but the test's tolerance for rounding does.
    scaled = sums / (np.abs(sums).max() or 1.0)
    p = paired_difference(scaled, np.zeros_like(scaled), seed).p
    mean = float(sums.sum() / counts.sum())
    return Paired(float(of_a.mean()), float(of_b.mean()), mean, low, high, p, len(both), len(sums))


def holm(ps: Sequence[float]) -> list[float]:
    """Each p adjusted for all of them, in their order (Holm 1979, step-down Bonferroni).

    Calling those <= alpha real errs in even one of them with at most the chance alpha.
    """
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for place, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, (len(ps) - place) * ps[index]))
        adjusted[index] = highest
    return adjusted


def cases_needed(
    cases: Sequence[Case],
    metric: str,
    change: float = 0.02,
    power: float = 0.8,
    alpha: float = 0.05,
    rho: float = 0.5,
) -> int | None:
    """How many cases a paired comparison of two runs needs to show a change of the mean.

    The usual n = (z(1 - alpha/2) + z(power))^2 var(difference) / change^2, times the design effect
    (Kish 1965): the variance of the mean with these clusters over that of as many independent
    cases, never below 1. So the figure holds for cases that cluster as these do, and two-sided for
    one metric, before `holm`.

    One run tells nothing of the differences between two. Assumed is that both have the variance of
    these scores, that a case's two scores correlate by at least `rho`, so that their difference
    has at most the variance 2 var (1 - rho), and that differences cluster as scores do. `change`
    is in the metric's unit. None where the scores cannot tell: one cluster, or all alike.
    """
    found = scored(cases, metric)
    values = _values(found, metric)
    sums, counts = _by_cluster(found, values)
    clusters, total = len(sums), len(found)
    if clusters < 2 or np.ptp(values) == 0:
        return None
    variance = float(values.var(ddof=1))
    off = sums - counts * values.mean()
    clustered = clusters / (clusters - 1) * float(np.square(off).sum()) / total
    design_effect = max(1.0, clustered / variance)
    z = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    return math.ceil(z**2 * 2 * variance * (1 - rho) * design_effect / change**2)


def pass_hat_k(cases: Sequence[Case], metric: str = "success") -> dict[int, float]:
    """k -> the chance that k tries of a task all pass, for k = 1 to the fewest tries of a task.

    The unbiased C(passed, k) / C(tries, k), a mean over tasks (tau-bench, Yao et al. 2024, arXiv
    2406.12045). The tries of a task are the cases of one `group`; a try that ended in an error did
    not pass, as in tau-bench. Empty without groups.
    """
    tries: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in cases:
        if one.group and (one.error or metric in one.scores):
            passed = not one.error and one.scores[metric] >= PASSED
            tries[one.suite, one.group].append(passed)
    fewest = min(map(len, tries.values()), default=0)
    return {
        k: sum(math.comb(sum(each), k) / math.comb(len(each), k) for each in tries.values())
        / len(tries)
        for k in range(1, fewest + 1)
    }


def _values(cases: Sequence[Case], metric: str) -> NDArray[np.float64]:
    """The scores. Shape (cases,). A score that is no finite number is a scorer's bug."""
    values = np.array([one.scores[metric] for one in cases], dtype=np.float64)
    for one, fine in zip(cases, np.isfinite(values), strict=True):
        if not fine:
            raise ValueError(f"{one.suite} {one.id!r}: {metric} is {one.scores[metric]}")
    return values


def _by_cluster(
    cases: Sequence[Case], values: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum of the values and number of cases of each cluster. Shapes (clusters,)."""
    places = np.unique([one.cluster for one in cases], return_inverse=True)[1]
    sums = np.bincount(places, values).astype(np.float64)
    return sums, np.bincount(places).astype(np.float64)


def _bootstrap(
    sums: NDArray[np.float64], counts: NDArray[np.float64], seed: int, resamples: int
) -> tuple[float, float] | tuple[None, None]:
    """Percentile interval of sum / count when clusters are drawn anew; None for one cluster."""
    clusters = len(sums)
    if clusters < 2:
        return None, None
    rng = np.random.default_rng(seed)
    means = np.empty(resamples)
    for start in range(0, resamples, BLOCK):
        size = (min(BLOCK, resamples - start), clusters)
        drawn = rng.integers(0, clusters, size=size, dtype=np.int32)
        means[start : start + BLOCK] = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
