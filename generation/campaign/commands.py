"""`tastemaker campaign …`: a brief is read, a workshop opened, and the work done or looked at."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ...catalog.store import resolve_catalog
from ...errors import BadInputError
from ...packages import Progress, silent
from ...recommender.recommender import Recommender
from ...recommender.text_encoder import TextEncoder
from ...serving.models import resolve_model
from ...serving.probe import check_endpoint
from ...serving.server import server_status
from ...settings import Settings, load_settings
from ..image.formats import format_named
from ..image.studio import open_studio
from ..recommending import open_for
from ..text.brand import Brand, read_brand
from ..text.channels import channel_named
from ..text.writer import open_writer
from .audience import recipients
from .brief import Brief, read_brief
from .estimating import Estimate, check_budget, estimate
from .exporting import Layout, export
from .items import items_for
from .jobs import Job, jobs_of
from .making import Workshop
from .ray_engine import AT_ONCE, RayEngine
from .review import STATES, State, chosen, open_reviews, read_decisions, state_of
from .running import Summary, run_jobs
from .sheet import write_sheet
from .store import BRIEF, DRAFTS, last_rows, open_folder

PROBE_SECONDS = 2.0


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
    reviewed: dict[str, int]
    """State -> assets."""
    reasons: dict[str, int]
    """Why assets could not be made -> how many."""


@dataclass(frozen=True)
class _Opened:
    """What can be said before a model is loaded."""

    brief: Brief
    brand: Brand
    recommender: Recommender
    settings: Settings


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
    opened = _opened(brief, progress)
    foreseen = _estimate(opened, progress)
    check_budget(brief, foreseen)
    if dry:
        return foreseen, None
    with open_folder(out, brief) as folder:
        workshop = _workshop(opened, progress)
        workshop.drafts = out / DRAFTS
        more: dict[str, Any] = {}
        if engine == "ray":
            more = {"make_batch": RayEngine(partial(_reopened, brief), actors), "batch": AT_ONCE}
        done = run_jobs(
            folder,
            workshop,
            _jobs(opened),
            foreseen.assets,
            alive=lambda: _alive(opened.settings),
            progress=progress,
            **more,
        )
        sheet(out)
    return foreseen, done


def status(out: Path) -> Status:
    """Where a campaign stands; a run may be going on."""
    rows = last_rows(out)
    with open_reviews(out) as reviews:
        states = Counter(state_of(row, reviews.latest()) for row in rows if not row.error)
    return Status(
        name=begun(out).name,
        made=dict(Counter(row.kind for row in rows if not row.error)),
        passed=sum(row.passed for row in rows),
        failed=sum(bool(row.error) for row in rows),
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
    with open_reviews(out) as reviews:
        verdicts = reviews.latest()
    return export(out, target, layout, begun(out).name, last_rows(out), verdicts)


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


def _opened(brief: Brief, progress: Progress) -> _Opened:
    """Everything that is checked before anything slow begins."""
    settings = load_settings()
    brand = read_brand(brief.brand) if brief.brand else Brand()
    for channel in brief.assets.copy_channels:
        channel_named(channel, brand.channels)
    for format in brief.assets.images:
        format_named(format)
    catalog = resolve_catalog(brief.catalog, progress)
    if brief.items.recommended is not None and catalog.manifest.users:
        recommender = open_for(brief.catalog, progress)
    else:
        encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
        recommender = Recommender.open(catalog, encoder, progress)
    return _Opened(brief, brand, recommender, settings)


def _workshop(opened: _Opened, progress: Progress) -> Workshop:
    studio = open_studio(opened.settings, opened.recommender, brand=opened.brand, progress=progress)
    writes = opened.brief.language_model and (
        opened.brief.assets.copy_channels or opened.brief.assets.explanations
    )
    writer = open_writer(opened.settings, progress) if writes else None
    if writer is not None:
        writer = replace(writer, seed=opened.brief.seed, needed=True)
    name = opened.settings.llm.model or str(opened.settings.llm.base_url)
    return Workshop(opened.brief, opened.brand, studio, writer, name if writer else "")


def _reopened(brief: Brief) -> Workshop:
    """A workshop in another process."""
    return _workshop(_opened(brief, silent), silent)


def _jobs(opened: _Opened) -> Iterator[list[Job]]:
    brief = opened.brief
    people = recipients(opened.recommender, brief.audience, brief.seed)
    return jobs_of(brief, people, items_for(opened.recommender, brief.items))


def _estimate(opened: _Opened, progress: Progress) -> Estimate:
    """How much it is: every recipient's items are found, nothing is kept of them but their number.

    Raises:
        BadInputError: nothing would be made.
    """
    brief = opened.brief
    wanted = items_for(opened.recommender, brief.items)
    people = pairs = 0
    for recipient in recipients(opened.recommender, brief.audience, brief.seed):
        people += 1
        pairs += len(wanted(recipient))
        progress("recipients planned", people, None)
    if not pairs:
        raise BadInputError("Nothing would be made: no recipient has an item.")
    return estimate(brief, pairs, people)


def _alive(settings: Settings) -> bool:
    """Whether the language model answers."""
    if settings.llm.base_url is not None:
        key = settings.llm.api_key.get_secret_value()
        return check_endpoint(settings.llm.base_url, key, PROBE_SECONDS)
    port = server_status().port
    return port is not None and check_endpoint(f"http://127.0.0.1:{port}/v1", "none", PROBE_SECONDS)


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
