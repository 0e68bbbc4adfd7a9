"""Who approved what: kept in SQLite, beside the assets. A verdict is about one asset as it was:
made anew with another content, it is open again."""

import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ...errors import BadInputError
from ..image.checks.near_duplicates import near_pairs
from .store import Row

DATABASE = "review.sqlite"
State = Literal["open", "approved", "rejected"]


class Verdict(BaseModel):
    """What a reviewer said of one asset."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """The asset's job."""
    key: str
    """What it depended on when it was looked at."""
    state: State
    """What was decided."""
    by: str
    """Who decided."""
    note: str
    """Why."""
    at: float
    """Unix time."""


class Reviews:
    """The verdicts of one campaign."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def decide(self, assets: Iterable[tuple[str, str, State]], *, by: str, note: str = "") -> int:
        """Record verdicts on assets, by id and key; all of them, or none. Returns how many.

        They are on the disk when this returns.
        """
        now = time.time()
        rows = [(job_id, key, state, by, note, now) for job_id, key, state in assets]
        with self._connection:
            self._connection.executemany(
                "INSERT INTO verdicts (id, key, state, by, note, at) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )
        return len(rows)

    def latest(self) -> dict[str, Verdict]:
        """The last verdict on each asset that has one, by its id."""
        found = self._connection.execute(
            "SELECT id, key, state, by, note, at FROM verdicts ORDER BY rowid"
        )
        names = ("id", "key", "state", "by", "note", "at")
        return {row[0]: Verdict(**dict(zip(names, row, strict=True))) for row in found}


def state_of(row: Row, verdicts: Mapping[str, Verdict]) -> State:
    """What was decided of an asset as it is now."""
    verdict = verdicts.get(row.id)
    return verdict.state if verdict is not None and verdict.key == row.key else "open"


def reviewed(rows: Iterable[Row], verdicts: Mapping[str, Verdict]) -> dict[State, int]:
    """What was decided -> of how many of the assets that are there."""
    return dict(Counter(state_of(row, verdicts) for row in rows if not row.error))


def read_decisions(file: Path) -> dict[str, State]:
    """What the contact sheet saved: asset -> state.

    Raises:
        BadInputError: it cannot be read, or is no such file.
    """
    try:
        return TypeAdapter(dict[str, State]).validate_json(file.read_bytes())
    except OSError as error:
        raise BadInputError(f"{file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise BadInputError(
            f"{file} holds no decisions; the contact sheet saves them as decisions.json."
        ) from error


@contextmanager
def open_reviews(folder: Path) -> Iterator[Reviews]:
    """The verdicts that lie in a campaign's folder.

    Raises:
        BadInputError: they cannot be read or written.
    """
    try:
        connection = sqlite3.connect(folder / DATABASE, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS verdicts"
                " (id TEXT, key TEXT, state TEXT, by TEXT, note TEXT, at REAL)"
            )
            yield Reviews(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise BadInputError(f"The reviews in {folder} cannot be used: {error}.") from error


def verdicts_in(folder: Path) -> dict[str, Verdict]:
    """The last verdict on each asset of a campaign's folder that has one, by its id.

    Raises:
        BadInputError: they cannot be read.
    """
    with open_reviews(folder) as reviews:
        return reviews.latest()


def chosen(
    rows: Iterable[Row],
    *,
    passed: bool | None = None,
    recipient: str | None = None,
    item: str | None = None,
    target: str | None = None,
    ids: Iterable[str] = (),
) -> list[Row]:
    """Rows that fit every filter; those that could not be made never do."""
    wanted = set(ids)
    return [
        row
        for row in rows
        if not row.error
        and (passed is None or row.passed == passed)
        and recipient in (None, row.recipient)
        and item in (None, row.item_id)
        and target in (None, row.target)
        and (not wanted or row.id in wanted)
    ]


def alike(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Pairs of images of one item for different recipients whose painted pictures look the same."""
    same: dict[tuple[str, str, int], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row.looks:
            same[row.item_id, row.target, row.variant][row.recipient] = row
    return [
        (group[pair.first], group[pair.second])
        for group in same.values()
        for pair in near_pairs({recipient: row.looks for recipient, row in group.items()})
    ]
