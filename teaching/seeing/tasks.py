"""The tasks of seeing: say what a picture shows, choose what fits it, pick what is wanted."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from ...prompts import render
from .pictures import Picture

OPTIONS = 4
"""Titles to choose from."""
TITLE_QUESTIONS = (
    "Which title fits?",
    "Which caption fits?",
    "What does it show?",
    "Which of these is it?",
)
KIND_QUESTIONS = ("What kind is it?", "What type is it?", "Which kind of picture is it?")
LIKE = "something like this"
_SHARES = {"describe": 0.1, "title": 0.5, "kind": 0.2, "pick": 0.2}
"""How often each task is drawn."""


class Sight(BaseModel):
    """One thing to learn to see, or to be asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    """`describe`, `title`, `kind` or `pick`."""
    pictures: tuple[Picture, ...]
    """In the order in which the prompt shows them."""
    messages: tuple[dict[str, str], ...]
    """The prompt; `prompts.PICTURE` stands for each picture."""
    options: tuple[str, ...] = ()
    """What may be answered; empty: any text."""
    wish: str = ""
    """What is wanted, where pictures are to be picked by words."""
    right: str
    """The right one of the options, or the caption."""

    @property
    def answer(self) -> str:
        """What the model should say."""
        key = {"describe": "shows", "pick": "picture"}.get(self.task, "choice")
        return json.dumps({key: self.right}, ensure_ascii=False, separators=(",", ":"))


class Sights:
    """Draws tasks about pictures; what is wrong comes from the same set as what is right."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self._by_set: dict[str, list[Picture]] = defaultdict(list)
        self._named: dict[str, list[Picture]] = defaultdict(list)
        self._kinds: dict[str, list[str]] = {}
        self._captions: dict[str, int] = {}
        for picture in pictures:
            self._by_set[picture.set].append(picture)
            self._named[picture.caption].append(picture)
        for name, listed in self._by_set.items():
            self._kinds[name] = sorted({one.kind for one in listed if one.kind})
            self._captions[name] = len({one.caption.lower() for one in listed})

    def drawn(self, picture: Picture, draw: random.Random) -> Sight:
        """A task about the picture, drawn by how often each is wanted."""
        task = draw.choices([*_SHARES], [*_SHARES.values()])[0]
        if task == "kind" and (not picture.kind or len(self._kinds[picture.set]) < 2):
            task = "title"
        if task == "describe":
            return self.describe(picture)
        if task == "title":
            return self.title(picture, draw, draw.choice(TITLE_QUESTIONS))
        if task == "kind":
            return self.kind(picture, draw, draw.choice(KIND_QUESTIONS))
        return self.pick(picture, draw, draw.choice([2, 2, 3]), like=draw.random() < 0.4)

    def describe(self, picture: Picture) -> Sight:
        """Say what it shows."""
        return self._sight("describe", "describe", (picture,), picture.caption)

    def title(self, picture: Picture, draw: random.Random, question: str) -> Sight:
        """Choose its title among others of its set, where it has so many."""
        others = self._others(picture, draw, OPTIONS - 1)
        options = [picture.caption, *(one.caption for one in others)]
        options = draw.sample(options, len(options))
        return self._sight(
            "title", "choose", (picture,), picture.caption, options, question=question
        )

    def kind(self, picture: Picture, draw: random.Random, question: str) -> Sight:
        """Choose its kind among those of its set, eight at most."""
        rest = [kind for kind in self._kinds[picture.set] if kind != picture.kind]
        wrong = draw.sample(rest, min(len(rest), 7))
        options = draw.sample([picture.kind, *wrong], len(wrong) + 1)
        return self._sight("kind", "choose", (picture,), picture.kind, options, question=question)

    def pick(
        self, picture: Picture, draw: random.Random, count: int, *, like: bool = False
    ) -> Sight:
        """Pick it among others of its set: by its caption, or by a picture that is like it."""
        offered = [picture, *self._others(picture, draw, count - 1)]
        shown = draw.sample(offered, len(offered))
        labels = [chr(ord("A") + n) for n in range(len(shown))]
        return self._sight(
            "pick",
            "pick",
            (*shown, self._alike(picture, draw)) if like else tuple(shown),
            labels[shown.index(picture)],
            labels,
            labels=labels,
            wish=LIKE if like else picture.caption,
            shown=like,
        )

    def _alike(self, picture: Picture, draw: random.Random) -> Picture:
        """Another of the same caption, else itself, in another view."""
        named = [one for one in self._named[picture.caption] if one != picture]
        return draw.choice(named) if named else picture

    def _others(self, picture: Picture, draw: random.Random, count: int) -> list[Picture]:
        """Others of the set, no two with one caption; fewer where it has not so many."""
        return list(self._different(picture, draw, count))

    def _different(self, picture: Picture, draw: random.Random, count: int) -> Iterator[Picture]:
        seen = {picture.caption.lower()}
        count = min(count, self._captions[picture.set] - 1)
        while count:
            other = draw.choice(self._by_set[picture.set])
            if other.caption.lower() not in seen:
                seen.add(other.caption.lower())
                count -= 1
                yield other

    def _sight(
        self,
        task: str,
        prompt: str,
        pictures: tuple[Picture, ...],
        right: str,
        options: Sequence[str] = (),
        **values: object,
    ) -> Sight:
        if prompt == "choose":
            values["options"] = options
        messages = render(prompt, taught=True, **values).messages
        return Sight(
            task=task,
            pictures=pictures,
            messages=tuple(messages),
            options=tuple(options),
            wish=str(values.get("wish", "")),
            right=right,
        )
