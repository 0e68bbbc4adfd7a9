from itertools import product
from math import ceil, comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.evals.results.cases import Case
from tastemaker.evals.results.statistics import (
    cases_needed,
    holm,
    interval,
    paired,
    pairs,
    pass_hat_k,
)

CLUSTERED = st.lists(st.lists(st.floats(-100, 100), min_size=1, max_size=4), min_size=2, max_size=6)


def cases(clusters: list[list[float]]) -> list[Case]:
    """A case for each score; those of one inner list are of one cluster."""
    return [
        Case(suite="s", id=f"{place}-{index}", cluster=str(place), scores={"m": score})
        for place, scores in enumerate(clusters)
        for index, score in enumerate(scores)
    ]


def tries(group: str, *passed: float) -> list[Case]:
    return [
        Case(suite="s", id=f"{group}{n}", cluster=group, group=group, scores={"success": score})
        for n, score in enumerate(passed)
    ]


def test_the_mean_is_over_cases_and_the_interval_over_clusters() -> None:
    found = interval(cases([[0.0, 0.0, 0.0], [1.0]]), "m")
    assert found is not None
    # Draws: the first twice (0), both (1 / 4), the second twice (1).
    assert found == (0.25, 0.0, 1.0, 4, 2)


def test_no_cases_and_one_cluster() -> None:
    assert interval([], "m") is None
    assert interval(cases([[1.0]]), "other") is None
    alone = interval(cases([[0.0, 1.0, 1.0, 0.0]]), "m")
    assert alone == (0.5, None, None, 4, 1)
    pair = paired(cases([[1.0, 1.0]]), cases([[0.0, 0.0]]), "m")
    assert pair == (1.0, 0.0, 1.0, None, None, 1.0, 2, 1)


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="s '0-1': m is nan"):
        interval(cases([[1.0, float("nan")], [1.0]]), "m")


@settings(deadline=None, max_examples=40)
@given(CLUSTERED, st.integers(1, 3))
def test_more_of_the_same_in_each_cluster_narrows_nothing(
    clusters: list[list[float]], times: int
) -> None:
    once = interval(cases(clusters), "m", resamples=200)
    often = interval(cases([scores * times for scores in clusters]), "m", resamples=200)
    assert once is not None and often is not None
    assert often[:3] == pytest.approx(once[:3], abs=1e-9)
    flat = [score for scores in clusters for score in scores]
    assert min(flat) - 1e-9 <= once[1] <= once[2] <= max(flat) + 1e-9  # type: ignore[operator]


def test_unclustered_scores_agree_with_the_normal_interval() -> None:
    scores = np.random.default_rng(0).normal(5, 2, 400)
    found = interval(cases([[score] for score in scores]), "m")
    assert found is not None and found.low is not None and found.high is not None
    half = 1.96 * scores.std() / 20
    assert found.low == pytest.approx(scores.mean() - half, abs=0.1 * half)
    assert found.high == pytest.approx(scores.mean() + half, abs=0.1 * half)


def test_the_interval_covers_the_truth_and_would_not_without_clusters() -> None:
    rng = np.random.default_rng(1)
    covered = naive = 0
    for seed in range(200):
        of_user = rng.normal(0, 1, (25, 1)) + rng.normal(0, 0.5, (25, 4))
        drawn = cases(of_user.tolist())
        found = interval(drawn, "m", seed, resamples=300)
        apart = [one.model_copy(update={"cluster": one.id}) for one in drawn]
        wrong = interval(apart, "m", seed, resamples=300)
        assert found is not None and wrong is not None
        covered += found[1] <= 0 <= found[2]  # type: ignore[operator]
        naive += wrong[1] <= 0 <= wrong[2]  # type: ignore[operator]
    assert 0.88 <= covered / 200 <= 0.99
    assert naive / 200 < 0.8


def test_pairs_are_the_cases_that_both_scored() -> None:
    a = cases([[1.0, 2.0], [3.0]])
    b = [a[2], a[1].model_copy(update={"scores": {}}), a[0].model_copy(update={"suite": "t"})]
    assert pairs(a, b, "m") == [(a[2], a[2])]
    assert paired(a, b[1:], "m") is None


def test_a_run_is_like_itself() -> None:
    same = cases([[0.3, 0.1], [0.7], [0.2]])
    assert paired(same, same, "m") == (pytest.approx(0.325), pytest.approx(0.325), 0, 0, 0, 1, 4, 3)
    rounded = cases([[0.1 + 0.2, 0.1], [0.7], [0.2]])
    assert paired(rounded, same, "m")[2:6] == (0, 0, 0, 1)  # type: ignore[index]


@settings(deadline=None, max_examples=15)
@given(st.lists(st.lists(st.integers(-3, 3), min_size=1, max_size=3), min_size=1, max_size=6))
def test_p_is_that_of_all_flips_of_clusters(clusters: list[list[int]]) -> None:
    a = cases([[float(score) for score in scores] for scores in clusters])
    b = [one.model_copy(update={"scores": {"m": 0.0}}) for one in a]
    sums = np.array([sum(scores) for scores in clusters])
    flips = np.array(list(product((-1, 1), repeat=len(sums)))) @ sums
    exact = (abs(flips) >= abs(sums.sum())).mean()
    found = paired(a, b, "m")
    assert found is not None
    assert found.p == pytest.approx(exact, abs=0.025)
    assert found.difference == pytest.approx(found.a - found.b)


def test_twenty_cases_of_two_users_prove_nothing() -> None:
    a, b = cases([[1.0] * 10] * 2), cases([[0.0] * 10] * 2)
    found = paired(a, b, "m")
    assert found is not None and found.p == pytest.approx(0.5, abs=0.02)


def test_p_does_not_depend_on_the_unit() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(0.3, 1, (2, 12))
    thousand = paired(cases([[1e6 * x] for x in a]), cases([[1e6 * x] for x in b]), "m")
    one = paired(cases([[x] for x in a]), cases([[x] for x in b]), "m")
    assert thousand is not None and one is not None and thousand.p == one.p


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_keeps_the_order_and_makes_nothing_surer(ps: list[float]) -> None:
    adjusted = holm(ps)
    for p, after in zip(ps, adjusted, strict=True):
        assert p <= after <= min(1.0, len(ps) * p)
    places = np.argsort(ps, kind="stable")
    assert (np.diff(np.array(adjusted)[places]) >= 0).all()


def test_cases_needed_by_hand() -> None:
    scores = [0.0, 1.0] * 50
    variance = 0.25 * 100 / 99
    alone = cases_needed(cases([[score] for score in scores]), "m", change=0.1)
    assert alone == ceil((1.959964 + 0.841621) ** 2 * variance / 0.01)
    # Four cases of a user that are always alike are worth one.
    alike = cases_needed(cases([[score] * 4 for score in scores]), "m", change=0.1)
    assert alike == pytest.approx(4 * alone, rel=0.01)
    sure = cases_needed(cases([[score] for score in scores]), "m", change=0.1, rho=0.75)
    assert sure == pytest.approx(alone / 2, abs=1)
    assert cases_needed(cases([[score] for score in scores]), "m", 0.05) == pytest.approx(
        4 * alone, abs=4
    )


def test_cases_needed_has_the_power_that_it_promises() -> None:
    rng = np.random.default_rng(0)
    needed = cases_needed(cases([[x] for x in rng.normal(0, 1, 2000)]), "m", change=0.4)
    assert needed is not None
    shown = 0
    for seed in range(150):
        common = rng.normal(0, 0.5**0.5, needed)  # correlates the runs by one half
        a, b = (common + rng.normal(0, 0.5**0.5, needed) for _ in "ab")
        found = paired(cases([[x + 0.4] for x in a]), cases([[x] for x in b]), "m", seed)
        assert found is not None
        shown += found.p <= 0.05
    assert 0.7 <= shown / 150 <= 0.9


@pytest.mark.parametrize("clusters", [[], [[0.0, 1.0]], [[1.0], [1.0]]])
def test_cases_needed_where_the_scores_cannot_tell(clusters: list[list[float]]) -> None:
    assert cases_needed(cases(clusters), "m") is None


def test_pass_hat_k_of_known_counts() -> None:
    assert pass_hat_k([]) == {}
    assert pass_hat_k(cases([[1.0]]), "m") == {}  # no group
    found = pass_hat_k([*tries("x", 1, 1, 0, 1), *tries("y", 1, 0, 0, 0)])
    assert found == pytest.approx({1: 0.5, 2: 0.25, 3: 0.125, 4: 0.0})
    assert list(pass_hat_k([*tries("x", 1, 1, 1), *tries("y", 1, 1)])) == [1, 2]
    assert pass_hat_k(tries("x", 0.99, 1)) == {1: 0.5, 2: 0.0}


def test_a_try_that_crashed_did_not_pass() -> None:
    crashed = Case(suite="s", id="z", cluster="x", group="x", error="away")
    unscored = Case(suite="s", id="w", cluster="x", group="x")
    assert pass_hat_k([*tries("x", 1), crashed, unscored]) == {1: 0.5, 2: 0.0}


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=6), min_size=1, max_size=5))
def test_pass_hat_k_counts_the_draws_that_pass(groups: list[list[bool]]) -> None:
    found = pass_hat_k([one for n, each in enumerate(groups) for one in tries(str(n), *each)])
    assert list(found) == list(range(1, min(map(len, groups)) + 1))
    assert list(found.values()) == sorted(found.values(), reverse=True)
    expected = [comb(sum(each), k) / comb(len(each), k) for k in (1,) for each in groups]
    assert found[1] == pytest.approx(np.mean(expected))
