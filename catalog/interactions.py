"""Interactions on their way into a catalogue: checked in chunks, sorted by user, on disk.

`interactions.parquet` is sorted by user, then time (file order among equals), and `users.parquet`
says where each user's rows are, so that one history is one short read.
"""

from pathlib import Path

import polars as pl

from ..packages import Progress
from .cleaning import ID_CHARS
from .rejects import Rejects

SCHEMA = {
    "user_id": pl.String(),
    "item_id": pl.String(),
    "value": pl.Float64(),
    "timestamp": pl.Int64(),
}
USERS_SCHEMA = {"user_id": pl.String(), "start": pl.Int64(), "count": pl.Int64()}

CHUNK_ROWS = 50_000
"""Rows checked at once."""
SORT_ROWS = 1_000_000
"""Rows sorted at once; a larger table is sorted range of users by range of users."""

_TIMES = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%dT%H:%M:%S%.f")
_ZONED = ("%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%dT%H:%M:%S%.f%z")
_LATEST_SECOND = 100_000_000_000
"""Larger timestamps are milliseconds."""


class InteractionWriter:
    """Takes chunks of raw rows, leaves out what cannot be used, and writes the two files."""

    def __init__(self, work: Path, item_ids: list[str], rejects: Rejects) -> None:
        """`work` is an empty folder for parts; rows naming none of `item_ids` are left out."""
        self._work = work
        self._known = pl.DataFrame({"item_id": item_ids}, schema={"item_id": pl.String()})
        self._rejects = rejects
        self._parts = 0

    def add(self, file: str, chunk: pl.DataFrame) -> None:
        """Check one chunk: `line` (int), `user_id`, `item_id` and perhaps `value`, `timestamp`.

        All but `line` are strings as they stand in `file`. Without a `value` column the value is
        null; with one, it must be a finite number.
        """
        checked = _check(chunk, self._known)
        self._reject(file, checked.filter(pl.col("reason").is_not_null()))
        good = checked.filter(pl.col("reason").is_null()).select(*SCHEMA)
        if good.height:
            good.write_parquet(self._work / f"{self._parts:06d}.parquet", compression="lz4")
            self._parts += 1

    def finish(self, folder: Path, progress: Progress) -> tuple[int, int]:
        """Write both files into `folder`; returns the numbers of interactions and users."""
        if not self._parts:
            pl.DataFrame(schema=SCHEMA).write_parquet(folder / "interactions.parquet")
            pl.DataFrame(schema=USERS_SCHEMA).write_parquet(folder / "users.parquet")
            return 0, 0
        rows = pl.scan_parquet(sorted(self._work.glob("*.parquet")))
        users = rows.group_by("user_id").agg(count=pl.len().cast(pl.Int64))
        users = users.collect(engine="streaming").sort("user_id")
        users = users.select(
            "user_id", start=pl.col("count").cum_sum() - pl.col("count"), count="count"
        )
        total = int(users["count"].sum())
        ranges = users.group_by(pl.col("start") // SORT_ROWS, maintain_order=True).agg(
            first=pl.col("user_id").first(),
            last=pl.col("user_id").last(),
            rows=pl.col("count").sum(),
        )
        (self._work / "sorted").mkdir()
        done = 0
        for number, (_, first, last, count) in enumerate(ranges.iter_rows()):
            part = rows.filter(pl.col("user_id").is_between(pl.lit(first), pl.lit(last)))
            part = part.collect(engine="streaming")
            part = part.sort("user_id", "timestamp", maintain_order=True)
            part.write_parquet(self._work / "sorted" / f"{number:06d}.parquet", compression="lz4")
            done += count
            progress("sorting interactions", done, total)
        pl.scan_parquet(sorted((self._work / "sorted").glob("*.parquet"))).sink_parquet(
            folder / "interactions.parquet", row_group_size=100_000, maintain_order=True
        )
        users.write_parquet(folder / "users.parquet")
        return total, users.height

    def _reject(self, file: str, rows: pl.DataFrame) -> None:
        kept = rows.head(self._rejects.room)
        for row in kept.iter_rows(named=True):
            raw = (row["user_id"], row["item_id"], row.get("raw_value"), row.get("raw_time"))
            text = ",".join("" if cell is None else cell for cell in raw)
            self._rejects.add(f"{file}:{row['line']}", row["reason"], text)
        rest = rows.slice(kept.height)
        for reason, count in rest.group_by("reason").len().iter_rows():
            self._rejects.add_uncounted_reasons(reason, count)


def _check(chunk: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The chunk with numbers for `value` and `timestamp`, and a `reason` for each unusable row."""
    names = set(chunk.columns)
    null = pl.lit(None, dtype=pl.String)
    frame = chunk.select(
        "line",
        pl.col("user_id", "item_id").str.strip_chars(),
        raw_value=pl.col("value").str.strip_chars() if "value" in names else null,
        raw_time=pl.col("timestamp").str.strip_chars() if "timestamp" in names else null,
    ).with_columns(
        value=pl.col("raw_value").cast(pl.Float64, strict=False),
        timestamp=_seconds(pl.col("raw_time")),
        known=pl.col("item_id").is_in(known["item_id"].implode()),
    )
    timed = pl.col("raw_time").is_not_null() & (pl.col("raw_time") != "")
    if frame.select((timed & pl.col("timestamp").is_null()).any()).item():
        dates = _seconds_of_dates(pl.col("raw_time"))
        frame = frame.with_columns(timestamp=pl.coalesce("timestamp", dates))
    reason = (
        pl.when(_unusable("user_id"))
        .then(pl.lit("has no usable user"))
        .when(_unusable("item_id"))
        .then(pl.lit("has no usable item"))
        .when(~pl.col("known"))
        .then(pl.lit("names an item that is not in the catalogue"))
        .when(timed & pl.col("timestamp").is_null())
        .then(pl.lit("has a time that is neither a number nor a date"))
    )
    if "value" in names:
        reason = reason.when(~pl.col("value").is_finite().fill_null(False)).then(
            pl.lit("has a value that is not a number")
        )
    return frame.with_columns(reason=reason.otherwise(null))


def _unusable(column: str) -> pl.Expr:
    text = pl.col(column)
    odd = text.str.contains(r"[\x00-\x1f\x7f]") | (text.str.len_chars() > ID_CHARS) | (text == "")
    return odd.fill_null(True)


def _seconds(text: pl.Expr) -> pl.Expr:
    """Unix seconds from seconds or milliseconds."""
    number = text.cast(pl.Float64, strict=False)
    number = pl.when(number.abs() < _LATEST_SECOND).then(number).otherwise(number / 1000)
    return pl.when(number.abs() < _LATEST_SECOND).then(number).cast(pl.Int64, strict=False)


def _seconds_of_dates(text: pl.Expr) -> pl.Expr:
    """Unix seconds from an ISO date with or without a time (UTC)."""
    dates = [text.str.to_datetime(f, strict=False, time_unit="ms") for f in (*_TIMES, *_ZONED)]
    dates.append(text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("ms")))
    return pl.coalesce(found.dt.epoch("s") for found in dates)
