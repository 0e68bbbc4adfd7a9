"""The two readers of one catalogue together: words by rule, and the LLM's marks.

Each gives a whole `Reading`; `merged` takes from each what it is better at. Without marks, because
the LLM is away or was not asked, the deterministic reader alone stands.
"""

import re
from collections.abc import Sequence

from ...recommender.recommender import Recommender
from .confusions import told_apart
from .illustrating import asked_picture
from .intent_classifier import shipped_classifier
from .intents import describes_items, intent_of, wants_something
from .marked import read_marked
from .marks import Marks
from .meanings import Meanings
from .merging import merged
from .reader import Reader
from .reading import Intent, Reading, Wish
from .references import has_pronoun
from .safety import Refusal, refusal
from .text import clean, fold
from .writing import asked_channel

UNRELATED = 0.22
"""Cosine to the nearest item below which a message that links to nothing is out of scope."""

UNRELATED_QUESTION = 0.35
"""The same for a question that names an item, when there is none of that name."""
_OVERLOOKING: tuple[Intent, ...] = ("out_of_scope", "help", "feedback")
"""What a small model makes of a request in which it marks nothing (`gps please`)."""
_FEW_WORDS = 4
"""Words of a message up to which the rules are believed over a model that calls it out of scope."""
_DIFFERING = ("recommend", "more_like")
"""Intents of messages that say how the answer should differ from a picture."""
_ONE = re.compile(r"\bones?$")
"""Ends a description of something shown."""


def _asks(by_rules: Reading) -> bool:
    """Whether the rules found a request, and values of the catalogue in it."""
    linked = by_rules.constraints or any(w.attribute and not w.topical for w in by_rules.wishes)
    return by_rules.intent == "recommend" and bool(linked)


class Readers:
    """What reads the messages about one catalogue."""

    def __init__(self, recommender: Recommender) -> None:
        catalog = recommender.catalog
        self._intents = shipped_classifier()
        known = recommender.people.popularity.tolist()
        self.rules = Reader(catalog, known, self._intents.guess, recommender.encoder.words)
        self.meanings = Meanings(catalog, recommender.encoder, recommender.nearest)
        self._relevance = recommender.relevance

    def read(
        self,
        message: str,
        shown: Sequence[str] = (),
        focus: str | None = None,
        marks: Marks | None = None,
        pictured: bool = False,
    ) -> Reading:
        """One message, by all that is known of it.

        Args:
            pictured: a picture says what is wanted, so that words which no item is about may say
                what should look different.
        """
        if refused := self.refusal(message):
            return Reading(intent=refused)
        if channel := asked_channel(fold(message)):
            one = self._one_meant(message, shown, focus)
            return Reading(intent="write", channel=channel, references=one)
        if painted := asked_picture(fold(message)):
            one = self._one_meant(message, shown, focus)
            return Reading(intent="illustrate", painted=painted, references=one)
        if marks is None:
            reading = self.rules.read(message, shown, focus)
            return self._understood(reading if pictured else self._in_scope(message, reading))
        by_phrase = intent_of(fold(clean(message)))
        intent = self._intents.voted(message, marks.intent, by_phrase)
        intent = told_apart(intent, fold(message), marks)
        voted = marks.model_copy(update={"intent": intent})
        pointers = [*marks.items, *marks.liked, *marks.disliked, *marks.seen]
        by_rules = self._understood(self.rules.read(message, shown, focus, pointers))
        unmarked = voted.said().keys() <= {"intent"}
        short = intent != "out_of_scope" or len(message.split()) <= _FEW_WORDS
        plainly = short or (wants_something(fold(message)) and bool(by_rules.constraints))
        if unmarked and plainly and intent in _OVERLOOKING and _asks(by_rules):
            voted = marks.model_copy(update={"intent": by_rules.intent})
        reading = merged(by_rules, self.by_marks(message, voted, shown, focus))
        if reading.intent in ("ask", "explain") and self._about_nothing(
            message, marks, shown, focus
        ):
            return Reading(intent="out_of_scope")
        if pictured and reading.intent in _DIFFERING and not reading.references:
            # The picture says what it should be like; words that nobody marked say what differs.
            wishes = reading.wishes or by_rules.wishes
            return reading.model_copy(update={"intent": "recommend", "wishes": wishes})
        return reading

    def refusal(self, message: str) -> Refusal | None:
        """Why a message is not answered with items, if so; titles in it say nothing."""
        found = refusal(fold(self.rules.spelt(message)))
        return found and refusal(self.rules.untitled(message))

    def _one_meant(self, message: str, shown: Sequence[str], focus: str | None) -> list[str]:
        """The item that a text or a picture is wanted for: named, spoken of, or shown first."""
        implied = [focus] if focus else list(shown[:1])
        named = self.rules.read(message, shown, focus).references
        return (named or implied)[:1]

    def by_marks(
        self, message: str, marks: Marks, shown: Sequence[str] = (), focus: str | None = None
    ) -> Reading:
        """What the LLM's marks say, alone."""
        return read_marked(self.rules, self.meanings, message, marks, shown, focus)

    def _understood(self, reading: Reading) -> Reading:
        """The reading with the kinds of item that its unread words stand for."""
        spoken_of = {one.attribute for one in (*reading.constraints, *reading.wishes)}
        senses = {word: self.meanings.kind(word) for word in reading.unread}
        wishes = [
            Wish(text=word, attribute=sense.attribute, values=sense.values)
            for word, sense in senses.items()
            if sense and sense.attribute not in spoken_of
        ]
        return reading.model_copy(update={"wishes": [*wishes, *reading.wishes]})

    def _about_nothing(
        self, message: str, marks: Marks, shown: Sequence[str], focus: str | None
    ) -> bool:
        """Whether a question is about things that are not here, and like nothing that is."""
        names = [one for one in marks.items if not has_pronoun(fold(one))]
        names = [one for one in names if not (shown and _ONE.search(one))]
        found = any(self.rules.resolver.items(one, shown, focus) for one in marks.items)
        return bool(names) and not found and self._relevance(message) < UNRELATED_QUESTION

    def _in_scope(self, message: str, reading: Reading) -> Reading:
        """The reading, or out of scope where nothing here is about the message."""
        linked = (
            reading.constraints
            or reading.references
            or any(wish.attribute for wish in reading.wishes)
            or reading.released
        )
        if linked or not reading.unread or reading.intent != "recommend":
            return reading
        folded = fold(message)
        if wants_something(folded) or describes_items(folded):
            return reading
        near = self._relevance(" ".join(reading.unread)) >= UNRELATED
        return reading if near else Reading(intent="out_of_scope")
