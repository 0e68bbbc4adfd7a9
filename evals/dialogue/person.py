"""A simulated person: what they say next is decided by code from the goal and what was shown.

The same goal, seed and replies give the same messages, so that a conversation can be judged, and
run again, without a model. Another wording (`phrase`) changes nothing that is decided.
"""

import random
import re
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict

from ...catalog.store import Catalog
from ...recommender.profile import profile_of
from ..agents.face import Reply, Talk
from .goals import Goal, fulfilling
from .naming import names_of
from .wishes import Wish

PATIENCE = 6
"""Messages that a person writes before they give up."""
_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]?")
_QUOTED = re.compile(r"[“\"][^“”\"\n]*[”\"]")
Phrase = Callable[[str, Sequence[str]], str]
"""`(message, words that must stay) -> the message in other words`."""


class Exchange(BaseModel):
    """One message, the reply, and what the person had said and turned down by then."""

    model_config = ConfigDict(extra="forbid")

    message: str
    """What the person wrote."""
    reply: Reply
    """What the agent answered."""
    shown: list[str]
    """Ids of the items that it shows, by its own account or as its lists name them."""
    strange: list[str]
    """Names in its lists that are no item's title."""
    said: list[Wish]
    """Wishes in force when it answered."""
    turned_down: list[str]
    """Ids that were turned down before."""
    asked: bool
    """Whether it asks something."""


class Person:
    """One simulated person in one conversation."""

    def __init__(self, catalog: Catalog, goal: Goal, seed: int) -> None:
        self._catalog, self._goal = catalog, goal
        self._draw = random.Random(f"person {goal.id} {seed}")
        self._known = set(profile_of(catalog, goal.owner).known)
        self._wishes = list(goal.wishes)
        self.said = [one for one in goal.wishes if one.kind == "volunteered"]
        self.turned_down: list[str] = []
        self._changed = False
        if goal.twist == "impossible" and goal.instead:
            self.said.append(goal.instead)
            self._wishes.append(goal.instead)

    def first_message(self) -> str:
        """What the person opens with."""
        noun = self._catalog.manifest.item_noun
        titles = [self._catalog.item(one).title for one in self._goal.liked]
        words = ", ".join(one.words for one in self.said)
        opening = self._draw.choice(
            (f"I'm looking for a {noun}: {words}.", f"Can you recommend a {noun}? {words}, please.")
        )
        if self._goal.twist == "wrong_assumption" and self._goal.instead:
            return f"I loved {titles[0]}, the one {self._goal.instead.words}. {opening}"
        return f"I liked {' and '.join(titles)}. {opening}" if titles else opening

    def content(self, shown: Sequence[str]) -> bool:
        """Whether something shown fulfils every wish and is new to the person."""
        new = [one for one in shown if one not in self._known and one not in self.turned_down]
        return bool(set(new) & fulfilling(self._catalog, self._wishes))

    def answer(self, reply: Reply, shown: Sequence[str]) -> str:
        """The next message, after a reply that did not end it."""
        asked = _question(reply.text)
        message = self._message(shown, asked)
        self.turned_down += [one for one in shown if one not in self.turned_down]
        return message

    def _message(self, shown: Sequence[str], asked: str) -> str:
        goal, instead = self._goal, self._goal.instead
        if goal.twist == "change_of_mind" and instead and not self._changed:
            self._changed = True
            old, self._wishes[0] = self._wishes[0], instead
            self.said = [instead, *(one for one in self.said if one != old)]
            return f"Actually, I changed my mind: {instead.words} instead of {old.words}."
        broken = [one for one in self.said if shown and not self._met(shown[0], one)]
        if goal.twist == "impossible" and instead in self.said and not broken:
            self.said.remove(instead)
            self._wishes.remove(instead)
            rest = ", ".join(one.words for one in self.said)
            return f"Then it need not be {instead.words}. Just {rest}."
        if broken:
            return f"None of those. I said {broken[0].words}."
        untold = [one for one in self._wishes if one not in self.said]
        if asked:
            about = self._asked_for(untold, asked)
            wish = about or next((one for one in untold if one.kind == "on_ask"), None)
            if wish is None:
                return "I don't mind."
            self.said.append(wish)
            return f"It should be {wish.words}."
        wish = next((one for one in untold if shown and not self._met(shown[0], one)), None)
        wish = wish or (untold[0] if untold else None)
        if wish is not None:
            self.said.append(wish)
            return f"None of those. It should also be {wish.words}."
        words = ", ".join(one.words for one in self.said)
        return "None of those, something else please." if shown else f"Is there nothing {words}?"

    def _met(self, item: str, wish: Wish) -> bool:
        return item in fulfilling(self._catalog, [wish])

    def _asked_for(self, untold: Sequence[Wish], question: str) -> Wish | None:
        for wish in untold:
            spec = self._catalog.spec(wish.attribute)
            words = [spec.name, spec.label, *spec.cues]
            if any(re.search(rf"\b{re.escape(one.lower())}\b", question) for one in words):
                return wish
        return None


def _question(text: str) -> str:
    """The questions of a reply, in lower case; what it quotes is not asked."""
    said = _SENTENCE.findall(_QUOTED.sub("", text))
    return " ".join(one for one in said if one.endswith("?")).lower()


def converse(
    catalog: Catalog,
    goal: Goal,
    talk: Talk,
    seed: int,
    phrase: Phrase | None = None,
) -> list[Exchange]:
    """One conversation, until an item fulfils the goal or the person's patience ends.

    Raises:
        TastemakerError: the agent cannot answer.
    """
    person = Person(catalog, goal, seed)
    names = names_of(catalog)
    message = person.first_message()
    done: list[Exchange] = []
    while True:
        if phrase is not None:
            kept = [one.value for one in person.said if one.value in message]
            titles = [catalog.item(one).title for one in goal.liked]
            message = phrase(message, [*kept, *(one for one in titles if one in message)])
        reply = talk.say(message)
        listed, strange = names.named(reply.text)
        shown = listed if reply.items is None else reply.items
        done.append(
            Exchange(
                message=message,
                reply=reply,
                shown=shown,
                strange=strange,
                said=[*person.said],
                turned_down=[*person.turned_down],
                asked=bool(_question(reply.text)),
            )
        )
        if person.content(shown) or len(done) == PATIENCE:
            return done
        message = person.answer(reply, shown)
