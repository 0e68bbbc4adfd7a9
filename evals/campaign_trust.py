"""Whether a campaign can be relied on: killed and run again, on another engine, after a change."""

import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import MissingError
from ..generation.campaign.brief import Brief
from ..generation.campaign.commands import reopened
from ..generation.campaign.opening import Opened, jobs_in, workshop_of
from ..generation.campaign.ray_engine import RayEngine
from ..generation.campaign.running import run_jobs
from ..generation.campaign.store import BRIEF, MANIFEST, last_rows, open_folder, read_rows
from ..packages import Progress

OPENING = (1.0, 10.0)
"""Seconds after its start when every other run is killed, most likely while models are opened."""
AT_WORK = (0.0, 1.0)
"""Seconds after an asset of its own was recorded when the others are."""


def trust_rows(
    opened: Opened, folder: Path, *, kills: int, seed: int, progress: Progress
) -> list[dict[str, Any]]:
    """Runs of one brief that must give the same contents, and what a change remakes.

    `opened`: a brief that code words, so that all of it is the same each time.
    """
    brief = opened.brief
    whole = _contents(opened, brief, folder / "whole")
    rows = [_killed(brief, folder / "killed", whole, kills, seed, progress)]
    rows.append(_on_ray(opened, folder / "ray", whole))
    wanted = brief.assets
    changes: dict[str, Brief] = {
        "nothing": brief,
        "words on the button": brief.model_copy(
            update={"assets": wanted.model_copy(update={"call": "Look inside"})}
        ),
        "a channel more": brief.model_copy(
            update={
                "assets": wanted.model_copy(
                    update={"copy_channels": [*wanted.copy_channels, "sms"]}
                )
            }
        ),
    }
    pairs = len(list(jobs_in(opened)))
    expected = {
        "nothing": 0,
        "words on the button": pairs * len(wanted.images) * wanted.variants,
        "a channel more": pairs,
    }
    for what, changed in changes.items():
        _contents(opened, brief, folder / "whole")
        before = len(list((folder / "whole" / "assets").rglob("*.*")))
        _contents(opened, changed, folder / "whole")
        made = len(list((folder / "whole" / "assets").rglob("*.*"))) - before
        rows.append(
            {
                "run again after a change of": what, "made": made, "of": len(whole),
                "target": expected[what], "ok": made == expected[what],
            }
        )  # fmt: skip
    return rows


def _contents(opened: Opened, brief: Brief, folder: Path, **more: Any) -> dict[str, str]:
    workshop = workshop_of(opened)
    workshop.brief = brief
    changed = Opened(brief, opened.brand, opened.recommender, opened.settings)
    with open_folder(folder, brief) as kept:
        run_jobs(kept, workshop, jobs_in(changed), 0, **more)
    return {row.id: row.sha256 for row in last_rows(folder)}


def _killed(
    brief: Brief,
    folder: Path,
    whole: dict[str, str],
    kills: int,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    folder.mkdir()
    (folder / BRIEF).write_text(brief.model_dump_json(by_alias=True), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "tastemaker", "campaign", "run", "--resume"]
    draw = random.Random(seed)
    at_work = rows = 0
    for number in range(kills):
        child = subprocess.Popen(
            [*command, "--out", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if number % 2:
            while child.poll() is None and _lines(folder) == rows:
                time.sleep(0.01)
        time.sleep(draw.uniform(*(AT_WORK if number % 2 else OPENING)))
        child.send_signal(signal.SIGKILL)
        if child.wait() == -signal.SIGKILL:
            at_work += _lines(folder) > rows
        rows = _lines(folder)
        progress("killing", number + 1, kills)
    subprocess.run([*command, "--out", str(folder)], stdout=subprocess.DEVNULL, check=False)
    found = {row.id: row.sha256 for row in last_rows(folder)}
    lines = read_rows(folder)
    files = [one for one in (folder / "assets").rglob("*") if one.is_file()]
    same = sum(found.get(job) == content for job, content in whole.items())
    whole_files = len(files) == len({row.file for row in lines})
    once = len(lines) == len({row.id for row in lines}) and whole_files
    return {
        "killed and run again": f"{kills} times, {at_work} of them with assets made since the last",
        "same content": same, "of": len(whole), "each made once": once,
        "ok": same == len(whole) and once,
    }  # fmt: skip


def _lines(folder: Path) -> int:
    """Whole lines of a manifest that another process writes."""
    file = folder / MANIFEST
    return file.read_bytes().count(b"\n") if file.is_file() else 0


def _on_ray(opened: Opened, folder: Path, whole: dict[str, str]) -> dict[str, Any]:
    what = "engine ray against local"
    try:
        engine = RayEngine(partial(reopened, opened.brief), 1)
    except MissingError as error:
        return {"engine": what, "same content": None, "of": len(whole), "ok": None,
                "note": str(error)}  # fmt: skip
    found = _contents(opened, opened.brief, folder, make_batch=engine, batch=len(whole))
    same = sum(found.get(job) == content for job, content in whole.items())
    return {"engine": what, "same content": same, "of": len(whole), "ok": same == len(whole),
            "note": ""}  # fmt: skip
