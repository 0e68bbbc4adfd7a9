"""`tastemaker campaign run`: a brief is read, a workshop opened, and the work done."""

from functools import partial
from pathlib import Path
from typing import Any, Literal

from ...packages import Progress, silent
from .brief import Brief, read_brief
from .estimating import Estimate, check_budget
from .looking import begun, sheet
from .making import Workshop
from .opening import estimated, jobs_in, model_answers, open_brief, workshop_of
from .ray_engine import AT_ONCE, RayEngine
from .running import Summary, run_jobs
from .store import DRAFTS, open_folder


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
