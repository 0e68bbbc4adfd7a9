"""From a plan to a finished image: painted, ranked, enlarged, composed, checked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict

from ...packages import Progress, silent
from .checks.memorisation import memorisation
from .composing import compose
from .enlarging import enlarged
from .generator import paint
from .palette import palette_of
from .planning import Plan, Sketch
from .product import open_product
from .ranking import best_candidate, picture_vectors
from .records import Check, Composition
from .studio import Studio


class Report(BaseModel):
    """What is to be known of a finished image."""

    model_config = ConfigDict(extra="forbid")

    plan: Plan
    """What was decided."""
    generator: str
    """What painted it."""
    generator_sha256: str
    """Hash of its weights."""
    steps: int
    """Of its sampler."""
    sketch: Sketch
    """The candidate that was taken."""
    scores: list[float]
    """How well each candidate shows the subject and suits the taste; the best was taken."""
    composition: Composition
    """Where everything stands."""
    checks: list[Check]
    """What was measured in the finished pixels."""
    passed: bool
    """Whether every check holds."""


@dataclass(frozen=True)
class Sketched:
    """The best picture of a plan, ready to be composed in any format."""

    sketch: Sketch
    """How it was asked for."""
    scores: list[float]
    """Of every candidate."""
    picture: Image.Image
    """What the generator painted, small."""
    layer: Image.Image
    """The same, traced and large."""
    colours: list[str]
    """The palette to compose it in, `#rrggbb`."""
    memory: Check | None
    """Whether it was remembered, not painted; none where that cannot be told."""


@dataclass(frozen=True)
class Painted:
    """A finished image."""

    image: Image.Image
    """RGB, as large as its format."""
    picture: Image.Image
    """What the generator painted, small."""
    layer: Image.Image
    """The same, as large as it was composed."""
    colours: list[str]
    """The palette that it was composed in, `#rrggbb`."""
    report: Report
    """What is to be known of it."""


def paint_plans(
    studio: Studio, plans: Sequence[Plan], progress: Progress = silent
) -> list[Painted]:
    """A finished image for each plan, in order.

    Raises:
        BadInputError: a text does not fit its place, or an item's picture cannot be used.
        MissingError: a model of the checks cannot be fetched.
    """
    jobs = [job for plan in plans for job in plan.jobs]
    pictures = iter(paint(studio.generator, jobs, progress))
    finished = []
    for number, plan in enumerate(plans, 1):
        candidates = [next(pictures) for _ in plan.sketches]
        finished.append(finish(studio, plan, candidates))
        progress("composing and checking", number, len(plans))
    return finished


def finish(studio: Studio, plan: Plan, candidates: Sequence[Image.Image]) -> Painted:
    """The best of a plan's candidates, composed and checked."""
    return composed(studio, plan, sketched(studio, plan, candidates))


def sketched(studio: Studio, plan: Plan, candidates: Sequence[Image.Image]) -> Sketched:
    """The best of a plan's candidates."""
    best, scores = ranked(studio, plan, candidates)
    sketch, picture = plan.sketches[best], candidates[best]
    layer, colours_meant = _layer(studio, sketch.look.style, picture)
    learnt = studio.learnt
    memory = memorisation(picture, learnt.vectors, learnt.bar) if learnt is not None else None
    return Sketched(sketch, scores, picture, layer, colours_meant, memory)


def composed(studio: Studio, plan: Plan, best: Sketched) -> Painted:
    """A picture in the plan's format, checked; plans that differ in their format alone share it."""
    image, composition = composed_with(studio, plan, best.layer, best.colours)
    checks = [one(image, composition) for one in studio.checks]
    checks += [best.memory] if best.memory is not None else []
    report = Report(
        plan=plan,
        generator=studio.generator.name,
        generator_sha256=studio.generator.digest,
        steps=studio.generator.steps,
        sketch=best.sketch,
        scores=best.scores,
        composition=composition,
        checks=checks,
        passed=all(one.ok for one in checks),
    )
    return Painted(image, best.picture, best.layer, best.colours, report)


def composed_with(
    studio: Studio, plan: Plan, layer: Image.Image, palette: Sequence[str]
) -> tuple[Image.Image, Composition]:
    """A painted layer in its layout, with text, product and logo."""
    return compose(
        layer,
        plan.texts,
        format=plan.order.format,
        layout=plan.order.layout,
        product=open_product(plan.product, plan.title) if plan.product else None,
        palette=palette,
        brand=studio.brand,
    )


def _layer(studio: Studio, style: str, picture: Image.Image) -> tuple[Image.Image, list[str]]:
    vocabulary = studio.generator.vocabulary
    note = vocabulary.styles.get(style) if vocabulary else None
    layer = enlarged(picture, outlines=note is not None and note.outlines)
    return layer, list(studio.brand.palette) or palette_of(picture)


def ranked(
    studio: Studio, plan: Plan, candidates: Sequence[Image.Image]
) -> tuple[int, list[float]]:
    """Which of a plan's candidates is the best, and the score of each."""
    if len(candidates) == 1:
        return 0, []
    if studio.prototypes is not None:
        pictures = studio.liked_pictures(plan.order.user, plan.order.liked)
        taste = pictures.direction if pictures and pictures.files else None
        return best_candidate(
            studio.eyes, candidates, subject=plan.subject, style=plan.sketches[0].look.style,
            prototypes=studio.prototypes, taste=taste,
        )  # fmt: skip
    if studio.bridge is not None:
        said = studio.bridge.text(studio.recommender.encoder.encode([plan.sketches[0].prompt]))
        seen: NDArray[np.float32] = studio.bridge.image(picture_vectors(studio.eyes, candidates))
        near = (seen @ said.T)[:, 0]
        return int(near.argmax()), [round(float(one), 4) for one in near]
    return 0, []
