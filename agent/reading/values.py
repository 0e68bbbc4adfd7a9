"""Words in a message to catalogue vocabulary: attribute values, their everyday synonyms, negation.

A closed vocabulary (genres, languages) gives hard constraints. An open one (keywords, tags) gives
soft wishes when wanted, hard exclusions when refused. Names of people are hard.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ...catalog.constraints import Constraint
from ...catalog.records import AttributeSpec, Manifest
from .reading import Wish
from .text import STOPWORDS, Token, fold_words

CLOSED_VOCABULARY = 100
"""Attributes with at most this many values are taken to be complete lists."""
LONGEST_PHRASE = 6
MIN_FUZZY_LETTERS = 5
FUZZY_SCORE = 86
NAME_FUZZY_SCORE = 90

_NEGATORS = frozenset(
    "no not without except nothing never hate avoid don't dont doesn't isn't neither nor exclude"
    " excluding skip minus dislike can't cannot shouldn't non hates detest".split()
)
_NEGATING_PHRASES = re.compile(
    r"(?:anything but|other than|tired of|sick of|too much)(?: \w+)?\s*$"
)
_RELEASING = re.compile(r"(?:don't mind|dont mind|do not mind|wouldn't mind)(?: \w+)?\s*$")
_RELEASED = re.compile(r"^\s*(?:is|are|would be)? ?(?:fine|ok|okay|alright|allowed)\b")
_NEGATION_REACH = 5
_JOINED = re.compile(r"^\s*,?\s*(?:or|nor|and|/)\s*(?:any |a |an )?$")


@dataclass(frozen=True)
class Sense:
    """One meaning of a phrase in the catalogue."""

    attribute: str
    values: tuple[str, ...]
    kind: str
    """`closed`, `name`, `topic` or `synonym`."""
    count: int


@dataclass(frozen=True)
class Mention:
    """A phrase of the message with its meanings."""

    first: int
    """Index of its first token."""
    last: int
    """Index of its last token."""
    senses: tuple[Sense, ...]
    negated: bool = False
    released: bool = False


class Vocabulary:
    """The words of one catalogue, ready to be looked up."""

    def __init__(self, manifest: Manifest) -> None:
        self._phrases: dict[tuple[str, ...], list[Sense]] = defaultdict(list)
        self._labels = {spec.name: spec for spec in manifest.attributes}
        for spec in manifest.attributes:
            if spec.kind in ("categorical", "multi"):
                self._add_values(spec)
        for word, meanings in manifest.synonyms.items():
            for attribute, values in meanings.items():
                sense = Sense(attribute, tuple(values), "synonym", 0)
                self._add(fold_words(word), sense)
        self._fuzzy_words = [
            words[0]
            for words, senses in self._phrases.items()
            if len(words) == 1
            and len(words[0]) >= MIN_FUZZY_LETTERS
            and any(sense.kind in ("closed", "synonym") for sense in senses)
        ]
        self._fuzzy_names = [
            " ".join(words)
            for words, senses in self._phrases.items()
            if len(words) > 1 and any(sense.kind == "name" for sense in senses)
        ]

    def _add_values(self, spec: AttributeSpec) -> None:
        closed = spec.vocabulary_size <= CLOSED_VOCABULARY
        names = not closed and _are_names(spec)
        for value, count in spec.vocabulary.items():
            words = fold_words(value)
            kind = "closed" if closed else "name" if names else "topic"
            if not words or (kind == "name" and len(words) < 2):
                continue
            if kind == "topic" and len(words) == 1 and (len(words[0]) < 4 or words[0] in STOPWORDS):
                continue
            self._add(words, Sense(spec.name, (value,), kind, count))

    def _add(self, words: tuple[str, ...], sense: Sense) -> None:
        self._phrases[words].append(sense)
        if sense.kind == "name":
            return
        last = words[-1]
        plural = last[:-1] + "ies" if last.endswith("y") else last + "s"
        self._phrases[(*words[:-1], plural)].append(sense)
        if last.endswith("s") and len(last) > 4:
            self._phrases[(*words[:-1], last[:-1])].append(sense)

    def mentions(self, folded: str, tokens: list[Token], taken: set[int]) -> list[Mention]:
        """The phrases of a message that mean something in the catalogue, longest first match.

        Args:
            taken: indexes of tokens that already mean something else.
        """
        found: list[Mention] = []
        index = 0
        while index < len(tokens):
            mention = self._longest_at(tokens, index, taken)
            if mention:
                found.append(mention)
                index = mention.last + 1
            else:
                index += 1
        found += self._misspelt(tokens, taken | {i for m in found for i in _span(m)})
        found.sort(key=lambda mention: mention.first)
        return _with_polarity(folded, tokens, found)

    def _longest_at(self, tokens: list[Token], index: int, taken: set[int]) -> Mention | None:
        for length in range(min(LONGEST_PHRASE, len(tokens) - index), 0, -1):
            span = range(index, index + length)
            if taken & set(span):
                continue
            words = tuple(tokens[i].text for i in span)
            if senses := self._phrases.get(words):
                return Mention(index, index + length - 1, tuple(senses))
        return None

    def _misspelt(self, tokens: list[Token], taken: set[int]) -> list[Mention]:
        found = []
        for index, token in enumerate(tokens):
            if index in taken or token.text in STOPWORDS or len(token.text) < MIN_FUZZY_LETTERS:
                continue
            match = process.extractOne(
                token.text, self._fuzzy_words, scorer=fuzz.ratio, score_cutoff=FUZZY_SCORE
            )
            if match:
                found.append(Mention(index, index, tuple(self._phrases[(match[0],)])))
                continue
            if index + 1 < len(tokens) and index + 1 not in taken:
                pair = f"{token.text} {tokens[index + 1].text}"
                match = process.extractOne(
                    pair, self._fuzzy_names, scorer=fuzz.ratio, score_cutoff=NAME_FUZZY_SCORE
                )
                if match:
                    senses = tuple(self._phrases[tuple(match[0].split())])
                    found.append(Mention(index, index + 1, senses))
        return found

    def interpret(
        self, folded: str, tokens: list[Token], mentions: list[Mention]
    ) -> tuple[list[Constraint], list[Wish], list[str]]:
        """Constraints, wishes and values given free, from mentions in message order."""
        constraints: list[Constraint] = []
        wishes: list[Wish] = []
        released: list[str] = []
        previous: Mention | None = None
        for mention in mentions:
            sense = _chosen(folded, tokens, mention)
            phrase = " ".join(tokens[i].text for i in _span(mention))
            if mention.released:
                released += sense.values
            elif mention.negated:
                for one in _refused(mention, sense):
                    constraints.append(
                        Constraint(attribute=one.attribute, operator="not_in", values=one.values)
                    )
            elif sense.kind in ("closed", "name"):
                new = Constraint(attribute=sense.attribute, operator="in", values=sense.values)
                if previous and constraints and _is_or(folded, tokens, previous, mention):
                    last = constraints[-1]
                    if (last.attribute, last.operator) == (new.attribute, "in"):
                        both = tuple(dict.fromkeys((*last.values, *new.values)))
                        new = last.model_copy(update={"values": both})
                        constraints.pop()
                constraints.append(new)
            else:
                wishes.append(
                    Wish(
                        text=phrase,
                        attribute=sense.attribute,
                        values=sense.values,
                        topical=sense.kind == "topic",
                    )
                )
            previous = mention
        return list(dict.fromkeys(constraints)), list(dict.fromkeys(wishes)), released


def _are_names(spec: AttributeSpec) -> bool:
    """Whether most values look like names of people: two words or more, all capitalised."""
    sample = list(spec.vocabulary)[:200]
    looks = [re.fullmatch(r"[A-ZÀ-Þ][\w.'’-]*( [\w.'’-]+)* [A-ZÀ-Þ][\w.'’-]*", v) for v in sample]
    return sum(match is not None for match in looks) > len(sample) / 2


def _chosen(folded: str, tokens: list[Token], mention: Mention) -> Sense:
    """The sense meant: closed before the others, then by the word before it, then by count."""
    before = folded[: tokens[mention.first].start].rstrip()
    rank = {"closed": 0, "name": 1, "synonym": 2, "topic": 3}

    def order(sense: Sense) -> tuple[int, int, int]:
        made = bool(re.search(r"(?:by|directed|from|director|artist|painter|maker)$", before))
        making = sense.attribute in ("director", "artist", "author", "producer", "brand")
        appears = bool(re.search(r"(?:with|starring|featuring|actor|actress)$", before))
        acting = sense.attribute in ("cast", "actors", "stars")
        cue = (made and making) or (appears and acting)
        return (rank[sense.kind], -int(cue), -sense.count)

    return min(mention.senses, key=order)


def _refused(mention: Mention, chosen: Sense) -> list[Sense]:
    """What a refusal excludes: the chosen sense and, for topics, every attribute that lists it."""
    if chosen.kind in ("closed", "synonym"):
        return [chosen]
    return [sense for sense in mention.senses if sense.kind == chosen.kind]


def _span(mention: Mention) -> range:
    return range(mention.first, mention.last + 1)


def _with_polarity(folded: str, tokens: list[Token], mentions: list[Mention]) -> list[Mention]:
    done: list[Mention] = []
    for mention in mentions:
        start, end = tokens[mention.first], tokens[mention.last]
        before, after = folded[: start.start], folded[end.end :]
        released = bool(_RELEASING.search(before) or _RELEASED.match(after))
        reach = range(max(0, mention.first - _NEGATION_REACH), mention.first)
        negated = any(
            tokens[i].text in _NEGATORS and tokens[i].clause == start.clause for i in reach
        ) or bool(_NEGATING_PHRASES.search(before))
        # What stands between the negator and here must not be another wanted value.
        if done and not done[-1].negated and negated:
            negators = [i for i in reach if tokens[i].text in _NEGATORS]
            negated = not negators or max(negators) > done[-1].last
        if done and done[-1].negated and not negated:
            between = folded[tokens[done[-1].last].end : start.start]
            negated = bool(_JOINED.match(between))  # "no horror or gore" refuses both
        done.append(
            Mention(mention.first, mention.last, mention.senses, negated and not released, released)
        )
    return done


def _is_or(folded: str, tokens: list[Token], one: Mention, other: Mention) -> bool:
    between = folded[tokens[one.last].end : tokens[other.first].start]
    return bool(re.match(r"^\s*,?\s*(?:or|/)\s*(?:a |an )?$", between))
