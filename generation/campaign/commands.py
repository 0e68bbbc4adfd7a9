"""`tastemaker campaign …`: a brief is read, a workshop opened, and the work done or looked at."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import BadInputError, BusyError, NotFoundError
from ...packages import Progress, silent
from .brief import Brief, read_brief
from .review import State, alike, chosen, open_reviews, read_decisions, state_of
from .sheet import write_sheet
from .store import BRIEF, DRAFTS, last_rows, open_folder

if TYPE_CHECKING:  # whoever looks at what was made need not load what makes it
    from .estimating import Estimate
    from .exporting import Layout
    from .making import Workshop
    from .running import Summary


class Status(BaseModel):
    """Where a campaign stands."""

    model_config = ConfigDict(extra="forbid")

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
    reviewed: dict[str, int]
    """State -> assets."""
    reasons: dict[str, int]
    """Why assets could not be made -> how many."""


def run(
    brief_file: Path | None,
    out: Path,
    *,
    engine: Literal["local", "ray"] = "local",
    actors: int = 1,
    dry: bool = False,
    progress: Progress = silent,
) -> "tuple[Estimate, Summary | None]":
    """Make what a brief asks for, into a folder; what is there is not made again.

    Args:
        brief_file: the brief; none: that of the folder, as it was last run.

    Raises:
        BadInputError: the brief, its audience, its items or its budget is wrong; or the folder is
            another campaign's.
        BusyError: another process works in the folder.
        MissingError, LLMError: a model cannot be had.
    """
    from .estimating import check_budget
    from .opening import estimated, jobs_in, model_answers, open_brief, workshop_of
    from .ray_engine import AT_ONCE, RayEngine
    from .running import run_jobs

    brief = read_brief(brief_file) if brief_file else begun(out)
    opened = open_brief(brief, progress)
    foreseen = estimated(opened, progress)
    check_budget(brief, foreseen)
    if dry:
        return foreseen, None
    with open_folder(out, brief) as folder:
        workshop = workshop_of(opened, progress)
        workshop.drafts = out / DRAFTS
        more: dict[str, Any] = {}
        if engine == "ray":
            more = {"make_batch": RayEngine(partial(reopened, brief), actors), "batch": AT_ONCE}
        done = run_jobs(
            folder,
            workshop,
            jobs_in(opened),
            foreseen.assets,
            alive=lambda: model_answers(opened.settings),
            progress=progress,
            **more,
        )
        sheet(out)
    return foreseen, done


def reopened(brief: Brief) -> "Workshop":
    """A brief's workshop, in another process."""
    from .opening import open_brief, workshop_of

    return workshop_of(open_brief(brief))


def status(out: Path) -> Status:
    """Where a campaign stands; a run may be going on."""
    rows = last_rows(out)
    with open_reviews(out) as reviews:
        verdicts = reviews.latest()
    states = Counter(state_of(row, verdicts) for row in rows if not row.error)
    return Status(
        name=begun(out).name,
        made=dict(Counter(row.kind for row in rows if not row.error)),
        passed=sum(row.passed for row in rows),
        failed=sum(bool(row.error) for row in rows),
        alike=len(alike(rows)),
        reviewed=dict(states),
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


def exported(out: Path, target: Path, layout: "Layout") -> int:
    """Write the approved assets in a platform's layout; returns how many rows."""
    from .exporting import export

    name, rows = begun(out).name, last_rows(out)
    with open_reviews(out) as reviews:
        verdicts = reviews.latest()
    return export(out, target, layout, name, rows, verdicts)


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
    with open_reviews(out) as reviews:
        verdicts = reviews.latest()
    return write_sheet(out, begun(out).name, last_rows(out), verdicts)


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
