"""`tastemaker bench paint`: whether pictures show what they should, suit, hold, and their cost."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from ..catalog.store import resolve_catalog
from ..errors import BadInputError, TastemakerError
from ..generation.image.painting import composed_with
from ..generation.image.planning import Order, plan_picture
from ..generation.image.studio import Studio, open_studio
from ..packages import Progress, silent
from ..recommender.recommender import Recommender
from ..recommender.text_encoder import TextEncoder
from ..serving.models import resolve_model
from ..settings import Settings
from ..teaching.painting.drawings import subject_drawings
from .paint_assets import check_rows, finished, orders, same_row, speed_rows
from .paint_quality import AMONG, quality_rows
from .paint_samples import posters_page, subjects_page
from .paint_swap import FEWEST, swap_rows
from .report import Report, environment


def run(
    settings: Settings,
    *,
    catalogs: Sequence[str],
    pictures: int = 200,
    people: int = 20,
    items: int = 5,
    assets: int = 28,
    same: int = 8,
    rounds: int = 5,
    samples: Path | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """Measure the configured image generator.

    Args:
        catalogs: whose items and people images are made for.
        pictures: pictures whose subject is looked for; half as many of held-out pairs on top.
        people: persons of a catalogue in the swap test, `items` pictures each.
        assets: finished images of each catalogue.
        same: of them, made twice.
        rounds: of the timing.
        samples: folder that sheets of samples are written into; none: they are not.

    Raises:
        BadInputError: the generator says nothing of what it was taught.
        MissingError: a model or the drawings cannot be fetched.
    """
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    recommenders = [
        Recommender.open(resolve_catalog(name, progress), encoder, progress) for name in catalogs
    ]
    first = open_studio(settings, recommenders[0], progress=progress)
    studios = [replace(first, recommender=one) for one in recommenders]
    generator, prototypes, learnt = first.generator, first.prototypes, first.learnt
    if prototypes is None or learnt is None or generator.vocabulary is None:
        raise BadInputError(
            f"The image generator {generator.name} does not say what it learnt, so it cannot be"
            " measured here; set painter = tastemaker-painter."
        )
    drawings = subject_drawings(progress)
    rows = quality_rows(
        generator, first.eyes, prototypes, learnt, drawings, pictures=pictures, seed=seed,
        progress=progress,
    )  # fmt: skip
    for studio in studios:
        if studio.catalog.manifest.images:
            rows += swap_rows(studio, people=people, items=items, seed=seed, progress=progress)
    shown = []
    for studio in studios:
        made, failed = finished(studio, orders(studio, assets, seed), progress)
        rows += check_rows(studio.catalog.manifest.name, made, failed)
        shown += made[: len(made) // 2]
    rows.append(same_row(first, _fitting(first, same, seed), progress))
    rows += speed_rows(generator, rounds=rounds, seed=seed)
    if samples:
        samples.mkdir(parents=True, exist_ok=True)
        subjects_page(
            generator, generator.vocabulary, samples / "subjects.webp", rows=12, seed=seed,
            progress=progress,
        )  # fmt: skip
        posters_page(shown, samples / "posters.webp")
    return Report(
        name="paint",
        protocol=(
            f"{generator.name} (sha256 {generator.digest[:12]}), {generator.steps} steps."
            " Subject and style: one picture an order, none picked out; found by the nearest"
            f" prototype of the CLIP image tower among {AMONG} random subjects (all styles),"
            " prototypes from drawings that were learnt; held-out drawings beside it. KID and"
            " nearest cosines in the space of DINOv2, against held-out drawings in random looks;"
            " the bar is what 99 in 100 held-out drawings stay under. Swap: persons with at least"
            f" {FEWEST} liked pictures (real raters, else all items of one attribute value); one"
            " half steers style, ground and the choice among 4 candidates (by CLIP), the other"
            " half judges by mean DINOv2 cosine, less each person's mean over all pictures; a"
            " random other person's; intervals over persons. Checks: random items for random"
            " users, every format in turn, the text set by code. Brackets: 95 % bootstrap"
            " intervals."
        ),
        environment=environment(),
        rows=rows,
    )


def _fitting(studio: Studio, most: int, seed: int) -> list[Order]:
    """Orders whose text fits, so that all of them can be made."""
    found: list[Order] = []
    for order in orders(studio, most * 3, seed + 1):
        try:
            plan = plan_picture(studio, order)
            composed_with(studio, plan, Image.new("RGB", (256, 256)), ["#336699"])
        except TastemakerError:
            continue
        found.append(order)
        if len(found) == most:
            break
    return found
