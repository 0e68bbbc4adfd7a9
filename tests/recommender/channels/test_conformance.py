"""What holds for every channel; a new one adds a line to `CHANNELS`."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tastemaker.recommender.channels.channel import Channel, Scores
from tastemaker.recommender.channels.content import Content
from tastemaker.recommender.channels.ease import Ease
from tastemaker.recommender.channels.item_knn import ItemKnn
from tastemaker.recommender.channels.popularity import Popularity
from tastemaker.recommender.channels.sequence import Sequence
from tastemaker.recommender.channels.transition import Transition
from tastemaker.recommender.encoders.features import ItemFeatures
from tastemaker.recommender.encoders.item_encoder import ItemEncoder
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.vectors import VectorIndex

ITEMS = 30
EVERYTHING = np.ones(ITEMS, dtype=bool)
ROWS = np.arange(ITEMS)


def histories(seed: int = 0, users: int = 40) -> Histories:
    """Random histories with ratings and times; item 29 is met by nobody."""
    rng = np.random.default_rng(seed)
    lists = [rng.permutation(ITEMS - 1)[: rng.integers(1, 12)].tolist() for _ in range(users)]
    bare = Histories.of_items(lists, ITEMS)
    count = len(bare.items)
    times = np.concatenate([np.sort(rng.random(n)) * 1e7 for n in bare.lengths])
    values = rng.integers(1, 6, count).astype(np.float32)
    return Histories(bare.user_ids, bare.starts, bare.items, values, times, ITEMS)


def content(train: Histories) -> Content:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(train.item_count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    mask = np.arange(train.item_count) % 5 != 0
    vectors[~mask] = 0
    return Content("text", VectorIndex.build(vectors), mask)


def sequence(train: Histories) -> Sequence:
    torch.manual_seed(0)
    items = ItemEncoder(ItemFeatures(train.item_count), 16)
    model = SequenceModel(items, UserEncoderConfig(hidden=16, layers=1, heads=2))
    return Sequence.of(model, length=8)


CHANNELS: dict[str, Callable[[Histories], Channel]] = {
    "ease": lambda train: Ease.fit(train, regularisation=1.0),
    "ease of the top 10": lambda train: Ease.fit(train, regularisation=1.0, max_items=10),
    "item_knn": lambda train: ItemKnn.fit(train, neighbours=5),
    "transition": Transition.fit,
    "popularity": Popularity.fit,
    "popularity without decay": lambda train: Popularity.fit(train, half_life=np.inf),
    "content": content,
    "sequence": sequence,
}


@pytest.fixture(params=CHANNELS, scope="module")
def channel(request: pytest.FixtureRequest) -> Channel:
    return CHANNELS[request.param](histories())


def dense(channel: Channel, people: Histories) -> NDArray[np.float32]:
    return np.stack([scores.at(ROWS) for scores in channel.scores(people)])


def one(channel: Channel, history: list[int]) -> Scores:
    return next(iter(channel.scores(Histories.of_items([history], ITEMS))))


def test_one_score_per_user_in_order(channel: Channel) -> None:
    people = histories(seed=2, users=7)
    together = dense(channel, people)
    assert together.shape == (7, ITEMS)
    assert together.dtype == np.float32
    assert not np.isnan(together).any()
    for user in range(7):
        alone = dense(channel, people.of_user(user))[0]
        np.testing.assert_allclose(alone, together[user], rtol=1e-5)
    back = people.keep(np.arange(7)[::-1], people.lengths[::-1])
    np.testing.assert_allclose(dense(channel, back), together[::-1], rtol=1e-5)


@given(k=st.integers(0, ITEMS + 5), forbidden=st.sets(st.integers(0, ITEMS - 1)), user=st.data())
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_top_is_the_best_of_what_is_allowed(
    channel: Channel, k: int, forbidden: set[int], user: st.DataObject
) -> None:
    history = user.draw(st.lists(st.integers(0, ITEMS - 1), unique=True))
    scores = one(channel, history)
    allowed = EVERYTHING.copy()
    allowed[list(forbidden)] = False
    rows, values = scores.top(k, allowed)
    everything = scores.at(ROWS)
    opinions = np.flatnonzero(allowed & (everything > -np.inf))
    assert len(rows) == len(set(rows.tolist())) == min(k, len(opinions))
    assert set(rows.tolist()) <= set(opinions.tolist())
    np.testing.assert_allclose(scores.at(rows), values, rtol=1e-4, atol=1e-6)
    best = np.sort(everything[opinions])[::-1][: len(rows)]
    np.testing.assert_allclose(values, best, rtol=1e-4, atol=1e-6)


def test_it_reads_what_it_wrote(channel: Channel, tmp_path: Path) -> None:
    channel.save(tmp_path)
    again = type(channel).load(tmp_path)
    assert again.name == channel.name
    people = histories(seed=3, users=5)
    # The sequence model's item vectors are kept in half precision.
    tolerance = 1e-2 if isinstance(channel, Sequence) else 0.0
    np.testing.assert_allclose(
        dense(again, people), dense(channel, people), rtol=tolerance, atol=tolerance
    )
    (tmp_path / "once more").mkdir()
    again.save(tmp_path / "once more")
    third = type(channel).load(tmp_path / "once more")
    np.testing.assert_array_equal(dense(third, people), dense(again, people))


def test_scoring_changes_nothing(channel: Channel) -> None:
    people = histories(seed=4, users=5)
    before = [people.items.copy(), people.values.copy(), people.times.copy()]
    np.testing.assert_array_equal(dense(channel, people), dense(channel, people))
    for was, is_now in zip(before, [people.items, people.values, people.times], strict=True):
        np.testing.assert_array_equal(was, is_now)


@pytest.mark.parametrize("history", [[], [29], [0], list(range(ITEMS))], ids=str)
def test_any_history_has_scores(channel: Channel, history: list[int]) -> None:
    scores = one(channel, history)
    rows, values = scores.top(5, EVERYTHING)
    assert len(rows) == len(values) <= 5
    assert not np.isnan(scores.at(ROWS)).any()
    assert len(scores.at(np.empty(0, dtype=np.int64))) == 0


@pytest.mark.parametrize("make", [make for name, make in CHANNELS.items() if name != "content"])
def test_fitting_leaves_the_histories_alone(make: Callable[[Histories], Channel]) -> None:
    train = histories()
    make(train)
    np.testing.assert_array_equal(train.items, histories().items)


@pytest.mark.parametrize("make", CHANNELS.values(), ids=CHANNELS.keys())
def test_nobody_to_learn_from(make: Callable[[Histories], Channel]) -> None:
    channel = make(Histories.of_items([], ITEMS))
    assert len(one(channel, [1, 2]).top(3, EVERYTHING)[0]) <= 3
    assert list(channel.scores(Histories.of_items([], ITEMS))) == []
