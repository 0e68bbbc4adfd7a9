"""Which items a mark means: by their place in the list, title, description, or a pronoun."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ...catalog.records import Item
from ...catalog.store import Catalog
from .countries import ADJECTIVES
from .references import Span, has_pronoun, implied_items, pointed_items
from .stopwords import STOPWORDS
from .text import fold, fold_words
from .titles import Titles
from .vocabulary import MAKERS

_PLACES = re.compile(r"(?:(?:no\.?|nr\.?|number|#)? ?\d{1,2}(?:,? and |,? & |, ?| or | |$)){1,6}")
_ONE = re.compile(r"\b(?:the|that|this) (?:[^\W\d_][\w'&-]* ){1,3}?one\b")
_THAN_THE = re.compile(
    r"(?<=\bthan )the [^,.;:!?]{3,40}?(?=$|[,.;:!?]| (?:please|pls|and|but|though|if|for)\b)"
)
_MIDDLE = re.compile(r"\bmiddle (?:one|two|three)?")
_TOP = re.compile(r"\b(?:the )?top(?: one)?$")
_PLURAL = re.compile(
    r"\b(?:[2-9]|both|all(?: of)?|ones|two|three|four|five|these|those|them|they|films|movies|wines"
    r"|paintings|products|items|books|bottles|pictures)\b"
)
_AND = re.compile(r",? and |,? & |, |,? or | vs\.? ")
_NUMBERS = frozenset("both two three four five six".split())
_COUNTS = {"one": 1, "two": 2, "three": 3}
_IN_TITLE, _IN_VALUE, _IN_TEXT = 3, 2, 1
"""What a word of a description counts where it is found."""
ENOUGH = 0.6
"""Share of what the words of a phrase say that a title and its maker must have."""
RARE = 20
"""Items that have the best known word of a title at most, for the word to mean it."""
_SLIP_LETTERS = 5
_LONG_WORD = 8
_DEMONYMS = {noun.lower(): adjective.lower() for noun, adjective in ADJECTIVES.items()}


class Resolver:
    """Finds the items that phrases mean in one catalogue."""

    def __init__(
        self,
        catalog: Catalog,
        titles: Titles,
        popularity: Sequence[float],
        common: Collection[str] = (),
    ) -> None:
        """`popularity`: interactions per item, in row order; decides between equal fits.

        Args:
            common: ordinary words; one of them alone names no longer title.
        """
        self._common = {_stem(word) for word in common}
        self._catalog = catalog
        self._titles = titles
        self._popularity = popularity

    def items(self, phrase: str, shown: Sequence[str], focus: str | None) -> list[str]:
        """The items meant; none when the phrase means nothing here.

        Args:
            phrase: what points at items, as the person wrote it.
            shown: the list that the person saw last.
            focus: the item that `that` means.
        """
        folded = fold(phrase).strip(" .,!?'\"“”")
        placed = _by_place(folded, shown)
        if placed:
            return placed
        words = self._content(folded)
        if not words and (shown or focus) and has_pronoun(folded):
            return implied_items(folded, shown, focus)  # `it` and `them`, not the films
        exact = self._titles.exact(folded)
        described, fit = self._described(folded, words, shown, focus) if words else ([], 0)
        if not exact and len(described) < 2 and (each := self._each(folded, fit, shown, focus)):
            return each
        here = [item for item in described if not exact or item in exact]
        if exact and not here:
            return exact[:1]
        by_words, best = self._by_words(words)
        if described and (fit >= best or exact):
            return described
        if words and (near := self._titles.nearest(folded)):
            return [near]
        if by_words is not None:
            return [by_words]
        return implied_items(folded, shown, focus) if has_pronoun(folded) or not words else []

    def described_in(self, text: str, shown: Sequence[str]) -> list[tuple[Span, list[str]]]:
        """Where a message describes one item of the list (`the Italian one`), and which; or names
        its middle.
        """
        found: list[tuple[Span, list[str]]] = []
        if shown and (middle := _MIDDLE.search(text)):
            found.append((middle.span(), _by_place(middle[0], shown)))
        for match in (*_ONE.finditer(text), *_THAN_THE.finditer(text)) if shown else ():
            words = self._content(match[0])
            items, _ = self._described(match[0], words, shown, None) if words else ([], 0)
            if len(items) == 1:
                found.append((match.span(), items))
        return found

    def told(self, text: str, shown: Sequence[str]) -> list[str]:
        """The one item of the list that the words of a question tell from the others."""
        words = self._content(text)
        items, _ = self._described(text, words, shown, None) if words and shown else ([], 0)
        return items if len(items) == 1 else []

    def _content(self, folded: str) -> list[str]:
        noun = {self._catalog.manifest.item_noun, f"{self._catalog.manifest.item_noun}s"}
        words = (word.removesuffix("'s") for word in fold_words(folded))
        little = STOPWORDS | noun | _NUMBERS
        return [w for w in words if w not in little and len(w) > 1]

    def _described(
        self, folded: str, words: list[str], shown: Sequence[str], focus: str | None
    ) -> tuple[list[str], int]:
        """Items of the list that the words describe best, and how many words do; several items
        when several are meant.
        """
        scores = {one: self._fit(self._catalog.item(one), words) for one in shown}
        best = max(scores.values(), default=(0, 0))
        if not best[0]:
            return [], 0
        fitting = [one for one in shown if scores[one][0] == best[0]]
        if _PLURAL.search(folded):
            return fitting, best[0]
        best_fitting = [one for one in fitting if scores[one] == best]
        return [focus] if focus in best_fitting else best_fitting[:1], best[0]

    def _each(self, folded: str, fit: int, shown: Sequence[str], focus: str | None) -> list[str]:
        """The items that the parts of `the horse and the finches` describe, if each means one and
        they say more than the whole does."""
        found: list[str] = []
        total = 0
        parts = _AND.split(folded) if shown else []
        for part in parts if len(parts) > 1 else []:
            words = self._content(part)
            items, words_met = self._described(part, words, shown, focus) if words else ([], 0)
            if len(items) != 1 or items[0] in found:
                return []
            found += items
            total += words_met
        return found if total > fit else []

    def _by_words(self, words: Iterable[str]) -> tuple[str | None, int]:
        """The item of the catalogue whose title and maker have the words that say most, and how
        many of them; none when no title has enough.
        """
        count = len(self._catalog.item_ids)
        said = list(dict.fromkeys(filter(None, map(self._known_stem, words))))
        unknown = sum(self._known_stem(word) is None for word in words)
        worth = {stem: math.log(1 + count / len(self._rows[stem])) for stem in said}
        most = sum(worth.values()) + unknown * math.log(1 + count)
        scores: dict[int, float] = defaultdict(float)
        for stem in said:
            for row in self._rows[stem]:
                scores[row] += worth[stem]
        best = max(scores.values(), default=0.0)
        if not best or best < ENOUGH * most:
            return None, 0
        rows = [row for row, score in scores.items() if score >= best - 1e-9]
        row = min(rows, key=lambda one: (len(self._title_stems[one]), -self._popularity[one]))
        named = [stem for stem in said if stem in self._title_stems[row]]
        rare = [stem for stem in named if len(self._rows[stem]) <= RARE]
        telling = len(said) > 1 or not self._common.issuperset(rare)
        if not rare or not (telling or len(self._title_stems[row]) == 1):
            return None, 0
        return self._catalog.item_ids[row], sum(row in self._rows[stem] for stem in said)

    def _known_stem(self, word: str) -> str | None:
        """The stem of a word that titles or makers have, also where the word is a slip of it."""
        stem = _stem(word)
        if stem in self._rows or len(word) < _SLIP_LETTERS:
            return stem if stem in self._rows else None
        slips = 2 if len(stem) >= _LONG_WORD else 1
        near = process.extractOne(
            stem, self._by_letter[stem[0]], scorer=OSA.distance, score_cutoff=slips
        )
        return near[0] if near else None

    @cached_property
    def _title_stems(self) -> list[set[str]]:
        return [_stems(title) for title in self._catalog.titles]

    @cached_property
    def _rows(self) -> dict[str, set[int]]:
        """Stem -> rows of the items in whose title or maker it stands."""
        found: dict[str, set[int]] = defaultdict(set)
        for row, stems in enumerate(self._title_stems):
            for stem in stems:
                found[stem].add(row)
        for name in MAKERS & set(self._catalog.items.columns):
            for row, cell in enumerate(self._catalog.items[name].to_list()):
                for value in cell if isinstance(cell, list) else [cell] if cell else []:
                    for stem in _stems(value):
                        found[stem].add(row)
        return dict(found)

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for stem in self._rows:
            if len(stem) >= _SLIP_LETTERS - 1:
                found[stem[0]].append(stem)
        return found

    def _fit(self, item: Item, words: Iterable[str]) -> tuple[int, int]:
        """How many words describe an item, and how well."""
        title, values, text = _words_of(item)
        places = [
            _IN_TITLE if stem in title else _IN_VALUE if stem in values else _IN_TEXT
            for stem in map(_stem, words)
            if stem in title or stem in values or stem in text
        ]
        return len(places), sum(places)


def _by_place(folded: str, shown: Sequence[str]) -> list[str]:
    if _PLACES.fullmatch(folded):
        places = [int(one) for one in re.findall(r"\d+", folded)]
        return [shown[p - 1] for p in places if 1 <= p <= len(shown)]
    if shown and (middle := _MIDDLE.search(folded)):
        count = _COUNTS.get(middle[0].split()[-1], 1)
        start = (len(shown) - count) // 2
        return list(shown[start : start + count])
    if shown and _TOP.search(folded):
        return [shown[0]]
    return pointed_items(folded, shown).items


def _words_of(item: Item) -> tuple[set[str], set[str], set[str]]:
    """Stems of an item's title, of its values, and of its text."""
    values: set[str] = set()
    for value in item.attributes.values():
        for one in value if isinstance(value, list) else [str(value)]:
            values |= _stems(one)
            if (adjective := _DEMONYMS.get(one.lower())) is not None:
                values.add(_stem(adjective))
    return _stems(item.title), values, _stems(item.text)


def _stems(text: str) -> set[str]:
    return {_stem(word.removesuffix("'s")) for word in fold_words(text)}


def _stem(word: str) -> str:
    for ending in ("ies", "es", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
