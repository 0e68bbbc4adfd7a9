import numpy as np
import pytest
from tastemaker.recommender.channels.content import Content, centred
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.vectors import VectorIndex

# Items 0 and 1 point east, 2 and 3 north, 4 has no vector.
VECTORS = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 0]], dtype=np.float32)
MASK = np.array([True, True, True, True, False])
EVERYTHING = np.ones(5, dtype=bool)


def scores(history: list[int], values: list[float] | None = None, **settings: float):
    channel = Content("image", VectorIndex.build(VECTORS), MASK, **settings)
    person = Histories.of_items([history], 5)
    if values is not None:
        ratings = np.array(values, dtype=np.float32)
        person = Histories(
            person.user_ids, person.starts, person.items, ratings, person.times, person.item_count
        )
    return next(channel.scores(person))


def test_cosine_to_the_weighted_mean() -> None:
    found = scores([2, 0], recency=1.0)
    direction = np.array([1, 0.5]) / np.hypot(1, 0.5)
    assert found.at(np.arange(4)) == pytest.approx(np.repeat(direction, 2))
    assert set(found.top(2, EVERYTHING)[0].tolist()) == {0, 1}


def test_disliked_items_weigh_less() -> None:
    found = scores([0, 2], [5, 1], recency=0.0, disliked=0.25)
    direction = np.array([1, 0.25]) / np.hypot(1, 0.25)
    assert found.at(np.array([0, 2])) == pytest.approx(direction)
    alike = scores([0, 2], [3, 3], recency=0.0, disliked=0.25)
    assert alike.at(np.array([0, 2])) == pytest.approx([0.5**0.5, 0.5**0.5])
    unrated = scores([0, 2], [5, float("nan")], recency=0.0, disliked=0.25)
    assert unrated.at(np.array([0, 2])) == pytest.approx([0.5**0.5, 0.5**0.5])


def test_items_without_the_modality_have_no_score() -> None:
    found = scores([0])
    assert found.at(np.array([4])).tolist() == [-np.inf]
    assert 4 not in found.top(5, EVERYTHING)[0]


def test_histories_without_the_modality_have_no_opinion() -> None:
    for history in ([], [4]):
        assert len(scores(history).top(5, EVERYTHING)[0]) == 0
    assert scores([4, 0]).at(np.array([0])) == pytest.approx([1])


def test_centred_vectors_say_what_sets_items_apart() -> None:
    # All share a large first component; the second tells two groups apart.
    vectors = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, -0.1], [0.9, -0.1], [7, 7]], dtype=np.float32)
    found = centred(vectors, MASK)
    assert found == pytest.approx(np.array([[0, 1], [0, 1], [0, -1], [0, -1], [0, 0]]), abs=1e-5)
    assert centred(vectors[:1], MASK[:1]).tolist() == [[0, 0]]
