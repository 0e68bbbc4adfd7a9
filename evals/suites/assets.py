"""Finished assets: copy for a channel and an image in a format, for a person and an item."""

import random
from collections.abc import Sequence

from ...errors import TastemakerError
from ...generation.image.formats import shipped_formats
from ...generation.image.painting import paint_plans
from ...generation.image.planning import Order, plan_picture
from ...generation.image.studio import Studio, open_studio
from ...generation.text.channels import shipped_channels
from ...generation.text.copywriting import write_copy
from ...generation.text.wording import title_forms
from ..explanation_judges import wins
from ..results.cases import Said
from .explanations import people, recommender_of, writer_of
from .suite import Bench, Draft, Given, Judged, Record, Suite

ASSETS = 30


def _studio(bench: Bench) -> Studio:
    return open_studio(bench.settings, recommender_of(bench), progress=bench.progress)


def _draw(bench: Bench) -> Sequence[Draft]:
    draw = random.Random(f"assets {bench.options.seed}")
    users: list[str | None] = [*people(bench)] or [None]
    channels, formats = sorted(shipped_channels()), sorted(shipped_formats())
    drafts = []
    for number in range(bench.options.limit or ASSETS):
        item, own, other = draw.choice(bench.catalog.item_ids), draw.choice(users), None
        if len(users) > 1:
            other = draw.choice([one for one in users if one != own])
        channel, form = channels[number % len(channels)], formats[number % len(formats)]
        drafts.append(
            Draft(
                id=f"{number:03d}",
                cluster=own or f"item {item}",
                slices={"channel": channel, "format": form},
                given={
                    "item": item, "user": own, "other": other, "channel": channel, "format": form,
                    "seed": bench.options.seed,
                },
                asks=f"{channel} and {form} for {bench.catalog.item(item).title}",
            )
        )  # fmt: skip
    return drafts


def _act(bench: Bench, given: Given) -> Record:
    recommender, writer = recommender_of(bench), writer_of(bench)
    titles = bench.once("titles", lambda: title_forms(bench.catalog.titles))

    def copy(user: str | None) -> dict:
        made = write_copy(
            recommender, given["item"], given["channel"], user=user, writer=writer, titles=titles
        )
        return made.model_dump(mode="json")

    studio = bench.once("studio", lambda: _studio(bench))
    order = Order(
        item_id=given["item"], user=given["user"], format=given["format"], call="See more",
        seed=given["seed"],
    )  # fmt: skip
    try:
        [done] = paint_plans(studio, [plan_picture(studio, order)])
        image = done.report.model_dump(mode="json")
    except TastemakerError as error:
        image = {"passed": False, "checks": [], "error": str(error)}
    other = copy(given["other"]) if given["other"] is not None else None
    return {"copy": copy(given["user"]), "other": other, "image": image}


def _judge(bench: Bench, given: Given, record: Record) -> Judged:
    own, image = record["copy"], record["image"]
    pieces, other = own["pieces"], record["other"]
    passed = [not one["problems"] for one in pieces]
    notes = [f"{one['field']}: {why}" for one in pieces for why in one["problems"]]
    notes += [f"image, {one['name']}: {one['note']}" for one in image["checks"] if not one["ok"]]
    notes += [image["error"]] if image.get("error") else []
    scores = {
        "copy_passed": sum(passed) / max(len(passed), 1),
        "image_passed": float(image["passed"]),
    }
    if other is not None:
        mine, theirs = (" ".join(one["text"] for one in made["pieces"]) for made in (own, other))
        scores["swap_copy"] = wins(recommender_of(bench), given["user"], mine, theirs)
    said = [Said(role="agent", text="\n".join(f"{one['field']}: {one['text']}" for one in pieces))]
    return Judged(
        scores=scores, notes=notes, said=said, turns=1,
        tokens=own["prompt_tokens"] + own["completion_tokens"], calls=own["llm_calls"],
    )  # fmt: skip


ASSETS_SUITE = Suite(
    name="assets",
    about="Marketing copy and finished images: every check, and whose copy is whose.",
    judges="tastemaker",
    draw=_draw,
    act=_act,
    judge=_judge,
    at_once=2,
)
