"""What the language model looks at: the person's picture, and those of items."""

import re
from pathlib import Path

from ..prompts import render
from .language_model import ask
from .looking import LETTERS, pick_schema, shows_schema
from .resources import Resources
from .state import State, Update

SURE = 0.25
"""Cosine, by the map between words and pictures, from which a description is believed; what `eval
pictures` counts as believed."""

GONE = "Your picture is gone; please show it again."

_PLAIN = re.compile(r"[\w ,'’-]+")
"""What a description is made of; markup, addresses and control characters are not passed on."""


def see(resources: Resources, state: State, picture: str) -> tuple[list[str], str, Update]:
    """What the reply should say of the person's picture; what it shows, in words; what it cost.

    The model's description is only passed on where the image encoder agrees with it.
    """
    path, eyes = resources.pictures.path(picture), resources.recommender.eyes
    if path is None:
        return [GONE], "", {}
    notes = []
    if eyes is None or not (eyes.has_pictures or eyes.reads_words):
        notes.append("I cannot search by pictures here; tell me in words what is in yours.")
    elif not eyes.has_pictures:
        notes.append("Nothing here has a picture; I look for words that fit yours.")
    by_likeness = "" if notes else " I go by how much pictures look alike."
    if not resources.sees:
        notes.append(f"The language model cannot see.{by_likeness}")
        return notes, "", {}
    prompt = render("describe", taught=resources.taught("describe"))
    answer, used = ask(
        resources.connect, resources.settings.agent, state, prompt, shows_schema(),
        max_tokens=40, pictures=[path],
    )  # fmt: skip
    if answer is None:
        if not used.get("degraded", state.get("degraded")):
            notes.append(f"The language model did not look.{by_likeness}")
        return notes, "", used
    shows = " ".join(answer["shows"].split()).rstrip(".")
    if eyes is None or not eyes.reads_words or not _PLAIN.fullmatch(shows):
        return notes, "", used
    if resources.recommender.shows(path, shows) < SURE:
        return notes, "", used
    return [*notes, f"I see: {shows}."], shows, used


def pictures_for(
    resources: Resources, picture: str, item_ids: list[str]
) -> tuple[list[Path], dict[str, Path]]:
    """The person's picture and those of the first items, for a model that sees."""
    if not resources.sees:
        return [], {}
    path = resources.pictures.path(picture)
    found = {one: resources.item_picture(one) for one in item_ids}
    seen = [(one, file) for one, file in found.items() if file is not None]
    return [path] if path else [], dict(seen[: resources.settings.agent.pictures])


def pick(
    resources: Resources, state: State, item_ids: list[str], wish: str, picture: str
) -> tuple[str | None, Update]:
    """The item whose picture suits a wish, in the model's eyes; none where it cannot tell."""
    shown, seen = pictures_for(resources, picture, item_ids)
    if len(seen) < len(item_ids) or len(item_ids) > len(LETTERS):
        return None, {}
    prompt = render(
        "pick",
        taught=resources.taught("pick"),
        labels=list(LETTERS[: len(item_ids)]),
        wish=wish or "something like this",
        shown=bool(shown),
    )
    answer, used = ask(
        resources.connect, resources.settings.agent, state, prompt, pick_schema(len(item_ids)),
        max_tokens=16, pictures=[*seen.values(), *shown],
    )  # fmt: skip
    return (item_ids[LETTERS.index(answer["picture"])] if answer else None), used
