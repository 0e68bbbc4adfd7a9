"""The learned fusion on channels whose worth is known."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tastemaker.recommender.channels.channel import DenseScores
from tastemaker.recommender.channels.sparse_scores import no_opinion
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.learned_fusion import (
    DEPTH,
    OF_A_CHANNEL,
    Candidates,
    LearnedFusion,
    calibrate,
    candidates_of,
    gather,
    rank_fused,
)

ITEMS = 60


class Known:
    """A channel whose scores of each user are given; a user's number is their id."""

    def __init__(self, name: str, values: NDArray[np.floating] | Sequence[Sequence[float]]) -> None:
        self.name = name
        self._values = np.asarray(values, dtype=np.float32)

    def scores(self, histories: Histories) -> Iterator[DenseScores]:
        for user in histories.user_ids:
            yield DenseScores(self._values[int(user)])

    def save(self, folder: Path) -> None:
        np.save(folder / "values.npy", self._values)

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(folder.name, np.load(folder / "values.npy"))


def people(count: int, seed: int = 0, length: int = 5) -> tuple[Histories, NDArray[np.int64]]:
    """Random histories, and for each person an item that is not in theirs."""
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(ITEMS)[: length + 1] for _ in range(count)]
    histories = Histories.of_items([one[:-1].tolist() for one in drawn], ITEMS)
    return histories, np.array([one[-1] for one in drawn])


def oracle(targets: NDArray[np.int64], seed: int = 1) -> NDArray[np.float32]:
    """Scores that put each user's target first, the others in any order."""
    scores = np.random.default_rng(seed).random((len(targets), ITEMS), dtype=np.float32)
    scores[np.arange(len(targets)), targets] = 2
    return scores


def noise(count: int, seed: int = 2) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(count, ITEMS)).astype(np.float32)


def test_the_oracle_gets_the_weight() -> None:
    histories, targets = people(300)
    channels = [Known("noise", noise(300)), Known("oracle", oracle(targets))]
    half = np.arange(150)
    taught = histories.keep(half, histories.lengths[half])
    fusion = calibrate(channels, taught, targets[half])
    assert fusion.channels == ["noise", "oracle"]
    assert fusion.weights[OF_A_CHANNEL] > 5 * abs(fusion.weights[0])
    held_out = histories.keep(half + 150, histories.lengths[half + 150])
    ranks, lists = rank_fused(channels, fusion, held_out, targets[150:])
    assert (ranks == 1).all()
    np.testing.assert_array_equal(lists[:, 0], targets[150:])
    again = calibrate(channels, taught, targets[half])
    assert again == fusion


def test_without_a_target_among_the_candidates_all_channels_count_alike() -> None:
    histories, targets = people(20)
    values = noise(20)
    values[np.arange(20), targets] = -np.inf  # nobody puts the target forward
    channels = [Known("one", values), Known("two", values)]
    fusion = calibrate(channels, histories, targets)
    assert fusion.weights == pytest.approx([0.5, 0, 0, 0.5, 0, 0, *[0.0] * 6])
    ranks, lists = rank_fused(channels, fusion, histories, targets)
    assert (ranks == ITEMS).all() and (lists >= 0).all()
    assert not (lists == targets[:, None]).any()


def test_those_whose_target_nobody_put_forward_teach_nothing() -> None:
    histories, targets = people(200)
    values = [noise(200), oracle(targets)]
    lost = np.arange(100)
    for scores in values:
        scores[lost, targets[lost]] = -np.inf
    channels = [Known("noise", values[0]), Known("oracle", values[1])]
    fusion = calibrate(channels, histories, targets)
    rest = np.arange(100, 200)
    ranks, _ = rank_fused(
        channels, fusion, histories.keep(rest, histories.lengths[rest]), targets[rest]
    )
    assert (ranks == 1).all()


def test_weights_move_with_activity() -> None:
    few, of_few = people(150, seed=1, length=2)
    many, of_many = people(150, seed=2, length=40)
    lists = [h.items_of(user).tolist() for h in (few, many) for user in range(150)]
    histories, targets = Histories.of_items(lists, ITEMS), np.concatenate([of_few, of_many])
    for_few, for_many = noise(300, 3), noise(300, 4)
    for_few[np.arange(150), of_few] = 6  # one channel knows the short histories,
    for_many[np.arange(150, 300), of_many] = 6  # the other the long ones
    channels = [Known("few", for_few), Known("many", for_many)]
    fusion = calibrate(channels, histories, targets)
    half = len(fusion.weights) // 2
    assert fusion.weights[half] < 0 < fusion.weights[half + OF_A_CHANNEL]
    ranks, _ = rank_fused(channels, fusion, histories, targets)
    assert (ranks == 1).mean() > 0.95
    still = fusion.model_copy(update={"weights": [*fusion.weights[:half], *[0.0] * half]})
    without, _ = rank_fused(channels, still, histories, targets)
    assert (without == 1).mean() < 0.8


@settings(deadline=None, max_examples=50)
@given(
    seed=st.integers(0, 2**32 - 1),
    channels=st.integers(1, 4),
    length=st.integers(0, 300),
    depth=st.integers(1, ITEMS),
)
def test_gather_and_fuse(seed: int, channels: int, length: int, depth: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(channels, ITEMS)).astype(np.float32)
    values[rng.random(values.shape) < 0.3] = -np.inf
    allowed = rng.random(ITEMS) < 0.5
    found = gather([DenseScores(one) for one in values], length, allowed, depth)
    best = [set(DenseScores(one).top(depth, allowed)[0].tolist()) for one in values]
    assert found.rows.tolist() == sorted(set().union(*best))
    assert allowed[found.rows].all()
    assert found.features.shape == (len(found.rows), channels * OF_A_CHANNEL)
    assert np.isfinite(found.features).all()
    opinions = found.features[:, 2::OF_A_CHANNEL]
    np.testing.assert_array_equal(opinions, np.isfinite(values[:, found.rows]).T)

    names = [f"c{number}" for number in range(channels)]
    fusion = LearnedFusion(
        channels=names, weights=rng.normal(size=2 * channels * OF_A_CHANNEL).tolist()
    )
    fused = fusion.fuse(found)
    assert fused.shape == (len(found.rows),)
    shares = fusion.shares(found)
    assert shares.shape == (len(found.rows), channels)
    np.testing.assert_allclose(shares.sum(1), fused, rtol=1e-3, atol=1e-3)
    order = rng.permutation(len(found.rows))
    shuffled = Candidates(found.rows[order], found.features[order], found.activity)
    np.testing.assert_allclose(fusion.fuse(shuffled), fused[order], rtol=1e-4, atol=1e-4)


def test_a_channel_without_an_opinion_adds_nothing() -> None:
    allowed = np.ones(ITEMS, dtype=bool)
    only = DenseScores(np.arange(ITEMS, dtype=np.float32))
    found = gather([no_opinion(), only], 3, allowed)
    assert found.rows.tolist() == list(range(ITEMS))
    assert not found.features[:, :OF_A_CHANNEL].any()
    fusion = LearnedFusion(channels=["none", "only"], weights=[1.0] * 12)
    assert not fusion.shares(found)[:, 0].any()


def test_each_channel_puts_forward_its_best() -> None:
    rows = np.arange(500, dtype=np.float32)
    found = gather([DenseScores(rows), DenseScores(-rows)], 3, np.ones(500, dtype=bool))
    assert found.rows.tolist() == [*range(DEPTH), *range(500 - DEPTH, 500)]


def test_features_by_hand() -> None:
    found = gather(
        [DenseScores(np.array([3, 1, 2, -np.inf], dtype=np.float32)), DenseScores(np.zeros(4))],
        history_length=7,
        allowed=np.ones(4, dtype=bool),
    )
    spread = np.sqrt(2 / 3)
    expected = [
        [1 / spread, 0, 1],
        [-1 / spread, np.log(3) / 5, 1],
        [0, np.log(2) / 5, 1],
        [0, 0, 0],
    ]
    np.testing.assert_allclose(found.features[:, :3], expected, atol=1e-5)
    np.testing.assert_allclose(found.features[:, 3], 0)  # equal scores: no difference
    assert found.activity == pytest.approx(np.log(8) / 5)


def test_ranks_by_hand() -> None:
    histories = Histories.of_items([[0], [0, 1], [2], []], 5)
    channel = Known(
        "known",
        [[9, 4, 3, 2, 1], [9, 8, 1, 2, 3], [1, 1, 9, 1, 1], [-np.inf, -np.inf, -np.inf, 1, 2]],
    )
    fusion = LearnedFusion(channels=["known"], weights=[1.0, 0, 0, 0, 0, 0])
    ranks, lists = rank_fused([channel], fusion, histories, np.array([2, 4, 0, 0]), depth=4)
    # Fourth of four equals, since a tie never helps; last of all where nobody put it forward.
    assert ranks.tolist() == [2, 1, 4, 5]
    assert lists.tolist() == [[1, 2, 3, 4], [4, 3, 2, -1], [0, 1, 3, 4], [4, 3, -1, -1]]


def test_a_person_who_met_everything() -> None:
    everything = Histories.of_items([list(range(5))], 5)
    channel = Known("known", [[1, 2, 3, 4, 5]])
    (found,) = candidates_of([channel], everything)
    assert len(found.rows) == 0
    fusion = LearnedFusion(channels=["known"], weights=[1.0] * 6)
    assert fusion.fuse(found).shape == (0,) and fusion.shares(found).shape == (0, 1)
    ranks, lists = rank_fused([channel], fusion, everything, np.array([0]), depth=2)
    assert ranks.tolist() == [5] and lists.tolist() == [[-1, -1]]
    calibrate([channel], everything, np.array([0]))


def test_nobody_at_all() -> None:
    nobody = Histories.of_items([], 5)
    fusion = calibrate([Known("known", np.zeros((0, 5)))], nobody, np.array([], dtype=np.int64))
    assert fusion.weights[0] == 1
