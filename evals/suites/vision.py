"""Held-out pictures: do words find them, and does the language model see what they show?"""

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...agent.looking import choice_schema, messages_of
from ...errors import BadInputError, LLMError
from ...prompts import Prompt, prompt_hash
from ...recommender.cross_modal import shipped_map
from ...recommender.text_encoder import TextEncoder
from ...serving.calls import complete_json
from ...serving.models import resolve_model
from ...teaching.seeing.pictures import Picture
from ...teaching.seeing.tasks import TITLE_QUESTIONS, Sights
from ...teaching.seeing.tower import Tower
from ...teaching.train_vision import all_pictures
from ..results.cases import Said
from .suite import Bench, Draft, Given, Judged, Record, Suite

CASES = 80
AMONG = 100
"""Pictures of one set that a caption searches."""
FOUND = 5
"""A picture counts as found among so many."""


def _pictures(bench: Bench) -> dict[str, list[Picture]]:
    """Set -> held-out pictures, at most `AMONG` of each."""

    def make() -> dict[str, list[Picture]]:
        named = [bench.options.catalog] if bench.catalog.manifest.images else []
        found: dict[str, list[Picture]] = defaultdict(list)
        for one in all_pictures(named, bench.progress)[0]:
            if one.held_out and len(found[one.set]) < AMONG:
                found[one.set].append(one)
        return {name: listed for name, listed in found.items() if len(listed) > FOUND}

    return bench.once("pictures", make)


def _draw(bench: Bench) -> Sequence[Draft]:
    draw = random.Random(f"vision {bench.options.seed}")
    sets = _pictures(bench)
    everything = [(name, n) for name, listed in sets.items() for n in range(len(listed))]
    chosen = draw.sample(everything, min(bench.options.limit or CASES, len(everything)))
    sights = Sights([one for listed in sets.values() for one in listed])
    drafts = []
    for name, number in sorted(chosen):
        one = sets[name][number]
        sight = sights.title(one, draw, draw.choice(TITLE_QUESTIONS))
        drafts.append(
            Draft(
                id=f"{name}-{one.key}",
                cluster=one.caption.lower(),
                slices={"set": name},
                given={
                    "set": name, "number": number, "messages": list(sight.messages),
                    "options": list(sight.options), "right": sight.right,
                },
                asks=one.caption,
            )
        )  # fmt: skip
    return drafts


def _places(bench: Bench, name: str) -> np.ndarray:
    """Rank of each picture of a set for its own caption, 0 the first."""

    def make() -> np.ndarray:
        settings, listed = bench.settings, _pictures(bench)[name]
        mapped = shipped_map(settings.text_encoder, settings.image_encoder)
        if mapped is None:
            raise BadInputError(
                f"No map is there from {settings.text_encoder} to {settings.image_encoder}: train"
                " one with `tastemaker train map`."
            )
        tower = Tower(resolve_model(settings.image_encoder))
        images = mapped.image(tower.embeds(tower.states([(one, 0) for one in listed])))
        words = TextEncoder(resolve_model(settings.text_encoder))
        texts = mapped.text(words.encode([one.caption for one in listed]))
        scores = texts @ images.T
        captions = np.array([one.caption.lower() for one in listed])
        same = captions[:, None] == captions[None]
        right = np.where(same, scores, -np.inf).max(axis=1)
        return (~same & (scores > right[:, None])).sum(axis=1)

    return bench.once(f"places {name}", make)


def _act(bench: Bench, given: Given) -> Record:
    resources = bench.face.own.resources
    record: Record = {"place": int(_places(bench, given["set"])[given["number"]])}
    llm = resources.connect() if resources.sees else None
    if llm is None:
        return record
    picture = _pictures(bench)[given["set"]][given["number"]].image
    prompt = Prompt(name="choose", sha256=prompt_hash("choose"), messages=given["messages"])
    asked: list[dict[str, Any]] = messages_of(prompt, [picture])
    try:
        answer, used = complete_json(llm, asked, choice_schema(given["options"]), max_tokens=60)
    except LLMError as error:
        return record | {"said": "", "error": str(error)}
    tokens = used.prompt_tokens + used.completion_tokens
    return record | {"said": str(answer.get("choice", "")), "tokens": tokens}


def _judge(bench: Bench, given: Given, record: Record) -> Judged:
    scores = {"search": float(record["place"] < FOUND)}
    notes = [f"{record['place']} other pictures come first."] if record["place"] else []
    said = [Said(role="person", text=f"Which one is it? {' | '.join(given['options'])}")]
    if "said" in record:
        scores["question"] = float(record["said"] == given["right"])
        said.append(Said(role="agent", text=record["said"] or record.get("error", "")))
        notes += [] if scores["question"] else [f"It is {given['right']!r}."]
    return Judged(
        scores=scores, notes=notes, said=said, turns=1, tokens=record.get("tokens", 0),
        calls=int("said" in record),
    )  # fmt: skip


VISION = Suite(
    name="vision",
    about="Held-out pictures: found by their caption among a hundred, and told apart by the model.",
    judges="tastemaker",
    draw=_draw,
    act=_act,
    judge=_judge,
    at_once=4,
)
