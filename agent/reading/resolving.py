"""Which items a mark means: by their place in the list, title, description, or a pronoun."""

import re
from collections.abc import Iterable, Sequence

from ...catalog.records import Item
from ...catalog.store import Catalog
from .countries import ADJECTIVES
from .references import has_pronoun, implied_items, pointed_items
from .stopwords import STOPWORDS
from .text import fold, fold_words
from .titles import Titles

_PLACES = re.compile(r"(?:(?:no\.?|nr\.?|number|#)? ?\d{1,2}(?:,? and |,? & |, ?| or | |$)){1,6}")
_MIDDLE = re.compile(r"\bmiddle (?:one|two|three)?")
_TOP = re.compile(r"\b(?:the )?top(?: one)?$")
_PLURAL = re.compile(
    r"\b(?:[2-9]|both|all|ones|two|three|four|five|these|those|them|they|films|movies|wines|paintings"
    r"|products|items|books|bottles|pictures)\b"
)
_COUNTS = {"one": 1, "two": 2, "three": 3}
_IN_TITLE, _IN_VALUE, _IN_TEXT = 3, 2, 1
"""What a word of a description counts where it is found."""
_DEMONYMS = {noun.lower(): adjective.lower() for noun, adjective in ADJECTIVES.items()}


class Resolver:
    """Finds the items that phrases mean in one catalogue."""

    def __init__(self, catalog: Catalog, titles: Titles) -> None:
        self._catalog = catalog
        self._titles = titles

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
        if not words and shown and has_pronoun(folded):
            return implied_items(folded, shown, focus)  # `it` and `them`, not the films
        exact = self._titles.exact(folded)
        described = self._described(folded, words, shown, focus) if words else []
        here = [item for item in described if not exact or item in exact]
        if exact and not here:
            return exact[:1]
        if described:
            return described
        if words and (near := self._titles.nearest(folded)):
            return [near]
        return implied_items(folded, shown, focus) if has_pronoun(folded) or not words else []

    def _content(self, folded: str) -> list[str]:
        noun = {self._catalog.manifest.item_noun, f"{self._catalog.manifest.item_noun}s"}
        words = (word.removesuffix("'s") for word in fold_words(folded))
        return [w for w in words if w not in STOPWORDS and w not in noun and len(w) > 1]

    def _described(
        self, folded: str, words: list[str], shown: Sequence[str], focus: str | None
    ) -> list[str]:
        """Items of the list that the words describe best; several when several are meant."""
        scores = {one: self._fit(self._catalog.item(one), words) for one in shown}
        best = max(scores.values(), default=(0, 0))
        if not best[0]:
            return []
        fitting = [one for one in shown if scores[one][0] == best[0]]
        if _PLURAL.search(folded):
            return fitting
        best_fitting = [one for one in fitting if scores[one] == best]
        return [focus] if focus in best_fitting else best_fitting[:1]

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
