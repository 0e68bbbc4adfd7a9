import numpy as np
import pytest
from tastemaker.recommender.channels.item_knn import ItemKnn
from tastemaker.recommender.histories import Histories

# A is met by three people, B by four, C and D by one each, E by one alone.
A, B, C, D, E = range(5)
TRAIN = Histories.of_items([[A, B, C], [A, B], [A, B], [B, D], [E]], 5)
EVERYTHING = np.ones(5, dtype=bool)


def fit(**settings: float) -> ItemKnn:
    return ItemKnn.fit(TRAIN, **{"shrinkage": 10.0, "recency": 1.0, **settings})


def cosine(both: int, one: int, other: int) -> float:
    return both / (np.sqrt(one * other) + 10.0)


def test_one_item() -> None:
    scores = next(fit().scores(Histories.of_items([[A]], 5)))
    rows, values = scores.top(5, EVERYTHING)
    assert rows.tolist() == [B, C]
    assert values == pytest.approx([cosine(3, 3, 4), cosine(1, 3, 1)])


def test_items_add_up_by_recency() -> None:
    scores = next(fit().scores(Histories.of_items([[A, D, B]], 5)))
    expected = cosine(1, 3, 1) / 3 + cosine(1, 4, 1)
    assert scores.at(np.array([C]))[0] == pytest.approx(expected)


def test_without_neighbours_there_is_no_opinion() -> None:
    scores = next(fit().scores(Histories.of_items([[E]], 5)))
    assert len(scores.top(5, EVERYTHING)[0]) == 0


def test_only_the_nearest_are_kept() -> None:
    scores = next(fit(neighbours=1).scores(Histories.of_items([[A]], 5)))
    assert scores.top(5, EVERYTHING)[0].tolist() == [B]
