from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.catalog.attributes import DTYPES, describe, infer_kind, to_column
from tastemaker.catalog.records import AttributeHint


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1.5, None, 3.0], "numeric"),
        (["1", "2.5", "-3e2"], "numeric"),
        (["2020-01-02", "1999-12-31 10:00:00"], "date"),
        ([["a", "b"], None], "multi"),
        (["a|b", "c"], "multi"),
        (["['a', 'b']", "[]"], "multi"),
        (["Red", "White", "12"], "categorical"),
        (["one long sentence about a thing that goes on " * 3], "text"),
        (["http://a.b/c", "https://d.e"], "text"),
    ],
)
def test_infer_kind(values: list, kind: str):
    assert infer_kind(values) == kind


def test_numeric_column_and_spec():
    column, unfit = to_column("price", "numeric", ["1.5", None, "x", 4.0])
    assert column.to_list() == [1.5, None, None, 4.0]
    assert unfit == 1
    spec = describe(column, "numeric", AttributeHint(unit="euros", cues=["cost"]))
    assert (spec.low, spec.high, spec.coverage, spec.unit) == (1.5, 4.0, 0.5, "euros")
    assert spec.cues == ["cost"] and spec.vocabulary == {} and spec.label == "Price"


def test_multi_vocabulary_is_most_frequent_first():
    column, _ = to_column("genres", "multi", [["b", "a"], ["a", "a", ""], None, "c|a"])
    assert column.to_list() == [["b", "a"], ["a"], None, ["c", "a"]]
    spec = describe(column, "multi", AttributeHint())
    assert list(spec.vocabulary.items()) == [("a", 3), ("b", 1), ("c", 1)]
    assert spec.vocabulary_size == 3 and spec.coverage == 0.75


def test_date_column():
    column, unfit = to_column(
        "day", "date", ["2020-02-30", "2020-02-29T10:00:00", date(1999, 1, 1)]
    )
    assert column.to_list() == [None, date(2020, 2, 29), date(1999, 1, 1)]
    assert unfit == 1


VALUES = st.one_of(
    st.none(), st.text(), st.floats(), st.dates(), st.lists(st.text(), max_size=3), st.integers()
)


@given(st.lists(VALUES, max_size=8))
def test_any_values_make_a_column_of_any_kind(values: list):
    for kind in {infer_kind(values), *DTYPES}:
        column, _ = to_column("x", kind, values)
        assert column.dtype == DTYPES[kind] and column.len() == len(values)
        spec = describe(column, kind, AttributeHint())
        assert 0 <= spec.coverage <= 1
        assert spec.vocabulary_size == len(spec.vocabulary)
        if kind == "categorical":
            assert sum(spec.vocabulary.values()) == column.drop_nulls().len()


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1))
def test_numbers_survive(numbers: list[int]):
    column, unfit = to_column("x", "numeric", [str(number) for number in numbers])
    assert column.to_list() == numbers and unfit == 0
    assert column.dtype == pl.Float64
