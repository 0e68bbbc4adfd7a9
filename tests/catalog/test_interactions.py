from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tastemaker.catalog import interactions as module
from tastemaker.catalog.interactions import InteractionWriter
from tastemaker.catalog.rejects import Rejects
from tastemaker.packages import silent


def write(folder: Path, rows: list[dict], items: list[str]) -> tuple[pl.DataFrame, Rejects]:
    """Write rows in chunks of three; the resulting table."""
    import tempfile

    rejects = Rejects()
    with tempfile.TemporaryDirectory(dir=folder) as work:
        writer = InteractionWriter(Path(work), items, rejects)
        for start in range(0, len(rows), 3):
            frame = pl.DataFrame(rows[start : start + 3], schema_overrides=SCHEMA)
            writer.add("r.csv", frame.with_row_index("line", start + 2))
        writer.finish(folder, silent)
    return pl.read_parquet(folder / "interactions.parquet"), rejects


SCHEMA = dict.fromkeys(("user_id", "item_id", "value", "timestamp"), pl.String)


def event(user: str, item: str, value: str = "1", time: str = "10") -> dict:
    return {"user_id": user, "item_id": item, "value": value, "timestamp": time}


def test_sorted_by_user_then_time_then_file_order(tmp_path: Path):
    rows = [
        event("b", "x", time="30"),
        event("a", "x", time="20"),
        event("b", "y", time="10"),
        event("a", "y", time="20"),
        event("a", "z", time="5"),
    ]
    table, rejects = write(tmp_path, rows, ["x", "y", "z"])
    assert table.select("user_id", "item_id").rows() == [
        ("a", "z"),
        ("a", "x"),
        ("a", "y"),
        ("b", "y"),
        ("b", "x"),
    ]
    users = pl.read_parquet(tmp_path / "users.parquet")
    assert users.rows() == [("a", 0, 3), ("b", 3, 2)]
    assert rejects.count == 0


def test_bad_rows_are_left_out_with_their_lines(tmp_path: Path):
    rows = [
        event("u", "x"),
        event("", "x"),
        event("u", " "),
        event("u", "unknown"),
        event("u", "x", value=""),
        event("u", "x", value="NaN"),
        event("u", "x", value="inf"),
        event("u", "x", time="yesterday"),
        event("u\x00", "x"),
        event("u" * 300, "x"),
        event(" u ", " x ", time=""),
    ]
    table, rejects = write(tmp_path, rows, ["x"])
    assert table.rows() == [("u", "x", 1.0, None), ("u", "x", 1.0, 10)]
    assert rejects.count == 9
    assert rejects.first == [
        "r.csv:3 has no usable user",
        "r.csv:4 has no usable item",
        "r.csv:5 names an item that is not in the catalogue",
        "r.csv:6 has a value that is not a number",
        "r.csv:7 has a value that is not a number",
        "r.csv:8 has a value that is not a number",
        "r.csv:9 has a time that is neither a number nor a date",
        "r.csv:10 has no usable user",
        "r.csv:11 has no usable user",
    ]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1000000000", 1_000_000_000),
        ("1.0e9", 1_000_000_000),
        ("1600000000123", 1_600_000_000),
        ("2001-09-09 01:46:40", 1_000_000_000),
        ("2001-09-09T01:46:40Z", 1_000_000_000),
        ("2001-09-09 01:46:40.5", 1_000_000_000),
        ("2001-09-09T03:46:40+02:00", 1_000_000_000),
        ("2001-09-09 01:46:40.25+0000", 1_000_000_000),
        ("1970-01-02", 86_400),
        ("-86400", -86_400),
    ],
)
def test_times(tmp_path: Path, written: str, seconds: int):
    table, _ = write(tmp_path, [event("u", "x", time=written), event("u", "x", time="1")], ["x"])
    assert sorted(table["timestamp"]) == sorted([1, seconds])


def test_without_a_value_column_there_is_none(tmp_path: Path):
    table, rejects = write(tmp_path, [{"user_id": "u", "item_id": "x"}], ["x"])
    assert table.rows() == [("u", "x", None, None)]
    assert rejects.count == 0


def test_nothing_usable_still_makes_both_tables(tmp_path: Path):
    table, _ = write(tmp_path, [], ["x"])
    assert table.schema == pl.Schema(module.SCHEMA)
    assert pl.read_parquet(tmp_path / "users.parquet").height == 0


CELL = st.one_of(
    st.none(), st.text(max_size=6), st.sampled_from(["x", "u", "3", "1e400", "2020-01-01"])
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=8))
def test_any_cells_are_kept_or_counted(tmp_path: Path, cells: list[tuple]):
    rows = [dict(zip(SCHEMA, row, strict=True)) for row in cells]
    table, rejects = write(tmp_path, rows, ["x", "3"])
    assert table.height + rejects.count == len(rows)
    assert table["item_id"].is_in(["x", "3"]).all()
    assert table["value"].is_finite().all()
    assert table["user_id"].is_sorted()
