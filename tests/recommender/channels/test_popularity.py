import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.recommender.channels import popularity
from tastemaker.recommender.channels.popularity import DAY, Popularity
from tastemaker.recommender.histories import Histories


def dated(events: list[tuple[int, float]], items: int = 3) -> Histories:
    """One person per event (item, day)."""
    bare = Histories.of_items([[item] for item, _ in events], items)
    times = np.array([day * DAY for _, day in events])
    return Histories(bare.user_ids, bare.starts, bare.items, bare.values, times, items)


def shares(channel: Popularity, day: float, items: int = 3) -> list[float]:
    person = dated([(0, day)], items)
    return next(channel.scores(person)).at(np.arange(items)).tolist()


EVENTS = [(0, 0.0), (0, 0.0), (0, 0.0), (1, 20.0), (2, 30.0)]


def test_counts_halve() -> None:
    channel = Popularity.fit(dated(EVENTS), half_life=10.0)
    # On day 40 the events weigh 1/16 thrice, 1/4 and 1/2.
    assert shares(channel, 40.0) == pytest.approx([3 / 15, 4 / 15, 8 / 15])
    assert shares(channel, 25.0) == pytest.approx([3 / 7, 4 / 7, 0])


def test_what_comes_later_or_now_does_not_count() -> None:
    channel = Popularity.fit(dated(EVENTS), half_life=10.0)
    assert shares(channel, 20.0) == pytest.approx([1, 0, 0])
    assert shares(channel, 20.001) == pytest.approx([3 / 7, 4 / 7, 0])


def test_plain_where_the_moment_is_unknown_or_before_everything() -> None:
    channel = Popularity.fit(dated(EVENTS), half_life=10.0)
    for day in (float("nan"), -5.0):
        assert shares(channel, day) == pytest.approx([3 / 5, 1 / 5, 1 / 5])


def test_interactions_without_times() -> None:
    nan = float("nan")
    channel = Popularity.fit(dated([(0, nan), (0, nan), (1, 1.0)]), half_life=10.0)
    assert shares(channel, nan) == pytest.approx([2 / 3, 1 / 3, 0])
    assert shares(channel, 2.0) == pytest.approx([0, 1, 0])


def test_long_after_everything_the_order_still_stands() -> None:
    channel = Popularity.fit(dated(EVENTS), half_life=0.5)
    assert shares(channel, 40_000.0) == pytest.approx([0, 0, 1], abs=1e-5)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 50)), min_size=1, max_size=300),
    st.integers(1, 60),
    st.sampled_from([2.0, 30.0, float("inf")]),
)
@settings(max_examples=40, deadline=None)
def test_snapshots_change_nothing(
    events: list[tuple[int, int]], day: int, half_life: float
) -> None:
    channel = Popularity.fit(dated([(item, float(when)) for item, when in events], 5), half_life)
    expected = np.zeros(5)
    for item, when in events:
        expected[item] += 2.0 ** ((when - day) / half_life) if when < day else 0.0
    if not expected.sum():
        expected = np.bincount([item for item, _ in events], minlength=5).astype(float)
    assert shares(channel, day, 5) == pytest.approx(expected / expected.sum(), abs=1e-4)


def test_of_many_items_only_the_most_popular_count() -> None:
    items = popularity.EVERY_ITEM + 1
    channel = Popularity.fit(dated([(7, 1.0), (7, 1.0), (items - 1, 2.0)], items))
    scores = next(channel.scores(dated([(0, 3.0)], items)))
    rows, _ = scores.top(items, np.ones(items, dtype=bool))
    assert len(rows) == popularity.MOST_POPULAR
    assert rows[:2].tolist() == [7, items - 1]
    assert scores.at(np.array([items - 2])).tolist() == [-np.inf]
