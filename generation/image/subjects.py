"""What to draw for an item: the subjects that its words and its meaning are nearest to.

Only what the generator can draw is ever drawn. A subject that the title or the text names counts
most, then how near its meaning is to the item's, then how near to what the person likes.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ...catalog.records import Item
from ...errors import BadInputError
from ...recommender.text_encoder import TextEncoder
from .vocabulary import Vocabulary

IN_TITLE, IN_TEXT, OF_TASTE, OF_PICTURES = 0.35, 0.12, 0.15, 0.3
"""What a named subject, and nearness to the person's taste in words and in pictures, add to a
cosine of meanings."""
SHORTLIST = 8
_SENTENCES = 12
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class Subject(BaseModel):
    """One thing that could be drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """As the generator knows it."""
    score: float
    """The higher, the better it suits."""
    named: bool
    """Whether the item's own words name it."""


ChooseSubject = Callable[[Item, list[Subject], list[str]], str]
"""Picks one of the subjects that suit an item, and titles of what a person likes."""


def subjects_for(
    encoder: TextEncoder,
    vocabulary: Vocabulary,
    item: Item,
    *,
    likes: Sequence[str] = (),
    seen: Mapping[str, float] | None = None,
    most: int = SHORTLIST,
) -> list[Subject]:
    """The subjects that suit an item, the best first.

    `likes`: titles of what the person likes. `seen`: subject -> how much the pictures that they
    like look like it, -1 to 1.
    """
    names = tuple(vocabulary.subjects)
    known = _encoded(encoder, names)
    pieces = _pieces(item)
    near = (_texts(encoder, tuple(pieces)) @ known.T).max(0)
    if likes:
        near = near + OF_TASTE * (_texts(encoder, tuple(likes)) @ known.T).mean(0)
    title, text = _words(item.title), _words(" ".join(pieces[1:]))
    scored = []
    for name, score in zip(names, near.tolist(), strict=True):
        said = [_said(name, words) for words in (title, text)]
        bonus = IN_TITLE * said[0] + IN_TEXT * said[1]
        bonus += OF_PICTURES * seen.get(name, 0.0) if seen else 0.0
        scored.append(Subject(name=name, score=round(score + bonus, 4), named=any(said)))
    return sorted(scored, key=lambda one: (-one.score, one.name))[:most]


def subject_named(encoder: TextEncoder, vocabulary: Vocabulary, wanted: str) -> str:
    """A subject that someone asked for.

    Raises:
        BadInputError: the generator cannot draw it; the nearest that it can is offered.
    """
    plain = wanted.strip().lower()
    if plain in vocabulary.subjects:
        return plain
    for name in vocabulary.subjects:
        if plain in (f"{name}s", f"{name}es"):
            return name
    names = tuple(vocabulary.subjects)
    order = np.argsort(-(encoder.encode([plain]) @ _encoded(encoder, names).T)[0])[:3]
    near = ", ".join(names[at] for at in order)
    raise BadInputError(f"The image generator cannot draw {wanted!r}; the nearest: {near}.")


def _pieces(item: Item) -> list[str]:
    """Title, tags and the sentences of the text, as many as are read."""
    tags = [
        value
        for one in item.attributes.values()
        if isinstance(one, list)
        for value in one
        if isinstance(value, str)
    ]
    sentences = _SENTENCE.split(item.text)[:_SENTENCES] if item.text else []
    return [item.title, *tags[:20], *sentences]


def _words(text: str) -> str:
    return " " + " ".join(re.findall(r"[a-z0-9]+", text.lower())) + " "


def _said(name: str, words: str) -> bool:
    return any(f" {form} " in words for form in (name, f"{name}s", f"{name}es"))


@lru_cache(maxsize=8)
def _encoded(encoder: TextEncoder, names: tuple[str, ...]) -> NDArray[np.float32]:
    return encoder.encode(list(names))


@lru_cache(maxsize=256)
def _texts(encoder: TextEncoder, texts: tuple[str, ...]) -> NDArray[np.float32]:
    """Of items and likes, which come again for other people, formats and seeds."""
    return encoder.encode(list(texts))
