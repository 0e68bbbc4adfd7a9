"""One asset is made: the same job gives the same content, whoever asks and in whatever order.

What depends on what: copy and explanations on the facts, the channel, the brand's words, the
prompts and the model that writes; images on their plan, the generator's weights, the layout, the
brand's looks and the item's own picture. A change of one leaves the others' keys as they were.
"""

import io
import json
import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...errors import TastemakerError
from ...files import safe_name, sha256_file
from ...prompts import prompt_hash
from ...recommender.recommender import Recommender
from ..image.checks.near_duplicates import perceptual_hash
from ..image.generator import paint
from ..image.painting import Painted, Sketched, composed, sketched
from ..image.planning import Order, Plan, plan_picture
from ..image.studio import Studio
from ..text.brand import Brand
from ..text.channels import channel_named
from ..text.copywriting import write_copy
from ..text.draft_memory import DraftMemory
from ..text.explaining import explain
from ..text.questions import evidence
from ..text.wording import title_forms
from ..text.writer import Writer
from .brief import Brief
from .jobs import Job, key_of

TEXTS_AT_ONCE = 12
"""Texts in flight; vLLM computes them together."""
RECIPE = 1
"""Raised when the same inputs come to give another content."""
_LOOKS = ("palette", "logo", "font", "lora")
"""Fields of a brand that images depend on; texts depend on the others."""
_WRITING = ("copy", "asset", "answer")
FACTS = 12
"""That a text may rest on."""


@dataclass
class Workshop:
    """What assets are made with."""

    brief: Brief
    """What is wanted."""
    brand: Brand
    """How it speaks and looks."""
    recommender: Recommender
    """Items and people."""
    studio: Studio | None = None
    """Generator and eyes; none for a campaign without images."""
    writer: Writer | None = None
    """The model that writes; none: code words the facts."""
    writer_name: str = ""
    """Which model that is."""
    drafts: Path | None = None
    """Where its drafts outlive the process; none: they do not."""

    @cached_property
    def titles(self) -> Collection[str]:
        """Every title of the catalogue, as claims are checked against them."""
        return title_forms(self.recommender.catalog.titles)


class Made(BaseModel):
    """An asset's content, before it has a place."""

    model_config = ConfigDict(extra="forbid")

    key: str
    """Hash of what it depends on."""
    ending: str
    """Of its file: `.png`, `.json`."""
    content: bytes
    """The file."""
    passed: bool
    """Whether every check holds."""
    report: dict[str, Any]
    """What was measured, and what it rests on."""
    tokens: int = 0
    """Of the language model."""
    looks: str = ""
    """Perceptual hash of an image's painted picture."""


class Planned(BaseModel):
    """A job, and what its asset depends on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Job
    """What is wanted."""
    key: str
    """Hash of what it depends on."""
    plan: Plan | None = None
    """Of an image."""


def planned(workshop: Workshop, jobs: Sequence[Job]) -> list[Planned | TastemakerError]:
    """What the assets of one recipient and one item depend on. Cheap: nothing is made.

    Formats of one picture share its plan, texts share their facts.
    """

    @cache
    def plan(variant: int) -> Plan:
        return plan_picture(studio_of(workshop), order_of(workshop, jobs[0], variant))

    @cache
    def facts() -> list[str]:
        user = jobs[0].recipient.user
        found = evidence(workshop.recommender, jobs[0].item_id, user=user, limit=FACTS)
        return [fact.text for fact in found]

    results: list[Planned | TastemakerError] = []
    for job in jobs:
        try:
            if job.kind == "image":
                order = plan(job.variant).order.model_copy(update={"format": job.target})
                own = plan(job.variant).model_copy(update={"order": order})
                results.append(Planned(job=job, key=key_of(_image_parts(workshop, own)), plan=own))
            else:
                results.append(Planned(job=job, key=key_of(_text_parts(workshop, job, facts()))))
        except TastemakerError as error:
            results.append(error)
    return results


def make(workshop: Workshop, work: Sequence[Planned]) -> Iterator[Made | TastemakerError]:
    """The assets of some jobs, in order; one that cannot be made is its error, and stops no other.

    Texts are asked for together, each prompt once; a picture that several formats share is painted,
    ranked and traced once.
    """
    writer = workshop.writer
    if writer is not None:
        # vLLM on a CPU dies of a request with a seed of its own: another seed is another folder.
        name = safe_name(f"{workshop.writer_name} {workshop.brief.seed}")
        folder = workshop.drafts and workshop.drafts / name
        writer = replace(writer, memory=DraftMemory(folder))
    images = _images(workshop, [one.plan for one in work if one.plan is not None])
    with ThreadPoolExecutor(TEXTS_AT_ONCE) as pool:
        texts = {
            one.key: pool.submit(_text, workshop, writer, one) for one in work if one.plan is None
        }
        for one in work:
            try:
                if one.plan is None:
                    yield texts[one.key].result()
                    continue
                painted = next(images)
                yield painted if isinstance(painted, TastemakerError) else _filed(one.key, painted)
            except TastemakerError as error:
                yield error


def _images(workshop: Workshop, plans: Sequence[Plan]) -> Iterator[Painted | TastemakerError]:
    """The finished image of each plan, in order."""
    if not plans:
        return
    studio = studio_of(workshop)
    jobs = list(dict.fromkeys(job for plan in plans for job in plan.jobs))
    try:
        pictures = dict(zip(jobs, paint(studio.generator, jobs), strict=True))
    except (TastemakerError, RuntimeError) as error:  # out of memory, a lost device
        failed = TastemakerError(f"The image generator failed: {str(error).splitlines()[0]}")
        yield from (failed for _ in plans)
        return
    groups: dict[Any, list[Plan]] = defaultdict(list)
    for plan in plans:
        groups[_picture(plan)].append(plan)

    def finished(group: Sequence[Plan]) -> list[Painted | TastemakerError]:
        try:
            best = sketched(studio, group[0], [pictures[job] for job in group[0].jobs])
        except TastemakerError as error:
            return [error] * len(group)
        return [_composed(studio, plan, best) for plan in group]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        work = {name: pool.submit(finished, group) for name, group in groups.items()}
        taken: Counter[Any] = Counter()
        for plan in plans:
            name = _picture(plan)
            yield work[name].result()[taken[name]]
            taken[name] += 1


def _picture(plan: Plan) -> Any:
    """What plans that share a picture have in common."""
    return tuple(plan.jobs), plan.order.user, plan.order.liked


def _composed(studio: Studio, plan: Plan, best: Sketched) -> Painted | TastemakerError:
    try:
        return composed(studio, plan, best)
    except TastemakerError as error:
        return error


def _filed(key: str, done: Painted) -> Made:
    file = io.BytesIO()
    done.image.save(file, "PNG", compress_level=6)
    return Made(
        key=key,
        ending=".png",
        content=file.getvalue(),
        passed=done.report.passed,
        report=done.report.model_dump(mode="json"),
        looks=perceptual_hash(done.picture),
    )


def studio_of(workshop: Workshop) -> Studio:
    """The studio of a campaign with images."""
    assert workshop.studio is not None, "a workshop without a studio got an image to make"
    return workshop.studio


def order_of(workshop: Workshop, job: Job, variant: int) -> Order:
    """What is ordered of the painter for a recipient and an item, whatever the format."""
    wanted = workshop.brief.assets
    return Order(
        item_id=job.item_id, user=job.recipient.user, liked=job.recipient.liked,
        many=job.recipient.user is None,
        style=wanted.style, call=wanted.call, product=wanted.product, candidates=wanted.candidates,
        seed=workshop.brief.seed * 1000 + variant,
    )  # fmt: skip


def _image_parts(workshop: Workshop, plan: Plan) -> dict[str, Any]:
    brand = workshop.brand
    files = {
        name: sha256_file(path)
        for name in ("logo", "font", "lora")
        if (path := getattr(brand, name)) is not None
    }
    return {
        "recipe": RECIPE,
        "plan": plan.model_dump(mode="json", exclude={"product"}),
        "generator": studio_of(workshop).generator.digest,
        "palette": brand.palette,
        "files": files,
        "product": sha256_file(plan.product) if plan.product else None,
    }


def _text_parts(workshop: Workshop, job: Job, facts: Sequence[str]) -> dict[str, Any]:
    brand = workshop.brand
    parts: dict[str, Any] = {
        "recipe": RECIPE,
        "kind": job.kind,
        "facts": facts,
        "title": workshop.recommender.catalog.item(job.item_id).title,
        "writer": workshop.writer_name if workshop.writer else None,
        "prompts": {name: prompt_hash(name) for name in _WRITING} if workshop.writer else {},
        "seed": workshop.brief.seed if workshop.writer else 0,
    }
    if job.kind == "copy":
        parts["channel"] = channel_named(job.target, brand.channels).model_dump()
        parts["brand"] = brand.model_dump(mode="json", exclude={*_LOOKS, "channels"})
    return parts


def _text(workshop: Workshop, writer: Writer | None, one: Planned) -> Made:
    job, recommender = one.job, workshop.recommender
    # Not everybody in a segment liked each item that speaks for it, so texts speak to a segment of
    # the item alone; which item it is, and what its pictures look like, is the segment's.
    if job.kind == "copy":
        made = write_copy(
            recommender, job.item_id, job.target, user=job.recipient.user, brand=workshop.brand,
            writer=writer, titles=workshop.titles,
        )  # fmt: skip
        said = {piece.field: [] for piece in made.pieces}
        for piece in made.pieces:
            said[piece.field].append(piece.text)
        passed, report = made.passed, made.model_dump(mode="json")
    else:
        made = explain(
            recommender, job.item_id, user=job.recipient.user, writer=writer,
            titles=workshop.titles,
        )  # fmt: skip
        said, passed = {"text": [made.text]}, bool(made.text)
        report = made.model_dump(mode="json", exclude={"drafts"})
    return Made(
        key=one.key,
        ending=".json",
        content=json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        passed=passed,
        report=report,
        tokens=made.prompt_tokens + made.completion_tokens,
    )
