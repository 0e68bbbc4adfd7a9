"""Where a campaign's time and bytes go: what docs/campaigns.md reckons with at scale."""

import io
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..generation.campaign.jobs import Job
from ..generation.campaign.making import Planned, Workshop, make, order_of, planned, studio_of
from ..generation.campaign.store import Row
from ..generation.image.generator import paint
from ..generation.image.painting import composed, sketched
from ..generation.image.planning import plan_picture

PICTURES = 10
TEXTS = 32


def stage_rows(workshop: Workshop, pairs: list[list[Job]]) -> list[dict[str, Any]]:
    """Seconds of each stage, one after another, and of texts together; bytes of what was made."""
    studio = studio_of(workshop)
    seconds: dict[str, list[float]] = defaultdict(list)
    for jobs in pairs[:PICTURES]:
        order = order_of(workshop, jobs[0], variant=99)  # noise that nothing was painted with
        marks = [time.perf_counter()]
        plan = plan_picture(studio, order)
        marks.append(time.perf_counter())
        pictures = paint(studio.generator, plan.jobs)
        marks.append(time.perf_counter())
        best = sketched(studio, plan, pictures)
        marks.append(time.perf_counter())
        done = composed(studio, plan, best)
        marks.append(time.perf_counter())
        done.image.save(io.BytesIO(), "PNG", compress_level=6)
        marks.append(time.perf_counter())
        for name, spent in zip(_STAGES, np.diff(marks), strict=True):
            seconds[name].append(float(spent))
    rows = [_row(name, spent) for name, spent in seconds.items()]
    texts = [job for jobs in pairs for job in jobs if job.kind != "image"]
    anew = _other(workshop)
    planned_texts = [one for job in texts[:TEXTS] for one in planned(anew, [job])]
    work = [one for one in planned_texts if isinstance(one, Planned)]
    began = time.perf_counter()
    list(make(anew, work))
    rows.append(_row(f"a text, {len(work)} together", [(time.perf_counter() - began) / len(work)]))
    return rows


def size_rows(folder: Path, rows: list[Row]) -> list[dict[str, Any]]:
    """Bytes of an asset and of its report."""
    found = []
    for kind in dict.fromkeys(row.kind for row in rows):
        sizes = [
            [(folder / row.file).stat().st_size,
             (folder / "reports" / row.key[:2] / f"{row.key}.json").stat().st_size]
            for row in rows if row.kind == kind
        ]  # fmt: skip
        content, report = np.mean(sizes, axis=0)
        found.append(
            {"bytes of": kind, "content": round(content), "report": round(report), "n": len(sizes)}
        )
    return found


_STAGES = (
    "plan", "paint", "rank, trace, compare", "compose and check", "encode",
)  # fmt: skip


def _other(workshop: Workshop) -> Workshop:
    """The workshop without a memory: what was drafted before is drafted anew."""
    return replace(workshop, drafts=None)


def _row(stage: str, seconds: list[float]) -> dict[str, Any]:
    return {
        "stage of one asset": stage, "seconds": round(float(np.mean(seconds)), 3),
        "least": round(min(seconds), 3), "most": round(max(seconds), 3), "n": len(seconds),
    }  # fmt: skip
