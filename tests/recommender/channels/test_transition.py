import numpy as np
import pytest
from tastemaker.recommender.channels.transition import Transition
from tastemaker.recommender.histories import Histories


def formula(
    histories: Histories, regularisation: float, recency: float, nearness: float
) -> np.ndarray:
    """The paper's equation for SLIT, every division of every history written out."""
    pasts, futures = [], []
    for user in range(len(histories)):
        items = histories.items_of(user)
        for division in range(1, len(items)):
            past, future = np.zeros((2, histories.item_count))
            for place in range(division):
                past[items[place]] = (division - place) ** -recency
            for place in range(division, len(items)):
                future[items[place]] = (place - division + 1) ** -nearness
            pasts.append(past)
            futures.append(future)
    s, t = np.array(pasts), np.array(futures)
    gram = s.T @ s
    ridge = regularisation * gram.diagonal().mean() * np.eye(len(gram))
    return np.linalg.solve(gram + ridge, s.T @ t)


def some_histories() -> Histories:
    chance = np.random.default_rng(0)
    lists = [chance.permutation(12)[: chance.integers(1, 10)].tolist() for _ in range(300)]
    return Histories.of_items(lists, 12)


@pytest.mark.parametrize("nearness", [0.5, 2.0])
def test_weights_are_the_papers(nearness: float) -> None:
    train = some_histories()
    expected = formula(train, 0.3, 0.75, nearness)
    channel = Transition.fit(train, regularisation=0.3, recency=0.75, nearness=nearness)
    scores = next(channel.scores(Histories.of_items([[4, 7]], 12)))
    weights = expected[4] * 2**-0.75 + expected[7]
    np.testing.assert_allclose(scores.at(np.arange(12)), weights, rtol=1e-4, atol=1e-6)


def test_it_knows_the_direction() -> None:
    train = Histories.of_items([[0, 1, 2, 3]] * 20, 4)
    channel = Transition.fit(train)
    scores = next(channel.scores(Histories.of_items([[1]], 4)))
    after, before = scores.at(np.array([2, 0]))
    assert after > 0.1
    assert before == pytest.approx(0, abs=1e-6)


def test_only_the_latest_of_a_long_history_count() -> None:
    train = some_histories()
    channel = Transition.fit(train, longest=4)
    lists = [train.items_of(user)[-4:].tolist() for user in range(len(train))]
    again = Transition.fit(Histories.of_items(lists, 12))
    for one, other in zip(channel.scores(train), again.scores(train), strict=True):
        np.testing.assert_allclose(one.at(np.arange(12)), other.at(np.arange(12)), rtol=1e-5)


def test_items_that_few_met_take_up_places_all_the_same() -> None:
    train = Histories.of_items([[0, 3, 1], [0, 1], [0, 1]], 4)
    channel = Transition.fit(train, max_items=2, regularisation=0.5)
    whole = formula(train, 0.5, 0.75, 1.0)
    assert whole.shape == (4, 4)
    scores = next(channel.scores(Histories.of_items([[0]], 4)))
    assert scores.at(np.array([2, 3])).tolist() == [-np.inf, -np.inf]
    # Of item 0: divisions after it, at distances 1 (three times) and 2 (once).
    past = 3 + 2**-1.5
    ridge = 0.5 * past / 2
    onwards = 2 * 1 + (1 * 2**-1.0 + 2**-0.75 * 1)
    assert scores.at(np.array([1]))[0] == pytest.approx(onwards / (past + ridge), rel=1e-5)
