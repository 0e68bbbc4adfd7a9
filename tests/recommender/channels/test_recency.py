import pytest
from tastemaker.recommender.channels.recency import recency_weights


def test_the_last_counts_most() -> None:
    assert recency_weights(3, 1.0) == pytest.approx([1 / 3, 1 / 2, 1])
    assert recency_weights(4, 0.5) == pytest.approx([0.5, 3**-0.5, 2**-0.5, 1])


def test_without_decay_all_count_alike() -> None:
    assert recency_weights(3, 0.0).tolist() == [1, 1, 1]
    assert recency_weights(0, 1.0).tolist() == []
