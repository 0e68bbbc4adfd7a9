"""`tastemaker bench campaign`: is a campaign quick, is it the same each time, does it scale."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from ..generation.campaign.brief import Brief
from ..generation.campaign.opening import Opened, estimated, jobs_in, open_brief, workshop_of
from ..generation.campaign.store import last_rows
from ..packages import Progress, silent
from .campaign_sheet import sheet_rows
from .campaign_speed import speed_rows
from .campaign_stages import size_rows, stage_rows
from .campaign_trust import trust_rows
from .memory import peak_memory
from .report import Report, environment

PLANNED = 100_000
PLANNED_SECONDS = 60.0
EACH = 10
"""Assets of one recipient and item in the timed campaign."""
MIXES: dict[int, dict[str, Any]] = {
    1: {
        "copy": ["push", "meta", "email", "google_performance_max", "linkedin"],
        "images": ["square", "landscape", "feed", "story"],
    },
    2: {"copy": ["push", "meta", "email"], "images": ["square", "landscape", "story"]},
}
"""Variants of each picture -> channels and formats: `EACH` assets, an explanation among them."""


def run(
    *,
    catalog: str,
    assets: int = 200,
    variants: int = 1,
    kills: int = 20,
    sheet: int = 2000,
    shot: Path | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """Measure campaigns over a catalogue of real people.

    Args:
        assets: of the campaign that is timed.
        variants: pictures for each recipient and item: 1 for more channels and formats, 2.
        kills: of the campaign that is killed; 0: none is, nor made on Ray, nor changed.
        sheet: assets on the contact sheet that is opened.
        shot: where a picture of the sheet goes; none: nowhere.
    """
    work = Path(tempfile.mkdtemp(prefix="tastemaker-campaign-"))
    try:
        timed = open_brief(_timed(catalog, assets, variants, seed), progress)
        rows = speed_rows(timed, work / "timed", progress)
        made = [row for row in last_rows(work / "timed") if not row.error]
        rows += stage_rows(workshop_of(timed), list(jobs_in(timed)))
        rows += size_rows(work / "timed", made)
        rows += sheet_rows(work / "timed", made, assets=sheet, shot=shot)
        rows.append(_planned(timed, catalog, seed, progress))
        trust: list[dict[str, Any]] = []
        if kills:
            small = open_brief(_small(catalog, seed), progress)
            trust = trust_rows(small, work, kills=kills, seed=seed, progress=progress)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Report(
        name="campaign",
        protocol=(
            f"{catalog}: {assets} assets ({len(MIXES[variants]['copy'])} channels of copy and an"
            f" explanation by the language model, {len(MIXES[variants]['images'])} formats of"
            f" {variants} painted variant(s)) for users with long histories and what is"
            " recommended to them. Naive loop: the same calls, one asset after another, nothing"
            " shared; half of it before the campaign, half after, in one process. Estimate: seconds"
            f" so far over the share done, at the first tenth. Sheet: {sheet:,} assets in Chromium,"
            " from the address to the first card. Planned: every recipient's items found, nothing"
            f" made. Killed: SIGKILL to the command {kills} times, by turns while models are opened"
            " and within a second of an asset that it made; contents by SHA-256 against an"
            " undisturbed run, texts worded by code."
        ),
        environment=environment(),
        rows=rows + trust,
    )


def _timed(catalog: str, assets: int, variants: int, seed: int) -> Brief:
    people = max(1, assets // (2 * EACH))
    return Brief.model_validate(
        {
            "name": "timed", "catalog": catalog, "seed": seed,
            "audience": {"people": {"fewest_liked": 20, "most": people}},
            "items": {"recommended": 2},
            "assets": {
                **MIXES[variants], "explanations": True, "variants": variants, "candidates": 2,
            },
        }
    )  # fmt: skip


def _small(catalog: str, seed: int) -> Brief:
    return Brief.model_validate(
        {
            "name": "small", "catalog": catalog, "seed": seed, "language_model": False,
            "audience": {"people": {"fewest_liked": 20, "most": 12}},
            "items": {"recommended": 2},
            "assets": {"copy": ["push", "email"], "images": ["thumbnail", "square"]},
        }
    )  # fmt: skip


def _planned(opened: Opened, catalog: str, seed: int, progress: Progress) -> dict[str, Any]:
    """A dry run over everybody, with as many items each as it takes."""
    users = opened.recommender.catalog.manifest.users
    each = opened.brief.assets
    wanted = -(-PLANNED // (users * EACH))
    brief = opened.brief.model_copy(
        update={
            "audience": opened.brief.audience.model_validate({"people": {"fewest_liked": 1}}),
            "items": opened.brief.items.model_validate({"recommended": min(100, wanted + 2)}),
            "assets": each,
        }
    )
    dry = Opened(brief, opened.brand, opened.recommender, opened.settings)
    with peak_memory() as peak:
        began = time.monotonic()
        foreseen = estimated(dry, progress)
        seconds = time.monotonic() - began
    ok = foreseen.assets >= PLANNED and seconds <= PLANNED_SECONDS
    return {
        "measured": f"dry run of {foreseen.assets:,} assets", "figure": round(seconds, 1),
        "unit": "seconds", "target": PLANNED_SECONDS, "ok": ok,
        "note": f"the process has {peak[0]:.0f} MiB at most; foreseen"
        f" {foreseen.seconds / 3600:.1f} h, {foreseen.tokens:,} tokens,"
        f" {foreseen.bytes / 1e9:.1f} GB",
    }  # fmt: skip
