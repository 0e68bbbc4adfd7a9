import numpy as np
import pytest
from tastemaker.recommender.channels import ease
from tastemaker.recommender.channels.ease import Ease
from tastemaker.recommender.histories import Histories


def random_histories(users: int, items: int) -> Histories:
    rng = np.random.default_rng(0)
    lists = [rng.permutation(items)[: rng.integers(1, 9)].tolist() for _ in range(users)]
    return Histories.of_items(lists, items)


def formula(matrix: np.ndarray, regularisation: float) -> np.ndarray:
    """Steck's equation 8, as in the paper's listing."""
    inverse = np.linalg.inv(matrix.T @ matrix + regularisation * np.eye(matrix.shape[1]))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


@pytest.mark.parametrize("items", [12, ease.BLOCK + 30], ids=["one block", "two blocks"])
def test_scores_are_the_papers(items: int) -> None:
    train = random_histories(2000, items)
    matrix = train.matrix().toarray().astype(np.float64)
    channel = Ease.fit(train, regularisation=3.0, recency=0.0)
    people = train.keep(np.arange(20), train.lengths[:20])
    found = np.stack([scores.at(np.arange(items)) for scores in channel.scores(people)])
    np.testing.assert_allclose(found, matrix[:20] @ formula(matrix, 3.0), atol=1e-5)


def test_newer_items_count_more() -> None:
    train = random_histories(200, 10)
    weights = formula(train.matrix().toarray().astype(np.float64), 1.0)
    channel = Ease.fit(train, regularisation=1.0, recency=1.0)
    scores = next(channel.scores(Histories.of_items([[4, 7]], 10)))
    expected = weights[4] / 2 + weights[7]
    np.testing.assert_allclose(scores.at(np.arange(10)), expected, atol=1e-5)


def test_only_the_items_that_people_met_most() -> None:
    train = Histories.of_items([[0, 1, 3], [1, 3], [3, 4]], 6)
    channel = Ease.fit(train, max_items=2)
    everything = np.ones(6, dtype=bool)
    known, unknown = channel.scores(Histories.of_items([[4, 1], [0, 5]], 6))
    assert sorted(known.top(6, everything)[0].tolist()) == [1, 3]
    assert known.at(np.array([0, 5])).tolist() == [-np.inf, -np.inf]
    assert len(unknown.top(6, everything)[0]) == 0
