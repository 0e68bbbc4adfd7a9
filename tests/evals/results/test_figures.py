import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.evals.results.cases import Case, Run
from tastemaker.evals.results.figures import (
    MOST_VALUES,
    Figure,
    by_slice,
    costs,
    meets,
    percentiles,
    shown,
    summary,
)


def case(place: int, suite: str = "dialogue", **about: object) -> Case:
    return Case(suite=suite, id=str(place), cluster=f"u{place}").model_copy(update=about)


def run_of(*cases: Case, **about: object) -> Run:
    run = Run(agent="one", model="m", catalog="books", seed=1, made="2026-01-01T00:00:00Z")
    return run.model_copy(update={"cases": list(cases), **about})


def figures_of(run: Run) -> dict[str, Figure]:
    return {one.metric: one for one in summary(run)}


def scores(metric: str, *values: float, suite: str = "dialogue") -> list[Case]:
    return [case(place, suite, scores={metric: value}) for place, value in enumerate(values)]


def test_a_figure_tells_mean_interval_target_and_failures() -> None:
    failed = case(9, error="LLMError: away")
    figure = figures_of(run_of(*scores("success", 1, 1, 1, 1, 0), failed))["success"]
    assert figure.mean == 0.8
    assert figure.low is not None and figure.high is not None
    assert figure.low < 0.8 < figure.high
    assert (figure.cases, figure.clusters, figure.failed) == (5, 5, 1)
    assert (figure.target, figure.ok, figure.better) == (0.8, True, "higher")
    assert figure.about


def test_a_target_of_zero_is_met_by_zero_alone() -> None:
    assert figures_of(run_of(*scores("violations", 0, 0, 0)))["violations"].ok is True
    assert figures_of(run_of(*scores("violations", 0, 0, 1)))["violations"].ok is False


def test_no_target_no_verdict() -> None:
    figure = figures_of(run_of(*scores("asked", 1, 2)))["asked"]
    assert (figure.target, figure.ok, figure.clear) == (None, None, False)


def test_rounding_of_a_mean_does_not_miss_a_target() -> None:
    assert meets(sum([0.1] * 8), "higher", 0.8)
    assert meets(0.1 + 0.2, "lower", 0.3)


def test_one_cluster_has_no_interval() -> None:
    cases = [one.model_copy(update={"cluster": "u"}) for one in scores("success", 1, 0)]
    figure = figures_of(run_of(*cases))["success"]
    assert (figure.mean, figure.low, figure.high, figure.clusters) == (0.5, None, None, 1)
    assert not figure.clear


def test_a_verdict_is_clear_where_the_interval_keeps_to_one_side() -> None:
    known = {"suite": "s", "metric": "m", "about": "", "cases": 50, "clusters": 50, "failed": 0}
    above = Figure(**known, better="higher", mean=0.9, low=0.85, high=1, target=0.8, ok=True)
    assert above.clear
    assert not above.model_copy(update={"low": 0.75}).clear
    assert not above.model_copy(update={"clusters": 5}).clear
    below = Figure(**known, better="higher", mean=0.7, low=0.6, high=0.75, target=0.8, ok=False)
    assert below.clear
    assert not below.model_copy(update={"high": 0.85}).clear
    more = Figure(**known, better="lower", mean=0.1, low=0.05, high=0.2, target=0.0, ok=False)
    assert more.clear
    assert not more.model_copy(update={"low": 0.0}).clear


def test_cases_are_counted_for_shares_alone() -> None:
    figures = figures_of(run_of(*scores("success", *[0, 1] * 20), *scores("turns", *[1, 6] * 20)))
    assert (figures["success"].needed or 0) > 1000
    assert figures["turns"].needed is None


def test_figures_of_all_cases_together_have_no_interval() -> None:
    run = run_of(*scores("mrr", 1, 0, suite="ranking"), figures={"ranking": {"coverage": 0.4}})
    figure = figures_of(run)["coverage"]
    assert (figure.mean, figure.low, figure.high, figure.cases) == (0.4, None, None, 2)
    alone = figures_of(run_of(figures={"ranking": {"coverage": 0.4}}))["coverage"]
    assert (alone.mean, alone.cases) == (0.4, 0)


def test_tries_of_one_goal_give_pass_hat_k() -> None:
    tries = [(0, 1), (0, 1), (1, 1), (1, 0)]
    cases = [
        case(place, group=f"g{group}", scores={"success": float(passed)})
        for place, (group, passed) in enumerate(tries)
    ]
    figures = figures_of(run_of(*cases))
    assert list(figures) == ["success", "pass^2"]
    assert (figures["pass^2"].mean, figures["pass^2"].cases) == (0.5, 4)


def test_slices_part_the_cases_in_a_natural_order() -> None:
    lengths = ["20+", "5-19", "1-4", "1-4"]
    cases = [
        case(place, slices={"history": length, "id": "x"}, scores={"success": 1.0})
        for place, length in enumerate(lengths)
    ]
    found = by_slice(run_of(*cases, case(8, slices={"history": "none"})), "dialogue", "success")
    assert list(found) == ["history", "id"]
    assert list(found["history"]) == ["1-4", "5-19", "20+"]
    assert [one.cases for one in found["history"].values()] == [2, 1, 1]


def test_a_property_of_many_values_is_left_out() -> None:
    cases = [
        case(place, slices={"user": f"u{place}"}, scores={"success": 1.0})
        for place in range(MOST_VALUES + 1)
    ]
    assert by_slice(run_of(*cases), "dialogue", "success") == {}


def test_costs_are_those_of_a_turn() -> None:
    cases = [
        case(0, turns=2, seconds=4.0, tokens=600, calls=4, scores={"success": 1.0}),
        case(1, seconds=1.0, scores={"success": 1.0}),
        case(2, seconds=99.0, error="away"),
        case(3, "safety", error="away"),
    ]
    (cost,) = costs(run_of(*cases))
    assert (cost.suite, cost.cases, cost.turns) == ("dialogue", 2, 2)
    assert (cost.seconds, cost.tokens) == ((1.0, 2.0), (0, 300))
    assert cost.calls == pytest.approx(4 / 3)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_percentiles_are_values_in_order(values: list[float]) -> None:
    median, high = percentiles(values)
    assert {median, high} <= set(values)
    assert sum(one <= median for one in values) >= len(values) / 2
    assert sum(one <= high for one in values) >= 0.95 * len(values) - 1e-9


@given(st.floats(-1e9, 1e9))
def test_a_number_is_shown_close_and_never_as_zero(value: float) -> None:
    read = float(shown(value).replace(",", ""))
    assert (read == 0) == (value == 0)
    assert read == pytest.approx(value, rel=0.06, abs=0.0005)
