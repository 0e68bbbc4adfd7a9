from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.recommender.encoders.batch import Batch, collate
from tastemaker.recommender.encoders.levels import GAP_LEVELS, VALUE_LEVELS
from tastemaker.recommender.histories import Histories

NAN = float("nan")
UNRATED, UNTIMED = VALUE_LEVELS - 1, GAP_LEVELS - 1
EVENTS = st.tuples(
    st.one_of(st.just(NAN), st.sampled_from([0.5, 1.0, 2.5, 4.0, 5.0])),
    st.one_of(st.just(NAN), st.integers(0, 10**8).map(float)),
)


def one_user(values: list[float], times: list[float]) -> Histories:
    histories = Histories.of_items([list(range(len(values)))], max(len(values), 1))
    return replace(
        histories, values=np.array(values, dtype=np.float32), times=np.array(times, dtype=float)
    )


def batch_of(values: list[float], times: list[float], length: int = 100) -> Batch:
    return collate(one_user(values, times), np.array([0]), length)


def test_the_latest_interactions_padded_at_the_end():
    histories = Histories.of_items([[0, 1, 2, 3], [4], [5, 6]], 7)
    batch = collate(histories, np.array([1, 0, 2]), 3)
    assert batch.items.tolist() == [[4, -1, -1], [1, 2, 3], [5, 6, -1]]
    assert batch.present.tolist() == [[True, False, False], [True] * 3, [True, True, False]]
    assert batch.items.dtype == batch.values.dtype == batch.gaps.dtype == torch.int64


def test_no_wider_than_the_longest():
    histories = Histories.of_items([[0, 1], [2]], 3)
    assert collate(histories, np.array([0, 1]), 50).items.shape == (2, 2)


def test_an_empty_history_is_all_padding():
    histories = Histories.of_items([[], [3, 1]], 4)
    assert collate(histories, np.array([0]), 5).items.tolist() == [[-1]]
    batch = collate(histories, np.array([0, 1]), 5)
    assert batch.items.tolist() == [[-1, -1], [3, 1]]
    assert batch.values[0].tolist() == [UNRATED] * 2
    assert batch.gaps[0].tolist() == [UNTIMED] * 2


def test_ratings_stand_against_the_mean_so_far():
    # The means so far are 3, 4, 3 and, the third being unrated, 3, and 2.5.
    values = batch_of([3, 5, 1, NAN, 3, 0.5], [NAN] * 6).values[0].tolist()
    assert values == [2, 4, 0, UNRATED, 2, 0]


@pytest.mark.parametrize(
    ("seconds", "level"),
    [(0, 0), (1, 1), (59, 1), (60, 2), (3600, 3), (86_400, 4), (7 * 86_400, 5), (10**8, 6)],
)
def test_time_since_the_interaction_before(seconds: float, level: int):
    assert batch_of([1, 1], [1e9, 1e9 + seconds]).gaps[0].tolist() == [UNTIMED, level]


def test_unknown_times_have_a_level_of_their_own():
    gaps = batch_of([1] * 4, [0, NAN, 10, 20]).gaps[0].tolist()
    assert gaps == [UNTIMED, UNTIMED, UNTIMED, 1]


@given(st.lists(EVENTS, min_size=1, max_size=8), st.lists(EVENTS, max_size=8))
def test_nothing_of_the_future_is_seen(
    past: list[tuple[float, float]], future: list[tuple[float, float]]
):
    values, times = zip(*past, strict=True)
    alone = batch_of(list(values), list(times))
    values, times = zip(*past, *future, strict=True)
    followed = batch_of(list(values), list(times))
    for name in ("items", "values", "gaps"):
        seen = getattr(followed, name)[:, : len(past)]
        assert torch.equal(getattr(alone, name), seen)


@given(st.lists(EVENTS, max_size=12), st.integers(2, 6))
def test_levels_fit_their_embeddings(events: list[tuple[float, float]], length: int):
    batch = batch_of([value for value, _ in events], [time for _, time in events], length)
    assert 0 <= int(batch.values.min()) <= int(batch.values.max()) < VALUE_LEVELS
    assert 0 <= int(batch.gaps.min()) <= int(batch.gaps.max()) < GAP_LEVELS


@given(st.integers(0, 12), st.integers(2, 6), st.integers(0, 99))
def test_a_random_cut_is_a_stretch_of_the_history(count: int, length: int, seed: int):
    histories = Histories.of_items([list(range(count))], 12)
    batch = collate(histories, np.array([0]), length, np.random.default_rng(seed))
    items = batch.items[batch.present].tolist()
    assert len(items) == min(count, length)
    assert items == list(range(items[0], items[0] + len(items))) if items else not count


def test_half_of_the_cuts_are_the_latest():
    histories = Histories.of_items([list(range(50))] * 400, 50)
    batch = collate(histories, np.arange(400), 10, np.random.default_rng(0))
    latest = (batch.items[:, -1] == 49).float().mean()
    assert 0.4 < float(latest) < 0.65
    assert len(torch.unique(batch.items[:, 0])) > 30
