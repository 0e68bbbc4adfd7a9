"""`tastemaker campaign …`: a brief is read, a workshop opened, and the work done or looked at."""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import BadInputError
from ...packages import Progress, silent
from .brief import Brief, read_brief
from .estimating import Estimate, check_budget
from .exporting import Layout, export
from .making import Workshop
from .opening import estimated, jobs_in, model_answers, open_brief, workshop_of
from .ray_engine import AT_ONCE, RayEngine
from .review import STATES, State, alike, chosen, open_reviews, read_decisions, state_of
from .running import Summary, run_jobs
from .sheet import write_sheet
from .store import BRIEF, DRAFTS, last_rows, open_folder


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
) -> tuple[Estimate, Summary | None]:
    """Make what a brief asks for, into a folder; what is there is not made again.

    Args:
        brief_file: the brief; none: that of the folder, as it was last run.

    Raises:
        BadInputError: the brief, its audience, its items or its budget is wrong; or the folder is
            another campaign's.
        BusyError: another process works in the folder.
        MissingError, LLMError: a model cannot be had.
    """
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


def reopened(brief: Brief) -> Workshop:
    """A brief's workshop, in another process."""
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
        count = reviews.decide([(row.id, row.key) for row in rows], state, by=by, note=note)
    sheet(out)
    return count


def exported(out: Path, target: Path, layout: Layout) -> int:
    """Write the approved assets in a platform's layout; returns how many rows."""
    name, rows = begun(out).name, last_rows(out)
    with open_reviews(out) as reviews:
        verdicts = reviews.latest()
    return export(out, target, layout, name, rows, verdicts)


def decide(out: Path, decisions: Path, *, by: str) -> dict[str, int]:
    """Record what was decided on the contact sheet; returns state -> how many."""
    wanted = read_decisions(decisions)
    known = {row.id: row for row in last_rows(out)}
    strange = [one for one in wanted if one not in known]
    if strange:
        raise BadInputError(f"{decisions} decides on {strange[0]!r}, which {out} does not have.")
    counts: Counter[str] = Counter()
    with open_reviews(out) as reviews:
        for state in STATES:
            rows = [known[one] for one, said in wanted.items() if said == state]
            counts[state] += reviews.decide([(row.id, row.key) for row in rows], state, by=by)
    sheet(out)
    return {state: count for state, count in counts.items() if count}


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
