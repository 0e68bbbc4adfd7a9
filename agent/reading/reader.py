"""The deterministic reader: one message and what was shown before, to a `Reading`.

It links titles, positions, numbers and vocabulary; it invents nothing. What the LLM marks is merged
in afterwards (`merging`).
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ...catalog.constraints import Constraint
from ...catalog.store import Catalog
from . import intents
from .amounts import SHARE, stated_amounts
from .comparatives import Comparison, read_comparatives
from .consistency import merged
from .descriptions import descriptions, without
from .feedback import Feedback, clauses
from .interpretation import interpret, place
from .letting_go import phrases_of_letting_go, places_given_up
from .measures import YEAR, Quantities
from .negation import refused
from .notes import notes_of
from .numbers import Found, Numbers, read_numbers
from .opinions import only_known, opinions
from .parts import Parts
from .periods import read_periods
from .reading import Intent, Reading, Wish
from .references import has_pronoun, implied_items, joined, pointed_items
from .releases import Releases
from .resolving import Resolver
from .slips import mended
from .spelling import spell_out
from .stopwords import STOPWORDS
from .text import (
    PLACEHOLDER,
    POINTER,
    Token,
    clean,
    content_words,
    fold,
    fold_words,
    folded_offsets,
    tokenize,
)
from .titles import Message, TitleMention, Titles, other_titles
from .vocabulary import Mention, Vocabulary

_WORDLESS: tuple[Intent, ...] = ("chat", "help", "history", "reset", "out_of_scope")
"""Intents whose messages name nothing of the catalogue."""
ABOUT_ITEMS: tuple[Intent, ...] = ("explain", "compare", "ask")
"""Intents of questions about items."""
SEARCHES: tuple[Intent, ...] = ("recommend", "more_like", "feedback", "reset")
"""Intents whose message may state wishes."""
_OPINIONATED: tuple[Intent, ...] = ("recommend", "more_like", "feedback", "explain", "chat")
MOST_UNREAD = 60
"""Words without a meaning that are kept; a search for more finds nothing better."""
_QUOTES = tuple("\"'“”«»")
_LONG_WORD = 6
_LONG_STOPWORDS = [word for word in STOPWORDS if len(word) >= _LONG_WORD]
LONGEST = 8_000
"""Characters of a message that are read."""
_DESCRIPTIONS = 20_000
"""Descriptions that are searched for ordinary words; more would teach no new ones."""


class Reader:
    """The deterministic reader of one catalogue."""

    def __init__(
        self,
        catalog: Catalog,
        popularity: Sequence[float],
        guess: Callable[[str], Intent | None] = lambda message: None,
        known_words: Collection[str] = (),
    ) -> None:
        """`popularity`: interactions per item, in row order; decides between equal titles.

        Args:
            guess: the intent of a message in which no phrase of `intents` stands.
            known_words: words of the language, which are no slips of others.
        """
        self.catalog = catalog
        self._guess = guess
        manifest = catalog.manifest
        self.common = _ordinary_words(catalog)
        spelt = {*_title_words(catalog), *known_words}
        self.vocabulary = Vocabulary(manifest, self.common, spelt)
        self.quantities = Quantities([s for s in manifest.attributes if s.kind == "numeric"])
        self.releases = Releases(manifest.attributes, self.quantities)
        year = self.quantities.attribute(YEAR)
        others = other_titles(catalog.items.columns)
        self.titles = Titles(
            catalog.item_ids,
            catalog.titles,
            popularity,
            years=catalog.items[year.name].to_list() if year else (),
            others=catalog.items[others].to_list() if others else (),
            is_value=self.vocabulary.means_value,
        )
        self.resolver = Resolver(catalog, self.titles, popularity, self.common)

    @cached_property
    def shares(self) -> dict[str, tuple[float, float]]:
        """Numeric attribute -> where its lowest, and its highest, `SHARE` of the items ends."""
        ends = {}
        for spec in self.quantities.attributes:
            known = self.catalog.items[spec.name].drop_nulls()
            low, high = known.quantile(SHARE), known.quantile(1 - SHARE)
            if low is not None and high is not None:
                ends[spec.name] = (float(low), float(high))
        return ends

    def read(
        self,
        message: str,
        shown: Sequence[str] = (),
        focus: str | None = None,
        pointers: Sequence[str] = (),
    ) -> Reading:
        """Read one message.

        Args:
            shown: item ids of the list that the person saw last, in order.
            focus: the item that `that` means, if any.
            pointers: phrases of the message that are known to point at items; they ask for nothing.
        """
        parts = self._parts(self.spelt(message), shown, focus, pointers)
        named = list(dict.fromkeys([*parts.pointed.items, *parts.titles]))
        feedback = opinions(parts, shown, focus)
        intent = self._intent(parts, named, feedback, focus, self._guess(message))
        lost = parts.pointed.out_of_range is not None
        references = named
        if not references and not lost:
            told = intent in ("explain", "ask") and not has_pronoun(parts.text)
            references = self.resolver.told(parts.text, shown) if told else []
            references = references or _implied(intent, parts.text, shown, focus)
        if intent == "more_like" and not references:
            intent = "recommend"
        elif intent == "recommend" and named and not (feedback or parts.linked):
            intent = "more_like"
        return self._reading(intent, parts, references, feedback, shown)

    def _parts(
        self, original: str, shown: Sequence[str], focus: str | None, pointers: Sequence[str]
    ) -> Parts:
        masked, titles = self._mask_titles(original, shown, pointers)
        for phrase in pointers:
            masked = _pointing(masked, fold(phrase), shown)
        text = spell_out(masked)
        text = without(text, descriptions(text))
        tokens = tokenize(text)
        pointed = joined(pointed_items(text, shown), self.resolver.described_in(text, shown))
        numbers = Numbers(spans=[span for span, _ in pointed.at])
        places = len(numbers.spans)
        read_periods(text, self.quantities, numbers)
        read_numbers(text, self.quantities, numbers)
        del numbers.spans[:places]
        meant = [one for phrase in pointers for one in self.resolver.items(phrase, shown, focus)]
        comparison = self._compared(text, numbers, [*pointed.items, *titles, *meant], focus)
        noun = self.catalog.manifest.item_noun
        vague, indifferent = stated_amounts(text, self.quantities, self.shares, noun)
        released = [*self.releases.find(text), *indifferent]
        spans = [
            *(span for span, _ in pointed.at),
            *numbers.spans,
            *comparison.spans,
            *((one.start, one.end) for one in vague),
            *(span for _, span in released),
            *intents.of_changing_mind(text),
            *phrases_of_letting_go(text),
        ]
        taken = _inside(tokens, spans)
        every = self.vocabulary.mentions(text, tokens, taken)
        left = self._left(tokens, taken, every, numbers)
        gone = places_given_up(
            text,
            [one.span for one in (*numbers.found, *comparison.found)],
            [*(place(tokens, one) for one in every), *(token.span for token in left)],
        )
        released += [*_let_go(numbers.found, gone), *_let_go(comparison.found, gone)]
        unread, unlinked = _unread(text, [token for token in left if token.span not in gone])
        said = clauses(text)
        mentions = [m for m in every if not only_known(text, said, tokens[m.first].start)]
        return Parts(
            text=text,
            tokens=tokens,
            titles=titles,
            clauses=said,
            value_places=[
                *(tokens[mention.first].start for mention in mentions),
                *(start for start, _ in numbers.spans),
            ],
            title_places=[match.start() for match in re.finditer(PLACEHOLDER, text)],
            pointed=pointed,
            numbers=numbers,
            comparison=comparison,
            vague=vague,
            asked=interpret(text, tokens, mentions, self.vocabulary, gone=gone),
            released=list(dict.fromkeys(name for name, _ in released)),
            let_go=[token.text for token in left if token.span in gone],
            unread=unread,
            unlinked=unlinked,
        )

    def titles_in(self, message: str, shown: Sequence[str] = ()) -> list[str]:
        """The items whose titles a message names."""
        return self._mask_titles(self.spelt(message), shown, ())[1]

    def spelt(self, message: str) -> str:
        """A message as it is read: cleaned, bounded, without slips in the words of limits."""
        return mended(clean(message)[:LONGEST], self.vocabulary.knows)

    def described(self, message: str, shown: Sequence[str] = ()) -> list[str]:
        """The words of a message, folded, that describe items which it names."""
        text = spell_out(self._mask_titles(self.spelt(message), shown, ())[0])
        return [text[start:end] for start, end in descriptions(text)]

    def _mask_titles(
        self, original: str, shown: Sequence[str], pointers: Sequence[str]
    ) -> tuple[str, list[str]]:
        """The folded message with a placeholder for every title, and the items that they name.

        A title in one of the `pointers` stands for the whole phrase.
        """
        folded, tokens, found = self._titles(original, shown)
        whole = [_widened(title, folded, tokens, pointers) for title in found]
        return _masked(folded, tokens, whole), [title.item_id for title in found]

    def untitled(self, message: str) -> str:
        """A folded message with a placeholder for every title of several words that it has."""
        folded, tokens, found = self._titles(self.spelt(message), ())
        sure = [
            title
            for title in found
            if title.first < title.last
            and self.titles.exact(folded[tokens[title.first].start : tokens[title.last].end])
        ]
        return _masked(folded, tokens, sure)

    def _titles(
        self, original: str, shown: Sequence[str]
    ) -> tuple[str, list[Token], list[TitleMention]]:
        """The folded message, its tokens, and the titles in it."""
        folded = fold(original)
        tokens = tokenize(folded)
        pointed = _inside(tokens, [span for span, _ in pointed_items(folded, shown).at])
        reserved = [m.span for m in self.vocabulary.exact(tokens) if _is_value(m)]
        reserved += [range(i, i + 1) for i in pointed]
        found = self.titles.mentions(
            Message(
                original=original,
                folded=folded,
                offsets=folded_offsets(original),
                tokens=tokens,
                question=intents.intent_of(folded) in ABOUT_ITEMS,
                reserved=reserved,
            ),
            self.common,
        )
        return folded, tokens, found

    def _compared(
        self, text: str, numbers: Numbers, named: list[str], focus: str | None
    ) -> Comparison:
        if numbers.found:
            return Comparison()
        anchor = named[0] if named else focus
        return read_comparatives(text, self.quantities, self.numbers_of(anchor))

    def numbers_of(self, item_id: str | None) -> dict[str, float] | None:
        """Attribute -> number of an item that is known; none when it is not."""
        if item_id is None or self.catalog.row_of(item_id) is None:
            return None
        attributes = self.catalog.item(item_id).attributes
        return {k: float(v) for k, v in attributes.items() if isinstance(v, int | float)}

    def _left(
        self, tokens: list[Token], taken: set[int], mentions: list[Mention], numbers: Numbers
    ) -> list[Token]:
        """Content words that nothing explains."""
        covered = taken | {i for mention in mentions for i in mention.span}
        spoken_of = {found.constraint.attribute for found in numbers.found}
        spoken_of |= {sense.attribute for mention in mentions for sense in mention.senses}
        naming = {word for name in spoken_of for word in self._naming(name)}
        left = [
            token
            for i, token in enumerate(tokens)
            if i not in covered and token.text not in naming and content_words([token])
        ]
        return [token for token in left[:MOST_UNREAD] if not self._is_slip(token.text)]

    def _naming(self, attribute: str) -> Collection[str]:
        """Words that only name an attribute beside its value."""
        measure = self.quantities.measure(self.catalog.spec(attribute))
        return measure.nouns if measure else self.vocabulary.label(attribute)

    def _is_slip(self, word: str) -> bool:
        """Whether a word is a misspelt function word."""
        if len(word) < _LONG_WORD or word in self.common:
            return False
        near = process.extractOne(word, _LONG_STOPWORDS, scorer=OSA.distance, score_cutoff=1)
        return near is not None

    def _intent(
        self,
        parts: Parts,
        named: list[str],
        feedback: Feedback,
        focus: str | None,
        guess: Intent | None,
    ) -> Intent:
        intent = intents.intent_of(parts.text)
        known = bool(named or focus)
        if not named and intents.is_out_of_scope(parts.text, parts.linked):
            return "out_of_scope"
        if intent == "ask" and not (known and (named or has_pronoun(parts.text))):
            intent = "ask" if focus and not parts.linked and not parts.unread else None
        if intent == "history" and intents.asks_for_suggestions(parts.text):
            intent = None
        if intent == "compare" and parts.numbers.found:
            intent = None
        if intent is not None:
            return intent
        wished = guess in ABOUT_ITEMS and intents.demands(parts.text)
        if parts.linked and (guess in _WORDLESS or wished):
            guess = None
        if guess not in (None, "recommend"):
            return guess
        return "feedback" if feedback and not parts.linked and not parts.unread else "recommend"

    def _reading(
        self,
        intent: Intent,
        parts: Parts,
        references: list[str],
        feedback: Feedback,
        shown: Sequence[str],
    ) -> Reading:
        searches = intent in SEARCHES
        if intent not in _OPINIONATED:
            feedback = Feedback()
        found = [*parts.numbers.found, *parts.comparison.found]
        bounded = {one.constraint.attribute for one in found}
        found += [one for one in parts.vague if one.constraint.attribute not in bounded]
        constraints: list[Constraint] = []
        wishes: list[Wish] = []
        if searches:
            stated = [*(one.constraint for one in found), *parts.asked.constraints]
            constraints = merged([], stated)
            wishes = parts.asked.wishes
        given_up = list(dict.fromkeys([*parts.asked.released, *parts.let_go]))
        unread = parts.unread if searches and intent != "reset" else []
        free = [Wish(text=" ".join(unread))] if unread else []
        return Reading(
            intent=intent,
            constraints=constraints,
            wishes=[*wishes, *free],
            released=parts.released if searches else [],
            released_values=given_up if searches else [],
            overridden=self.overridden(constraints),
            references=references,
            liked=feedback.liked,
            disliked=feedback.disliked,
            seen=feedback.seen,
            replaces=intents.changes_mind(parts.text) and not given_up,
            fresh=intents.asks_anew(parts.text) and not parts.comparison.spans,
            unread=unread,
            notes=self._notes(parts, shown, searches),
        )

    def overridden(self, constraints: list[Constraint]) -> list[str]:
        """Attributes of one value an item whose earlier values these replace."""
        required = [one.attribute for one in constraints if one.operator == "in"]
        return [name for name in dict.fromkeys(required) if self.vocabulary.is_single(name)]

    def _notes(self, parts: Parts, shown: Sequence[str], searches: bool) -> list[str]:
        place = (parts.pointed.out_of_range, len(shown))
        if not searches:  # a question states no wish that could fail
            return notes_of("", self.catalog.manifest, place=place)
        return notes_of(
            parts.text,
            self.catalog.manifest,
            unheld=[*parts.numbers.unheld, *parts.comparison.unheld],
            unknown=parts.comparison.unknown,
            gaps=parts.numbers.gaps,
            unlinked=parts.unlinked,
            place=place,
        )


def _unread(text: str, left: Sequence[Token]) -> tuple[list[str], list[str]]:
    """Unexplained words: those that are wanted, and those refused."""
    pairs = list(zip(left, refused(text, [token.span for token in left]), strict=True))
    return [t.text for t, no in pairs if not no], [t.text for t, no in pairs if no]


def _let_go(
    found: list[Found], gone: Collection[tuple[int, int]]
) -> list[tuple[str, tuple[int, int]]]:
    """Take what is given up out of what was found: the attributes, and where."""
    let_go = [one for one in found if one.span in gone]
    found[:] = [one for one in found if one.span not in gone]
    return [(one.constraint.attribute, one.span) for one in let_go]


def _implied(intent: Intent, text: str, shown: Sequence[str], focus: str | None) -> list[str]:
    if intent == "compare":
        implied = implied_items(text, shown, None)
        return implied if len(implied) > 1 else list(shown if "which" in text else shown[:2])
    if intent == "rank":
        return list(shown)
    if intent in ("more_like", "explain", "ask", "feedback"):
        return implied_items(text, shown, focus) or (
            [focus] if focus and intent != "more_like" else []
        )
    return []


def _widened(
    title: TitleMention, folded: str, tokens: list[Token], pointers: Sequence[str]
) -> TitleMention:
    """A title with the other words of the phrase that points at its item."""
    start, end = tokens[title.first].start, tokens[title.last].end
    for phrase in pointers:
        at = folded.find(fold(phrase))
        if 0 <= at <= start and end <= at + len(fold(phrase)):
            inside = sorted(_inside(tokens, [(at, at + len(fold(phrase)))]))
            return replace(title, first=inside[0], last=inside[-1])
    return title


def _masked(folded: str, tokens: list[Token], titles: list[TitleMention]) -> str:
    parts, end = [], 0
    for title in titles:
        first, last = tokens[title.first].start, tokens[title.last].end
        quoted = folded[first - 1 : first] in _QUOTES and folded[last : last + 1] in _QUOTES
        parts += [folded[end : first - quoted], PLACEHOLDER]
        end = last + quoted
    return "".join([*parts, folded[end:]])


def _pointing(folded: str, phrase: str, shown: Sequence[str]) -> str:
    """The message with a phrase that points at items masked, but for places of the list in it."""
    if pointed_items(phrase, shown).at:
        return folded
    return re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", POINTER, folded, count=1)


def _inside(tokens: Sequence[Token], spans: Sequence[tuple[int, int]]) -> set[int]:
    """Indexes of the tokens that stand in any of the spans."""
    found: set[int] = set()
    ordered = sorted(spans)
    first = 0
    for start, end in ordered:
        while first < len(tokens) and tokens[first].end <= start:
            first += 1
        index = first
        while index < len(tokens) and tokens[index].start < end:
            found.add(index)
            index += 1
    return found


def _is_value(mention: Mention) -> bool:
    return any(sense.kind != "topic" for sense in mention.senses)


def _title_words(catalog: Catalog) -> frozenset[str]:
    return frozenset(word for title in catalog.titles for word in fold_words(title))


def _ordinary_words(catalog: Catalog) -> frozenset[str]:
    """Words that descriptions write in lower case: no names, and hardly ever misspelt."""
    texts = catalog.items["text"].head(_DESCRIPTIONS).to_list()
    words = {word for text in texts if text for word in re.findall(r"\b[a-z]{3,}\b", text)}
    return frozenset(words | STOPWORDS)
