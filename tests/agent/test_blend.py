"""How far the LLM's order moves the recommender's."""

from hypothesis import given
from hypothesis import strategies as st
from tastemaker.agent.nodes.reason import blend

CANDIDATES = st.integers(1, 20).map(lambda count: [{"item_id": str(n)} for n in range(count)])
PICKS = st.lists(st.integers(0, 25), max_size=30)


@given(CANDIDATES, PICKS, st.floats(0, 1))
def test_nothing_is_lost_or_doubled(candidates, picks, weight):
    ordered = blend(candidates, picks, weight)
    assert sorted(ordered, key=lambda one: int(one["item_id"])) == candidates


@given(CANDIDATES, PICKS)
def test_weight_0_keeps_the_recommenders_order(candidates, picks):
    assert blend(candidates, picks, 0.0) == candidates


@given(CANDIDATES, PICKS)
def test_weight_1_follows_the_llm_then_the_recommender(candidates, picks):
    chosen = list(dict.fromkeys(pick for pick in picks if pick < len(candidates)))
    rest = [n for n in range(len(candidates)) if n not in chosen]
    assert blend(candidates, picks, 1.0) == [candidates[n] for n in (*chosen, *rest)]


@given(CANDIDATES, st.floats(0, 1))
def test_agreement_changes_nothing(candidates, weight):
    assert blend(candidates, list(range(len(candidates))), weight) == candidates
