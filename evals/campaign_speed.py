"""What a campaign gains over the naive loop: one asset at a time, nothing shared, nothing kept."""

import hashlib
import io
import json
import time
from pathlib import Path
from typing import Any

from ..errors import TastemakerError
from ..generation.campaign.jobs import Job
from ..generation.campaign.making import Workshop, order_of, studio_of
from ..generation.campaign.opening import Opened, estimated, jobs_in, workshop_of
from ..generation.campaign.running import run_jobs
from ..generation.campaign.store import DRAFTS, last_rows, open_folder
from ..generation.image.painting import paint_plans
from ..generation.image.planning import plan_picture
from ..generation.text.copywriting import write_copy
from ..generation.text.explaining import explain
from ..packages import Progress
from .memory import peak_memory

FASTER = 3.0
NEAR = 0.20
TENTH = 0.1


def speed_rows(opened: Opened, folder: Path, progress: Progress) -> list[dict[str, Any]]:
    """Seconds of a campaign between two halves of the naive loop over the same assets."""
    workshop = workshop_of(opened, progress)
    workshop.drafts = folder / DRAFTS
    pairs = list(jobs_in(opened))
    jobs = [job for pair in pairs for job in pair]
    foreseen = estimated(opened)
    _alone(workshop, jobs[0])  # the first one pays for what is made ready once
    middle = len(jobs) // 2
    naive: dict[str, str] = {}
    seconds = _naive(workshop, jobs[:middle], naive, progress)
    told: list[tuple[float, int]] = []

    def told_too(what: str, done: int, total: int | None) -> None:
        told.append((time.monotonic(), done))
        progress(what, done, total)

    with open_folder(folder, opened.brief) as kept, peak_memory() as peak:
        began = time.monotonic()
        done = run_jobs(kept, workshop, pairs, len(jobs), progress=told_too)
    seconds += _naive(workshop, jobs[middle:], naive, progress)
    at, count = next(one for one in told if one[1] >= TENTH * len(jobs))
    after_tenth = (at - began) * len(jobs) / count
    same = {
        kind: [naive[row.id] == row.sha256 for row in last_rows(folder) if row.kind == kind]
        for kind in done.made
    }
    ratio = round(seconds / done.seconds, 2)
    off = round(abs(after_tenth / done.seconds - 1), 3)
    rate = round(len(jobs) / done.seconds, 2)
    return [
        _row("campaign", done.seconds, "seconds", note=f"{rate} assets a second"),
        _row("naive loop, the same assets", round(seconds, 1), "seconds"),
        _row("times faster", ratio, "", FASTER, ratio >= FASTER),
        _row("peak memory of the campaign's process", round(peak[0]), "MiB"),
        _row(
            "estimate after the first tenth, off by", off, "share", NEAR, off <= NEAR,
            note=f"foreseen {after_tenth:.0f} s",
        ),
        _row(
            "estimate before the run, off by", round(abs(foreseen.seconds / done.seconds - 1), 3),
            "share", note=f"foreseen {foreseen.seconds:.0f} s, from earlier runs here",
        ),
        _row("tokens, campaign", done.tokens, "tokens", note=f"foreseen {foreseen.tokens:,}"),
        *(
            _row(f"{kind}: same content as the naive loop's", round(sum(one) / len(one), 3),
                 "share", note=f"{len(one)} assets")
            for kind, one in same.items()
        ),
        _row("hold every check", round(done.passed / done.assets, 3), "share",
             note=f"{done.failed} could not be made"),
    ]  # fmt: skip


def _naive(
    workshop: Workshop, jobs: list[Job], contents: dict[str, str], progress: Progress
) -> float:
    began = time.monotonic()
    for number, job in enumerate(jobs, 1):
        try:
            contents[job.id] = hashlib.sha256(_alone(workshop, job)).hexdigest()
        except TastemakerError:
            contents[job.id] = ""
        progress("naive loop", number, len(jobs))
    return time.monotonic() - began


def _alone(workshop: Workshop, job: Job) -> bytes:
    """One asset as a script of a few lines would make it, with the same calls."""
    recommender, user = workshop.recommender, job.recipient.user
    if job.kind == "image":
        studio = studio_of(workshop)
        order = order_of(workshop, job, job.variant).model_copy(update={"format": job.target})
        [done] = paint_plans(studio, [plan_picture(studio, order)])
        file = io.BytesIO()
        done.image.save(file, "PNG", compress_level=6)
        return file.getvalue()
    if job.kind == "explanation":
        found = explain(recommender, job.item_id, user=user, writer=workshop.writer)
        said = {"text": [found.text]}
    else:
        copy = write_copy(
            recommender, job.item_id, job.target, user=user, brand=workshop.brand,
            writer=workshop.writer,
        )  # fmt: skip
        said = {one.field: [] for one in copy.pieces}
        for one in copy.pieces:
            said[one.field].append(one.text)
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _row(
    measured: str, figure: float, unit: str, target: float | None = None, ok: bool | None = None,
    note: str = "",
) -> dict[str, Any]:  # fmt: skip
    return {
        "measured": measured, "figure": figure, "unit": unit, "target": target, "ok": ok,
        "note": note,
    }  # fmt: skip
