"""What a campaign made is looked at and decided on; nothing here loads what makes it."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import BadInputError, BusyError, NotFoundError
from .brief import Brief
from .review import (
    State,
    alike,
    chosen,
    open_reviews,
    read_decisions,
    reviewed,
    verdicts_in,
)
from .sheet import write_sheet
from .store import BRIEF, last_rows


class Status(BaseModel):
    """Where a campaign stands."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: str
    """The campaign."""
    made: dict[str, int]
    """Kind -> assets that are there."""
    passed: int
    """That hold every check."""
    failed: int
    """That could not be made."""
    alike: int
    """Pairs of people who got pictures of one item that look the same."""
    reviewed: dict[State, int]
    """State -> assets."""
    reasons: dict[str, int]
    """Why assets could not be made -> how many."""


def begun(out: Path) -> Brief:
    """The brief that a folder was last run with.

    Raises:
        BadInputError: there is none, or another version wrote it.
    """
    file = out / BRIEF
    if not file.is_file():
        raise BadInputError(f"{out} holds no campaign: it has no {BRIEF}.")
    try:
        return Brief.model_validate_json(file.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise BadInputError(f"{file} is damaged, or was written by another version.") from error


def status(out: Path) -> Status:
    """Where a campaign stands; a run may be going on."""
    rows = last_rows(out)
    return Status(
        name=begun(out).name,
        made=dict(Counter(row.kind for row in rows if not row.error)),
        passed=sum(row.passed for row in rows),
        failed=sum(bool(row.error) for row in rows),
        alike=len(alike(rows)),
        reviewed=reviewed(rows, verdicts_in(out)),
        reasons=dict(Counter(row.error for row in rows if row.error).most_common(5)),
    )


def review(
    out: Path,
    state: State,
    *,
    by: str,
    note: str = "",
    passed: bool | None = None,
    recipient: str | None = None,
    item: str | None = None,
    target: str | None = None,
    ids: tuple[str, ...] = (),
) -> int:
    """Record a verdict on every asset that fits the filters; returns how many."""
    rows = chosen(
        last_rows(out), passed=passed, recipient=recipient, item=item, target=target, ids=ids
    )
    if not rows:
        raise BadInputError(f"No asset of {out} fits; `tastemaker campaign status` tells what is.")
    with open_reviews(out) as reviews:
        count = reviews.decide([(row.id, row.key, state) for row in rows], by=by, note=note)
    sheet(out)
    return count


def decide(out: Path, decisions: Path, *, by: str) -> dict[State, int]:
    """Record what was decided on the contact sheet; returns state -> how many."""
    counts = record(out, read_decisions(decisions), by=by)
    sheet(out)
    return counts


def record(
    out: Path,
    decisions: Mapping[str, State],
    *,
    by: str,
    note: str = "",
    seen: Mapping[str, str] | None = None,
) -> dict[State, int]:
    """Record decisions on assets by their ids: all, or none. Returns state -> how many.

    Args:
        seen: the keys that assets had when they were looked at.

    Raises:
        NotFoundError: an id is no asset's.
        BusyError: an asset was made anew since it was looked at.
    """
    known = {row.id: row for row in last_rows(out)}
    strange = [one for one in decisions if one not in known]
    if strange:
        raise NotFoundError(
            f"The review decides on {strange[0][:200]!r}, which {out.name} does not have."
        )
    seen = seen or {}
    anew = [known[one] for one in decisions if seen.get(one, known[one].key) != known[one].key]
    if anew:
        raise BusyError(f"{anew[0].title} was made anew meanwhile; load the page again.")
    with open_reviews(out) as reviews:
        reviews.decide(
            [(one, known[one].key, state) for one, state in decisions.items()], by=by, note=note
        )
    return dict(Counter(decisions.values()))


def sheet(out: Path) -> Path:
    """Write the contact sheet anew."""
    return write_sheet(out, begun(out).name, last_rows(out), verdicts_in(out))
