from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.recommender.histories import Histories, leave_one_out, with_items_seen

ITEMS = 6
HISTORIES = st.lists(st.lists(st.integers(0, ITEMS - 1), unique=True), max_size=8)


def met(histories: Histories) -> list[list[int]]:
    return [histories.items_of(user).tolist() for user in range(len(histories))]


def timed_catalog(folder: Path, rows: list[tuple[str, str, str]]) -> Catalog:
    """Items A to D, and rows of user, item and time as they stand in a file."""
    columns = ["user_id", "item_id", "timestamp"]
    frame = pl.DataFrame(rows, schema=columns, orient="row").with_row_index("line", 2)
    items = iter([RawItem(f"t:{one}", one, f"Item {one}") for one in "ABCD"])
    source = Source(About(title="Tiny", source="a test"), items, iter([("t", frame)]))
    write_catalog(folder, source, Rejects())
    return Catalog.open(folder)


def test_a_catalogue_in_order_of_time(tmp_path: Path):
    rows = [("q", "A", "30"), ("p", "C", "20"), ("p", "B", "10"), ("q", "D", "5")]
    histories = Histories.from_catalog(timed_catalog(tmp_path / "c", rows))
    assert list(histories.user_ids) == ["p", "q"]
    assert met(histories) == [[1, 2], [3, 0]]
    assert histories.times.tolist() == [10, 20, 5, 30]
    assert histories.lengths.tolist() == [2, 2]
    assert histories.item_count == 4


def test_an_item_counts_once_at_first(tmp_path: Path):
    rows = [("p", "A", "10"), ("p", "B", "20"), ("p", "A", "30"), ("q", "A", "5")]
    histories = Histories.from_catalog(timed_catalog(tmp_path / "c", rows))
    assert met(histories) == [[0, 1], [0]]
    assert histories.times.tolist() == [10, 20, 5]


def test_equal_and_missing_times_keep_the_order_of_the_file(tmp_path: Path):
    rows = [("p", item, "7") for item in "CADB"] + [("q", item, "") for item in "DBCA"]
    histories = Histories.from_catalog(timed_catalog(tmp_path / "c", rows))
    assert met(histories) == [[2, 0, 3, 1], [3, 1, 2, 0]]
    assert np.isnan(histories.times[4:]).all()


def test_ratings_and_their_absence(small):
    catalog = small("ABC", [("p", "A", 4.5), ("q", "B", None), ("p", "C", 2.0)])
    histories = Histories.from_catalog(catalog)
    assert histories.values[:2].tolist() == [4.5, 2.0]
    assert np.isnan(histories.values[2])


def test_unknown_items_are_dropped(small):
    frame = pl.LazyFrame(
        {
            "user_id": ["p", "p", "q"],
            "item_id": ["A", "elsewhere", "elsewhere"],
            "value": [1.0, 2.0, 3.0],
            "timestamp": [1, 2, 3],
        }
    )
    histories = Histories.from_interactions(small("AB"), frame)
    assert list(histories.user_ids) == ["p"]
    assert met(histories) == [[0]]


def test_a_catalogue_without_interactions(small):
    histories = Histories.from_catalog(small("AB"))
    assert len(histories) == 0
    assert histories.matrix().shape == (0, 2)


def test_leave_one_out_by_hand():
    split = leave_one_out(Histories.of_items([[0, 1, 2, 3], [4], [5, 0], [3, 2, 1], []], ITEMS))
    assert met(split.train) == [[0, 1], [4], [5, 0], [3], []]
    assert met(split.valid) == [[0, 1], [3]]
    assert split.valid_targets.tolist() == [2, 2]
    assert met(split.test) == [[0, 1, 2], [3, 2]]
    assert split.test_targets.tolist() == [3, 1]
    assert list(split.test.user_ids) == ["0", "3"]


@given(HISTORIES)
def test_the_split_loses_nothing(lists: list[list[int]]):
    split = leave_one_out(Histories.of_items(lists, ITEMS))
    train, held_out = met(split.train), [int(user) for user in split.test.user_ids]
    for number, user in enumerate(held_out):
        known = split.valid.items_of(number).tolist()
        assert known == train[user]
        assert split.test.items_of(number).tolist() == [*known, split.valid_targets[number]]
        train[user] += [split.valid_targets[number], split.test_targets[number]]
    assert train == lists


@given(HISTORIES)
def test_a_split_leaves_the_histories_alone(lists: list[list[int]]):
    histories = Histories.of_items(lists, ITEMS)
    leave_one_out(histories)
    assert met(histories) == lists


def test_keep_takes_ratings_and_times_along():
    histories = Histories(
        ["p", "q"],
        np.array([0, 2, 5]),
        np.array([0, 1, 2, 3, 4], dtype=np.int32),
        np.array([1, 2, 3, 4, 5], dtype=np.float32),
        np.array([10, 20, 30, 40, 50], dtype=np.float64),
        ITEMS,
    )
    kept = histories.keep(np.array([1, 0]), np.array([2, 1]))
    assert list(kept.user_ids) == ["q", "p"]
    assert met(kept) == [[2, 3], [0]]
    assert kept.values.tolist() == [3, 4, 1]
    assert kept.times.tolist() == [30, 40, 10]
    assert met(histories.of_user(1)) == [[2, 3, 4]]


def test_matrix_says_who_met_what():
    histories = Histories.of_items([[2, 0], [], [1]], 4)
    matrix = histories.matrix()
    assert matrix.toarray().tolist() == [[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 0, 0]]
    assert matrix.dtype == np.float32
    matrix.sort_indices()
    assert met(histories) == [[2, 0], [], [1]]


@given(st.lists(st.sampled_from("ABCD")), st.integers(1, 4))
def test_items_that_few_met_are_left_out(items: list[str], at_least: int):
    frame = pl.LazyFrame({"item_id": items}, schema={"item_id": pl.String})
    kept = with_items_seen(frame, at_least).collect()["item_id"].to_list()
    counts = Counter(items)
    assert kept == [item for item in items if counts[item] >= at_least]
