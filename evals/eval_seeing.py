"""`tastemaker eval seeing`: whether the language model, served by vLLM, sees what pictures show.

Held-out pictures, three tasks. The same questions without the picture tell what can be guessed, and
the map between words and pictures tells what search alone would answer.
"""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..agent.looking import choice_schema, pick_schema
from ..packages import Progress, silent
from ..prompts import PICTURE, Prompt, prompt_hash
from ..recommender.cross_modal import shipped_map
from ..recommender.text_encoder import TextEncoder
from ..serving.models import resolve_model
from ..settings import Settings
from ..teaching.seeing.pictures import Picture
from ..teaching.seeing.tasks import KIND_QUESTIONS, TITLE_QUESTIONS, Sight, Sights
from ..teaching.seeing.tower import Tower
from ..teaching.train_vision import all_pictures
from .asking import Answer, Question, ask_all, taught_model
from .report import Report, environment

TARGETS = {"title": 0.75, "kind": 0.80}
TASKS = ("title", "kind", "pick", "like")
ALL = "all"
_Z = 1.96


def run(
    settings: Settings,
    *,
    catalogs: Sequence[str],
    most: int = 150,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """Score the configured model.

    Args:
        catalogs: whose held-out pictures are asked about, beside the drawings'.
        most: pictures of one set that are asked about at most.

    Raises:
        BadInputError: the configured model was not taught to see.
    """
    model = taught_model(settings, "choose", progress)
    pictures = [one for one in all_pictures(catalogs, progress)[0] if one.held_out]
    sights = _sights(pictures, most, seed)
    seen = ask_all(settings, "seeing", model, [_question(one) for one in sights], progress)
    blind = ask_all(
        settings, "seeing without pictures", model, [_question(one, blind=True) for one in sights],
        progress,
    )  # fmt: skip
    searched = _by_search(settings, sights, progress)
    rows = []
    for task in TASKS:
        names = list(dict.fromkeys(one.pictures[0].set for one in sights if one.task == task))
        for name in [*names, ALL] if names else []:
            chosen = [
                n
                for n, one in enumerate(sights)
                if one.task == task and name in (ALL, one.pictures[0].set)
            ]
            rows.append(_row(task, name, sights, chosen, seen, blind, searched))
    return Report(
        name="seeing",
        protocol=(
            f"Held-out pictures, {most} of a set at most, each asked once a task, options from the"
            " same set and in random order: `title`, the right one of four titles or captions;"
            " `kind`, its kind among the set's (eight at most); `pick`, the one of two pictures"
            " that a caption is of; `like`, the one of two that is like a third (drawings: the"
            " same caption in another set; items: the same picture). Greedy, under a JSON schema,"
            " through vLLM. `without` is the same model asked without pictures, `search` the map"
            " between words and pictures. Brackets: 95 % Wilson intervals. The bar for kinds is"
            " over catalogues' items."
        ),
        environment=environment(),
        rows=rows,
    )


def _sights(pictures: Sequence[Picture], most: int, seed: int) -> list[Sight]:
    draw = random.Random(seed)
    tasks = Sights(pictures)
    by_set: dict[str, list[Picture]] = defaultdict(list)
    for one in pictures:
        by_set[one.set].append(one)
    found = []
    for listed in by_set.values():
        some = draw.sample(listed, min(most, len(listed)))
        for one in some:
            found.append(tasks.title(one, draw, draw.choice(TITLE_QUESTIONS)))
            found.append(tasks.pick(one, draw, 2))
            found.append(tasks.pick(one, draw, 2, like=True).model_copy(update={"task": "like"}))
            if one.kind and len({other.kind for other in listed if other.kind}) > 1:
                found.append(tasks.kind(one, draw, draw.choice(KIND_QUESTIONS)))
    return found


def _question(sight: Sight, *, blind: bool = False) -> Question:
    name = "pick" if sight.task in ("pick", "like") else "choose"
    count = len(sight.options)
    messages = [
        {**one, "content": one["content"].replace(PICTURE, "") if blind else one["content"]}
        for one in sight.messages
    ]
    return Question(
        prompt=Prompt(name=name, sha256=prompt_hash(name), messages=messages),
        answer_schema=pick_schema(count) if name == "pick" else choice_schema(sight.options),
        max_tokens=60,
        pictures=[] if blind else [one.image for one in sight.pictures],
    )


def _by_search(settings: Settings, sights: Sequence[Sight], progress: Progress) -> list[str]:
    """What the map answers; empty where there is none."""
    mapped = shipped_map(settings.text_encoder, settings.image_encoder)
    if mapped is None:
        return [""] * len(sights)
    tower = Tower(resolve_model(settings.image_encoder, progress))
    shown = list(dict.fromkeys(picture for one in sights for picture in one.pictures))
    states = tower.states([(picture, 0) for picture in shown], progress)
    images = dict(zip(shown, mapped.image(tower.embeds(states)), strict=True))
    words = list(dict.fromkeys(text for one in sights for text in _texts(one)))
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    texts = dict(zip(words, mapped.text(encoder.encode(words)), strict=True))
    answers = []
    for one in sights:
        count = len(one.options)
        if one.task in ("title", "kind"):
            scores = [images[one.pictures[0]] @ texts[option] for option in one.options]
        else:
            wanted = images[one.pictures[count]] if one.task == "like" else texts[one.wish]
            scores = [wanted @ images[picture] for picture in one.pictures[:count]]
        answers.append(one.options[int(np.argmax(scores))])
    return answers


def _texts(sight: Sight) -> Sequence[str]:
    return sight.options if sight.task in ("title", "kind") else [sight.wish]


def _row(
    task: str,
    name: str,
    sights: Sequence[Sight],
    chosen: Sequence[int],
    seen: Sequence[Answer],
    blind: Sequence[Answer],
    searched: Sequence[str],
) -> dict[str, Any]:
    right = [_said(seen[n]) == sights[n].right for n in chosen]
    row: dict[str, Any] = {
        "task": task,
        "set": name,
        "pictures": len(chosen),
        "accuracy": _share(right),
        "interval": _wilson(sum(right), len(right)),
        "without": _share([_said(blind[n]) == sights[n].right for n in chosen]),
        "search": _share([searched[n] == sights[n].right for n in chosen]),
        "chance": round(float(np.mean([1 / len(sights[n].options) for n in chosen])), 3),
        "target": "",
        "ok": None,
    }
    items = not any(sights[n].pictures[0].drawn for n in chosen)
    if task in TARGETS and (name == ALL if task == "title" else items and name != ALL):
        row["target"] = f">= {TARGETS[task]:g}"
        row["ok"] = bool(row["accuracy"] >= TARGETS[task])
    return row


def _said(answer: Answer) -> str:
    said = json.loads(answer.text) if answer.valid else {}
    return str(said.get("choice", said.get("picture", "")))


def _share(right: Sequence[bool]) -> float:
    return round(float(np.mean(right)), 3) if right else 0.0


def _wilson(right: int, asked: int) -> str:
    """The 95 % interval of a share (Wilson 1927)."""
    share, square = right / asked, _Z**2 / asked
    middle = (share + square / 2) / (1 + square)
    half = _Z * (share * (1 - share) / asked + square / asked / 4) ** 0.5 / (1 + square)
    return f"[{middle - half:.3f}, {middle + half:.3f}]"
