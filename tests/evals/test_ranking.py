import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.evals.ranking import (
    RankingResult,
    best_unseen,
    bootstrap_interval,
    gini,
    paired_difference,
    popularity_percentile,
    rank_all,
    rank_of_target,
    ranks_of_targets,
    self_information,
)
from tastemaker.recommender.histories import Histories

NOTHING = np.array([], dtype=np.int64)
SCORES = np.array([0.9, 0.1, 0.5, 0.7, 0.3])


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def result(ranks: list[int], top: list[list[int]] | None = None) -> RankingResult:
    lists = np.full((len(ranks), 20), -1)
    for user, rows in enumerate(top or []):
        lists[user, : len(rows)] = rows
    return RankingResult("a model", "tastemaker", np.array(ranks), lists)


def test_rank_counts_better_items_that_were_not_seen() -> None:
    assert rank_of_target(SCORES, 2, NOTHING, rng()) == 3
    assert rank_of_target(SCORES, 2, np.array([0]), rng()) == 2
    assert rank_of_target(SCORES, 2, np.array([0, 3]), rng()) == 1
    assert rank_of_target(SCORES, 1, np.array([4]), rng()) == 4


def test_a_block_of_users_at_once() -> None:
    seen = np.zeros((2, 5), dtype=bool)
    seen[1, 0] = True
    ranks = ranks_of_targets(np.stack([SCORES, SCORES]), np.array([0, 2]), seen, rng())
    assert ranks.tolist() == [1, 2]


def test_ties_are_drawn_fairly() -> None:
    alike = np.zeros((6000, 4))
    alike[:, 0] = 1  # always above
    seen = np.zeros(alike.shape, dtype=bool)
    ranks = ranks_of_targets(alike, np.full(6000, 2), seen, rng())
    places, counts = np.unique(ranks, return_counts=True)
    assert places.tolist() == [2, 3, 4]
    assert np.abs(counts / 6000 - 1 / 3).max() < 0.03


@pytest.mark.parametrize("useless", [np.nan, -np.inf])
def test_a_model_without_numbers_gains_nothing(useless: float) -> None:
    scores = np.full(1000, useless)
    drawn = [rank_of_target(scores, 5, NOTHING, rng(seed)) for seed in range(200)]
    assert 400 < np.mean(drawn) < 600
    scores[7] = 0.0
    assert min(rank_of_target(scores, 5, NOTHING, rng(seed)) for seed in range(200)) > 1


def test_metrics_of_a_user() -> None:
    ranks = result([1, 3, 11, 21])
    assert ranks.per_user("ndcg@10").tolist() == [1.0, 0.5, 0.0, 0.0]
    assert ranks.per_user("recall@10").tolist() == [1.0, 1.0, 0.0, 0.0]
    assert ranks.per_user("recall@20").tolist() == [1.0, 1.0, 1.0, 0.0]
    assert ranks.per_user("mrr") == pytest.approx([1, 1 / 3, 1 / 11, 1 / 21])


def test_metrics_of_the_lists() -> None:
    # Items met by 4, 2, 1 and 0 of the four people.
    train = Histories.of_items([[0, 1, 2], [0, 1], [0], [0]], 4)
    found = result([1, 1], [[0, 1], [0, 3]]).metrics(train)
    assert found["ndcg@10"] == found["recall@20"] == found["mrr"] == 1.0
    assert found["coverage@10"] == 3 / 4
    assert found["novelty@10"] == pytest.approx((0 + 1 + 0 + 2) / 4)
    assert found["popularity@10"] == (4 + 2 + 4 + 0) / 4
    assert found["popularity_percentile@10"] == (7 + 5 + 7 + 1) / 8 / 4
    assert found["gini@10"] == pytest.approx(3 / 8)


def test_empty_lists_are_measured_too() -> None:
    found = result([2]).metrics(Histories.of_items([[0]], 2))
    assert found["coverage@10"] == found["novelty@10"] == found["gini@10"] == 0.0


def test_parts() -> None:
    assert self_information(np.array([8, 4, 1, 0]), 8).tolist() == [0, 1, 3, 3]
    assert popularity_percentile(np.array([5, 1, 1, 9])).tolist() == [5 / 8, 2 / 8, 2 / 8, 7 / 8]
    assert gini(np.array([3, 3, 3])) == 0
    assert gini(np.array([0, 0, 0, 12])) == 3 / 4


def test_lists_hold_the_best_unseen_items() -> None:
    assert best_unseen(SCORES, np.array([3]), 3, rng()).tolist() == [0, 2, 4]
    few = np.array([1.0, -np.inf, np.nan, 0.0])
    assert best_unseen(few, np.array([0]), 3, rng()).tolist() == [3, -1, -1]
    firsts = {best_unseen(np.zeros(5), NOTHING, 1, rng(seed))[0] for seed in range(50)}
    assert firsts == set(range(5))


def test_a_perfect_model_scores_one() -> None:
    histories = Histories.of_items([[0, 1], [2], []], 30)
    targets = np.array([2, 5, 29])
    found = rank_all("perfect", "tastemaker", np.eye(30)[targets], histories, targets, seed=0)
    assert found.ranks.tolist() == [1, 1, 1]
    assert found.top[:, 0].tolist() == [2, 5, 29]
    metrics = found.metrics(histories)
    assert metrics["ndcg@10"] == metrics["recall@10"] == metrics["mrr"] == 1
    assert all(not set(histories.items_of(user)) & set(found.top[user]) for user in range(3))


def test_too_few_scores_are_an_error() -> None:
    histories = Histories.of_items([[0], [1]], 3)
    with pytest.raises(ValueError):
        rank_all("short", "tastemaker", np.eye(3)[:1], histories, np.array([1, 2]), seed=0)


@given(st.lists(st.integers(1, 50), min_size=1), st.randoms())
@settings(deadline=None, max_examples=50)
def test_the_order_of_users_does_not_matter(ranks: list[int], random) -> None:
    train = Histories.of_items([[0]], 60)
    shuffled = random.sample(ranks, len(ranks))
    lists = [[rank, 0] for rank in ranks], [[rank, 0] for rank in shuffled]
    one = result(ranks, lists[0]).metrics(train)
    other = result(shuffled, lists[1]).metrics(train)
    assert one == pytest.approx(other)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=30), st.data())
@settings(deadline=None, max_examples=50)
def test_rank_and_list_agree(scores: list[float], data) -> None:
    distinct = np.unique(np.array(scores, dtype=np.float32)).astype(np.float64)
    target = data.draw(st.integers(0, len(distinct) - 1))
    rank = rank_of_target(distinct, target, NOTHING, rng())
    assert best_unseen(distinct, NOTHING, len(distinct), rng())[rank - 1] == target


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.integers(0, 9))
@settings(deadline=None, max_examples=50)
def test_the_interval_lies_within_the_data(values: list[float], seed: int) -> None:
    data = np.array(values)
    low, high = bootstrap_interval(data, seed, resamples=200)
    assert data.min() - 1e-9 <= low <= high <= data.max() + 1e-9
    assert bootstrap_interval(data, seed, resamples=200) == (low, high)


def test_the_interval_is_that_of_a_mean() -> None:
    data = rng().normal(3.0, 2.0, 2000)
    low, high = bootstrap_interval(data, seed=1)
    error = data.std() / np.sqrt(2000)
    assert low == pytest.approx(data.mean() - 1.96 * error, abs=0.3 * error)
    assert high == pytest.approx(data.mean() + 1.96 * error, abs=0.3 * error)


def test_a_paired_difference() -> None:
    # Three differences of the same sign: 2 of the 8 sign patterns lie as far out.
    found = paired_difference(np.array([1.0, 2.0, 3.0]), np.array([0.5, 1.0, 1.5]), seed=0)
    assert found.mean == pytest.approx(1.0)
    assert found.low >= 0.5 - 1e-9 and found.high <= 1.5 + 1e-9
    assert found.p == pytest.approx(2 / 8, abs=0.02)


def test_equal_models_do_not_differ() -> None:
    same = rng().random(100)
    assert paired_difference(same, same, seed=0) == (0, 0, 0, 1)
    better = paired_difference(same + 0.1, same, seed=0)
    assert better.low > 0 and better.p < 0.001
    worse = paired_difference(same, same + 0.1, seed=0)
    assert worse.mean == -better.mean and worse.p == better.p
