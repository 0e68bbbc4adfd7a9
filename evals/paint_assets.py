"""Finished images: do they hold every check, are products untouched, is the same job the same
bytes, and how dear they are.
"""

import hashlib
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from ..errors import TastemakerError
from ..generation.image.checks.near_duplicates import near_pairs, perceptual_hash
from ..generation.image.formats import shipped_formats
from ..generation.image.generator import Generator, PaintJob, paint
from ..generation.image.painting import Painted, paint_plans
from ..generation.image.planning import Order, plan_picture
from ..generation.image.studio import Studio
from ..packages import Progress
from .memory import peak_memory
from .ranking import bootstrap_interval

FEWEST_LIKED = 10
STEPS = 8


def orders(studio: Studio, most: int, seed: int) -> list[Order]:
    """Random items for random users, in every format in turn."""
    draw = random.Random(seed)
    catalog = studio.catalog
    formats = list(shipped_formats())
    users: list[str | None] = [None]
    if catalog.manifest.users:
        counts = catalog.interactions().group_by("user_id").len().collect()
        users = sorted(counts.filter(counts["len"] >= FEWEST_LIKED)["user_id"].to_list())
    return [
        Order(
            item_id=draw.choice(catalog.item_ids), user=draw.choice(users),
            format=formats[number % len(formats)], call="See more", seed=seed,
        )
        for number in range(most)
    ]  # fmt: skip


def finished(
    studio: Studio, wanted: list[Order], progress: Progress
) -> tuple[list[Painted], list[str]]:
    """What could be made, and why the rest could not: one failure stops no other."""
    made, failed = [], []
    for number, order in enumerate(wanted, 1):
        try:
            made += paint_plans(studio, [plan_picture(studio, order)])
        except TastemakerError as error:
            failed.append(f"{order.item_id}: {error}")
        progress(f"assets of {studio.catalog.manifest.name}", number, len(wanted))
    return made, failed


def check_rows(name: str, made: list[Painted], failed: list[str]) -> list[dict[str, Any]]:
    """Share of assets that hold each check, and what the checks measured."""
    by_check: dict[str, list[Any]] = {}
    for one in made:
        for check in one.report.checks:
            by_check.setdefault(check.name, []).append(check)
    rows = []
    for check, found in by_check.items():
        figures = [one.figure for one in found if one.figure is not None]
        share = float(np.mean([one.ok for one in found]))
        composed = check in ("legibility", "placement", "product")
        rows.append(
            {
                "check": check,
                "catalogue": name,
                "n": len(found),
                "hold": round(share, 3),
                "measured in": len(figures),
                "mean": round(float(np.mean(figures)), 4) if figures else None,
                "worst": _worst(found),
                "target": 1.0 if composed else None,
                "ok": share == 1.0 if composed else None,
            }
        )
    hashes = {str(n): perceptual_hash(one.picture) for n, one in enumerate(made)}
    pairs = near_pairs(hashes)
    rows.append(
        {
            "check": "near duplicates (pairs)", "catalogue": name, "n": len(made),
            "hold": None, "measured in": len(made) * (len(made) - 1) // 2,
            "mean": len(pairs), "worst": None, "target": None, "ok": None,
        }
    )  # fmt: skip
    passed = sum(one.report.passed for one in made)
    reasons = Counter(reason.split(": ", 1)[1][:60] for reason in failed)
    rows.append(
        {
            "check": "every check", "catalogue": name, "n": len(made) + len(failed),
            "hold": round(passed / max(len(made) + len(failed), 1), 3), "measured in": len(made),
            "mean": None, "worst": "; ".join(reasons) or None, "target": None, "ok": None,
        }
    )  # fmt: skip
    return rows


def same_row(studio: Studio, wanted: list[Order], progress: Progress) -> dict[str, Any]:
    """Whether the same jobs give the same bytes, alone or together."""
    plans = [plan_picture(studio, order) for order in wanted]
    together = [_bytes(one.image) for one in paint_plans(studio, plans, progress)]
    alone = [_bytes(paint_plans(studio, [plan])[0].image) for plan in reversed(plans)][::-1]
    same = sum(a == b for a, b in zip(together, alone, strict=True))
    return {
        "measured": "same bytes alone and in a batch", "n": len(plans),
        "figure": round(same / len(plans), 3), "target": 1.0, "ok": same == len(plans),
    }  # fmt: skip


def speed_rows(generator: Generator, *, rounds: int, seed: int) -> list[dict[str, Any]]:
    """Pictures a second, and the naive use of the pipeline beside it, in turns."""
    jobs = [PaintJob(prompt=f"{one}, cartoon, on cream", seed=seed + n) for n, one in _NAMES]
    ways: dict[str, tuple[int, Callable[[], object]]] = {
        "one at a time": (1, lambda: paint(generator, jobs[:1])),
        "8 together": (8, lambda: paint(generator, jobs)),
        "naive: the pipeline's own call, 1": (1, lambda: _naive(generator, jobs[:1])),
        "naive: the pipeline's own call, 8": (8, lambda: _naive(generator, jobs)),
    }
    paint(generator, jobs[:1])  # the first one pays for what is made ready once
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    with peak_memory() as peak:
        for _ in range(rounds):
            for name, (_, work) in ways.items():
                began = time.perf_counter()
                work()
                seconds[name].append(time.perf_counter() - began)
    rows = []
    for name, (count, _) in ways.items():
        rates = count / np.array(seconds[name])
        low, high = bootstrap_interval(rates, seed=seed)
        rows.append(
            {
                "measured": f"pictures a second, {name}", "device": generator.device,
                "steps": generator.steps, "rounds": rounds, "figure": round(float(rates.mean()), 3),
                "interval": f"{low:.3f} to {high:.3f}", "peak MiB": round(peak[0]),
            }
        )  # fmt: skip
    return rows


_NAMES = tuple(enumerate("fox house guitar pizza rocket tree crown whale".split()))


def _naive(generator: Generator, jobs: list[PaintJob]) -> object:
    import torch

    noise = [torch.Generator("cpu").manual_seed(job.seed) for job in jobs]
    return generator.pipeline([job.prompt for job in jobs], generator=noise, **generator.call)


def _bytes(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


def _worst(found: list[Any]) -> str | None:
    bad = next((one for one in found if not one.ok), None)
    return f"{bad.figure:g} ({bad.note})"[:60] if bad and bad.figure is not None else None
