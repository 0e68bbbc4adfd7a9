"""Full ranking: the place of each user's held-out item among all items that the user has not seen.

No sampled negatives (Krichene & Rendle 2020). With one held-out item per user, recall is the hit
rate and the ideal discounted gain is 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..recommender.histories import Histories
from ..recommender.lexical import top
from ..recommender.metrics import ndcg

DEPTH = 20
"""Length of the recorded recommendation lists."""
BLOCK = 100
"""Resamples drawn at a time, which bounds the memory."""
ROUNDING = 1e-12
"""Means of the same numbers in another order differ by less."""


def rank_of_target(
    scores: NDArray[np.floating], target: int, seen: NDArray[np.integer], rng: np.random.Generator
) -> int:
    """The 1-based rank of item `target` among all items but the `seen` ones.

    `scores` (items,), `seen` item rows without the target. The place among equal scores is drawn
    at random, so that a model that scores everything alike gains nothing; NaN counts as the worst.
    """
    mask = np.zeros((1, len(scores)), dtype=bool)
    mask[0, seen] = True
    return int(ranks_of_targets(scores[None], np.array([target]), mask, rng)[0])


def ranks_of_targets(
    scores: NDArray[np.floating],
    targets: NDArray[np.integer],
    seen: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """`rank_of_target` of a block of users: `scores` and `seen` (users, items), `targets` (users,).

    Returns shape (users,).
    """
    known = np.where(np.isnan(scores), -np.inf, scores)
    of_target = np.take_along_axis(known, targets[:, None], axis=1)
    above = ((known > of_target) & ~seen).sum(axis=1)
    equal = ((known == of_target) & ~seen).sum(axis=1)  # the target is one of them
    return 1 + above + rng.integers(0, equal)


def best_unseen(
    scores: NDArray[np.floating],
    seen: NDArray[np.integer],
    k: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """The `k` best items but the `seen` ones, best first, equal scores in random order.

    `scores` (items,). Shape (k,); -1 where fewer are left, or where a score is -inf or NaN.
    """
    shuffled = rng.permutation(len(scores))
    known = np.where(np.isnan(scores), -np.inf, scores)
    known[seen] = -np.inf
    found = top(known[shuffled].astype(np.float32), k)
    found = shuffled[found]
    found = found[known[found] > -np.inf]
    return np.pad(found, (0, k - len(found)), constant_values=-1)


@dataclass(frozen=True)
class RankingResult:
    """How one model ranked the held-out items."""

    model: str
    """Its name, in plain words."""
    source: Literal["tastemaker", "recbole"]
    """Whose implementation it is."""
    ranks: NDArray[np.int64]
    """1-based rank of each user's held-out item. Shape (users,)."""
    top: NDArray[np.int64]
    """Item rows recommended to each user, best first, -1 where there were too few. (users, 20)."""

    def per_user(self, metric: str) -> NDArray[np.float64]:
        """`ndcg@K`, `recall@K` or `mrr` of each user. Shape (users,)."""
        name, _, depth = metric.partition("@")
        if name == "mrr":
            return 1.0 / self.ranks
        if name == "recall":
            return (self.ranks <= int(depth)).astype(np.float64)
        if name == "ndcg":
            return ndcg(self.ranks, int(depth))
        raise ValueError(f"no metric of a user is named {metric!r}")

    def metrics(self, train: Histories) -> dict[str, float]:
        """Means over users, and what the lists at 10 say of the catalogue, given the training data.

        `popularity@10` is the mean number of training interactions of the recommended items (ARP;
        Yin et al. 2012, Abdollahpouri et al. 2019), `popularity_percentile@10` the mean share of
        the catalogue that is less popular, in [0, 1].
        """
        names = ("ndcg@10", "ndcg@20", "recall@10", "recall@20", "mrr")
        counts = np.bincount(train.items, minlength=train.item_count)
        recommended = self.top[:, :10]
        recommended = recommended[recommended >= 0]
        return {name: float(self.per_user(name).mean()) for name in names} | {
            "coverage@10": len(np.unique(recommended)) / train.item_count,
            "novelty@10": _mean(self_information(counts, len(train))[recommended]),
            "popularity@10": _mean(counts[recommended]),
            "popularity_percentile@10": _mean(popularity_percentile(counts)[recommended]),
            "gini@10": gini(np.bincount(recommended, minlength=train.item_count)),
        }


def rank_all(
    model: str,
    source: Literal["tastemaker", "recbole"],
    scores: Iterable[NDArray[np.floating]],
    histories: Histories,
    targets: NDArray[np.integer],
    seed: int,
) -> RankingResult:
    """Rank each user's target; `scores` gives one array (items,) per user of `histories`, in order.

    One user's scores are in memory at a time.
    """
    rng = np.random.default_rng(seed)
    ranks = np.empty(len(targets), dtype=np.int64)
    lists = np.empty((len(targets), DEPTH), dtype=np.int64)
    for user, (row, target) in enumerate(zip(scores, targets.tolist(), strict=True)):
        seen = histories.items_of(user)
        ranks[user] = rank_of_target(row, target, seen, rng)
        lists[user] = best_unseen(row, seen, DEPTH, rng)
    return RankingResult(model, source, ranks, lists)


def self_information(counts: NDArray[np.integer], users: int) -> NDArray[np.float64]:
    """Bits of surprise that a random user met each item: -log2(its users / all users).

    Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma". An item that nobody met
    counts as met once. `counts` (items,).
    """
    return -np.log2(np.maximum(counts, 1) / users)


def popularity_percentile(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """Share of the catalogue that is less popular, equally popular items counted half; in [0, 1].

    `counts` (items,).
    """
    ordered = np.sort(counts)
    below = np.searchsorted(ordered, counts, side="left")
    up_to = np.searchsorted(ordered, counts, side="right")
    return (below + up_to) / (2.0 * len(counts))


def gini(counts: NDArray[np.integer]) -> float:
    """Inequality of how often items are recommended: 0 all alike, near 1 a few take everything.

    `counts` (items,).
    """
    total = counts.sum()
    if total == 0:
        return 0.0
    n = len(counts)
    return float(((2 * np.arange(1, n + 1) - n - 1) * np.sort(counts)).sum() / (n * total))


class Difference(NamedTuple):
    """How much better one model is than another on the same users."""

    mean: float
    low: float
    """Lower end of the interval of the mean."""
    high: float
    """Upper end."""
    p: float
    """Chance of a mean at least as far from zero if the models were alike."""


def bootstrap_interval(
    per_user: NDArray[np.floating], seed: int, resamples: int = 2000, level: float = 0.95
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean over users (Efron 1979). `per_user` (users,)."""
    rng = np.random.default_rng(seed)
    users = len(per_user)
    means = np.empty(resamples)
    for start in range(0, resamples, BLOCK):
        drawn = rng.integers(0, users, size=(min(BLOCK, resamples - start), users), dtype=np.int32)
        means[start : start + BLOCK] = per_user[drawn].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def paired_difference(
    a: NDArray[np.floating], b: NDArray[np.floating], seed: int, flips: int = 10_000
) -> Difference:
    """Mean of `a - b` with its 95 % bootstrap interval and a paired randomisation test.

    The test flips the sign of each user's difference at random (Smucker et al. 2007, "A comparison
    of statistical significance tests for information retrieval evaluation"); two-sided. `a`, `b`
    (users,), in the same order of users.
    """
    difference = a.astype(np.float64) - b
    low, high = bootstrap_interval(difference, seed)
    users = len(difference)
    observed = difference.mean()
    # A difference of zero is the same under either sign.
    moved = difference[difference != 0]
    rng = np.random.default_rng(seed)
    as_far = 0
    for start in range(0, flips, BLOCK):
        heads = rng.integers(0, 2, size=(min(BLOCK, flips - start), len(moved)), dtype=np.int8)
        means = ((2 * heads - 1) @ moved) / users
        as_far += int((np.abs(means) >= abs(observed) - ROUNDING).sum())
    return Difference(float(observed), low, high, (as_far + 1) / (flips + 1))


def _mean(values: NDArray[np.number]) -> float:
    return float(values.mean()) if len(values) else 0.0
