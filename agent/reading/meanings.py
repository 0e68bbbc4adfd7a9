"""Values that words stand for without naming them: `boots` for Footwear, `steak` for Beef.

Two witnesses, both from the catalogue itself. Items whose title or text has the word: when nearly
all of them share a value, the word stands for it. Else the text encoder: when the word is close in
meaning to one value of a closed vocabulary. What is found this way is a soft wish, or a refusal of
something close; never more.
"""

from collections import Counter, defaultdict
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...catalog.records import AttributeSpec
from ...catalog.store import Catalog
from ...recommender.text_encoder import TextEncoder
from .stopwords import STOPWORDS
from .text import fold_words
from .vocabulary import Sense, is_closed

MIN_ITEMS = 2
"""Items with the word, from which they are a witness."""
MIN_SHARE = 0.75
"""Share of them that have the value."""
MIN_LIFT = 2.0
"""How many times the share of all items that is."""
CLOSE = 0.45
"""Cosine from which a word is close to a value."""
MOST_ITEMS = 20_000
"""Items whose words are looked at."""


class Meanings:
    """What words stand for in one catalogue."""

    def __init__(self, catalog: Catalog, encoder: TextEncoder) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._specs = [
            spec
            for spec in catalog.manifest.attributes
            if is_closed(spec) and spec.vocabulary_size > 1
        ]

    def of(self, phrase: str, *, refused: bool = False) -> Sense | None:
        """The value that a phrase stands for, if one is clear.

        Args:
            refused: leave out what only goes with the phrase: `no leather` is not `no boots`.
        """
        witness = None if refused else self._by_items(phrase)
        return witness or self._by_meaning(phrase)

    def _by_items(self, phrase: str) -> Sense | None:
        words = [_stem(word) for word in fold_words(phrase) if word not in STOPWORDS]
        having = [self._rows[word] for word in words if word in self._rows]
        if not having or len(having) < len(words):
            having = having[-1:]  # `hiking boots` in a catalogue without hiking: boots
        rows = set.intersection(*having) if having else set()
        if len(rows) < MIN_ITEMS:
            rows = having[-1] if having else set()
        found: list[tuple[float, Sense]] = []
        for spec in self._specs:
            values = self._values[spec.name]
            counts = Counter(value for row in rows for value in values[row])
            if not counts:
                continue
            value, count = counts.most_common(1)[0]
            share, usual = count / len(rows), spec.vocabulary[value] / len(values)
            if len(rows) >= MIN_ITEMS and share >= MIN_SHARE and share >= MIN_LIFT * usual:
                found.append((share / usual, Sense(spec.name, (value,), "synonym", count)))
        return max(found, key=lambda one: one[0])[1] if found else None

    def _by_meaning(self, phrase: str) -> Sense | None:
        names, vectors = self._encoded
        if not names:
            return None
        cosines = vectors @ self._encoder.encode([phrase])[0]
        first = int(np.argmax(cosines))
        if float(cosines[first]) < CLOSE:
            return None
        spec, value = names[first]
        return Sense(spec.name, (value,), "synonym", spec.vocabulary[value])

    @cached_property
    def _encoded(self) -> tuple[list[tuple[AttributeSpec, str]], NDArray[np.float32]]:
        names = [(spec, value) for spec in self._specs for value in spec.vocabulary]
        texts = [value for _, value in names]
        return names, self._encoder.encode(texts)

    @cached_property
    def _rows(self) -> dict[str, set[int]]:
        """Stem -> rows of the items whose title or text has it."""
        found: dict[str, set[int]] = defaultdict(set)
        frame = self._catalog.items.head(MOST_ITEMS)
        for row, (title, text) in enumerate(
            zip(frame["title"].to_list(), frame["text"].to_list(), strict=True)
        ):
            for word in {*fold_words(title), *fold_words(text or "")}:
                found[_stem(word)].add(row)
        return found

    @cached_property
    def _values(self) -> dict[str, list[list[str]]]:
        """Attribute -> each item's values."""
        frame = self._catalog.items.head(MOST_ITEMS)
        return {
            spec.name: [
                [] if cell is None else list(cell) if isinstance(cell, list) else [cell]
                for cell in frame[spec.name].to_list()
            ]
            for spec in self._specs
        }


def _stem(word: str) -> str:
    for ending in ("ing", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
