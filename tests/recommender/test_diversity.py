import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.recommender.diversity import maximal_marginal_relevance

# Two pairs of twins; the first pair is the more relevant.
TWINS = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
SCORES = np.array([1.0, 0.9, 0.5, 0.0])


def test_a_twin_waits() -> None:
    assert maximal_marginal_relevance(SCORES, TWINS, 4, 1.0).tolist() == [0, 1, 2, 3]
    # Second: .5 · .9 - .5 · 1 = -.05 for the twin, .5 · .5 - 0 = .25 for the other kind.
    assert maximal_marginal_relevance(SCORES, TWINS, 4, 0.5).tolist() == [0, 2, 1, 3]


def test_relevance_is_scaled() -> None:
    for scores in (SCORES * 1000 - 7, SCORES / 1000):
        assert maximal_marginal_relevance(scores, TWINS, 3, 0.5).tolist() == [0, 2, 1]


def test_nothing_and_equals() -> None:
    assert maximal_marginal_relevance(np.empty(0), np.empty((0, 2)), 3, 0.5).tolist() == []
    assert maximal_marginal_relevance(np.ones(4), TWINS, 2, 0.5).tolist() == [0, 2]


@given(st.integers(1, 20), st.integers(0, 25), st.floats(0, 1), st.integers(0, 99))
@settings(deadline=None, max_examples=50)
def test_properties(count: int, k: int, trade_off: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = rng.random(count)
    order = maximal_marginal_relevance(scores, vectors, k, trade_off)
    assert len(order) == len(set(order.tolist())) == min(k, count)
    assert k == 0 or order[0] == scores.argmax()
    longer = maximal_marginal_relevance(scores, vectors, k + 1, trade_off)
    assert longer[: len(order)].tolist() == order.tolist()
    by_score = maximal_marginal_relevance(scores, vectors, k, 1.0)
    assert by_score.tolist() == np.argsort(-scores)[:k].tolist()
