import numpy as np
from tastemaker.recommender.channels.sparse_scores import SparseScores, no_opinion

SCORES = SparseScores(np.array([1, 4, 6]), np.array([0.2, 0.9, 0.5], dtype=np.float32))


def test_top() -> None:
    everything = np.ones(8, dtype=bool)
    rows, values = SCORES.top(2, everything)
    assert rows.tolist() == [4, 6]
    assert values.tolist() == np.array([0.9, 0.5], dtype=np.float32).tolist()
    everything[4] = False
    assert SCORES.top(5, everything)[0].tolist() == [6, 1]
    assert len(no_opinion().top(5, everything)[0]) == 0


def test_at() -> None:
    none = -np.inf
    expected = np.array([0.5, none, 0.2, none, none], dtype=np.float32)
    assert SCORES.at(np.array([6, 0, 1, 7, 5])).tolist() == expected.tolist()
    assert no_opinion().at(np.array([0, 1])).tolist() == [none, none]
