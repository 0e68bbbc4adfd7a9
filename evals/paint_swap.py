"""The swap test for images: does a picture suit its own person more than a random other?

Judged by DINOv2, which generation does not use. Persons are real raters of a catalogue, or, where a
catalogue has pictures and no people, those who like everything of one kind. Half of what a person
likes steers the picture, the other half judges it.
"""

import random
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..generation.image.checks.judging_encoder import encode as judged
from ..generation.image.generator import PaintJob, paint
from ..generation.image.looks import caption
from ..generation.image.painting import ranked
from ..generation.image.planning import Order, Plan, plan_picture
from ..generation.image.studio import Studio
from ..generation.image.taste import DEFAULT
from ..packages import Progress
from ..recommender.image_encoder import read_image
from ..recommender.profile import profile_of
from .ranking import bootstrap_interval

FEWEST, MOST = 8, 40
"""Pictures that a person must like to take part, and those that are looked at."""
SWAP = 0.70
_SHARE = 0.4
"""Of a catalogue's pictures; a kind with more says little of a person."""


def swap_rows(
    studio: Studio, *, people: int, items: int, seed: int, progress: Progress
) -> list[dict[str, Any]]:
    """Own taste against a random other's, for personal pictures and for pictures for nobody."""
    draw = random.Random(seed)
    persons = _persons(studio, draw, people)
    if len(persons) < 2:
        return []
    steering = {name: liked[::2] for name, liked in persons.items()}
    judging = {name: _judged(studio, liked[1::2], progress) for name, liked in persons.items()}
    known = {item for liked in persons.values() for item in liked}
    free = [one for one in studio.catalog.item_ids if one not in known] or studio.catalog.item_ids
    chosen = draw.sample(free, min(items, len(free)))
    kinds = {
        "personal": [
            plan_picture(studio, Order(item_id=item, liked=tuple(liked), product=False, seed=seed))
            for liked in steering.values()
            for item in chosen
        ],
        "for nobody": [
            _plain(plan_picture(studio, Order(item_id=item, product=False, seed=seed)))
            for item in chosen
        ],
    }
    rows = []
    for kind, plans in kinds.items():
        vectors = judged(_best(studio, plans, progress), progress)
        if kind == "for nobody":
            vectors = np.tile(vectors, (len(persons), 1))
        rows.append(_swapped(studio, kind, vectors, list(judging.values()), len(chosen), seed))
    return rows


def _swapped(
    studio: Studio,
    kind: str,
    vectors: NDArray[np.float32],
    judges: list[NDArray[np.float32]],
    items: int,
    seed: int,
) -> dict[str, Any]:
    """`vectors`: (persons × items, dimensions), by person; ties count a half."""
    fit = np.stack([(vectors @ judge.T).mean(1) for judge in judges], axis=1)
    fit = fit - fit.mean(0)  # some persons' pictures are nearer to any drawing than others'
    own = np.repeat(np.arange(len(judges)), items)
    draw = np.random.default_rng(seed)
    others = (own + draw.integers(1, len(judges), len(own))) % len(judges)
    rows = np.arange(len(own))
    margin = fit[rows, own] - fit[rows, others]
    won = (margin > 1e-9) + 0.5 * (np.abs(margin) <= 1e-9)
    low, high = bootstrap_interval(won.reshape(len(judges), items).mean(1), seed=seed)
    figure = round(float(won.mean()), 3)
    personal = kind == "personal"
    return {
        "measured": "swap test, own above another's",
        "catalogue": studio.catalog.manifest.name,
        "pictures": kind,
        "persons": len(judges),
        "n": len(won),
        "figure": figure,
        "interval": f"{low:.3f} to {high:.3f}",
        "target": SWAP if personal else None,
        "ok": figure >= SWAP if personal else None,
    }


def _best(studio: Studio, plans: list[Plan], progress: Progress) -> list[Any]:
    jobs: list[PaintJob] = [job for plan in plans for job in plan.jobs]
    pictures = iter(paint(studio.generator, jobs, progress))
    best = []
    for plan in plans:
        candidates = [next(pictures) for _ in plan.sketches]
        best.append(candidates[ranked(studio, plan, candidates)[0]])
    return best


def _plain(plan: Plan) -> Plan:
    """The plan in the look of nobody."""
    said = {"look": DEFAULT, "prompt": caption(plan.subject, DEFAULT)}
    return plan.model_copy(
        update={"sketches": [one.model_copy(update=said) for one in plan.sketches]}
    )


def _judged(studio: Studio, item_ids: list[str], progress: Progress) -> NDArray[np.float32]:
    paths = [studio.catalog.image_path(studio.catalog.item(one))[0] for one in item_ids]
    return judged([image for path in paths if (image := read_image(path))], progress)


def _persons(studio: Studio, draw: random.Random, most: int) -> dict[str, list[str]]:
    """Person -> items that they like and that have a picture, in a random order."""
    catalog = studio.catalog
    pictured = {one for one in catalog.item_ids if catalog.item(one).images}
    found: dict[str, list[str]] = {}
    if catalog.manifest.users:
        users = catalog.interactions().select("user_id").unique().collect()["user_id"].to_list()
        for user in draw.sample(sorted(users), len(users)):
            liked = [one for one in profile_of(catalog, user).favourites if one in pictured]
            if len(liked) >= FEWEST:
                found[user] = draw.sample(liked[:MOST], min(MOST, len(liked)))
            if len(found) == most:
                break
        return found
    groups: dict[str, list[str]] = defaultdict(list)
    for item_id in sorted(pictured):
        for name, value in catalog.item(item_id).attributes.items():
            if catalog.spec(name).kind in ("categorical", "multi"):
                for one in value if isinstance(value, list) else [value]:
                    groups[f"{name}: {one}"].append(item_id)
    fit = [
        (name, items)
        for name, items in sorted(groups.items())
        if FEWEST <= len(items) <= _SHARE * len(pictured)
    ]
    for name, items in draw.sample(fit, min(most, len(fit))):
        found[name] = draw.sample(items, min(MOST, len(items)))
    return found
