"""Values that words stand for without naming them: `boots` for Footwear, `steak` for Beef.

Three witnesses. Items whose title or text has the word: when nearly
all of them share a value, the word stands for it. Else the text encoder: when the word is close in
meaning to one value of a closed vocabulary, or when the items closest in meaning share one. What
is found this way is a soft wish, or a refusal of something close; never more.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...catalog.records import AttributeSpec
from ...catalog.store import Catalog
from ...recommender.text_encoder import TextEncoder
from .countries import ADJECTIVES, LANGUAGES
from .stopwords import STOPWORDS
from .text import fold, fold_words
from .vocabulary import MAKERS, WEAK_VALUES, Sense, is_closed

MIN_ITEMS = 2
"""Items with the word, from which they are a witness."""
NEAREST = 5
"""Items closest in meaning that are asked."""
CLOSE_ITEM = 0.25
"""Cosine from which an item is close."""
MIN_SHARE = 0.75
"""Share of them that have the value."""
MIN_LIFT = 2.0
"""How many times the share of all items that is."""
CLOSE = 0.45
"""Cosine from which a word is close to a value."""
CLOSE_REFUSED = 0.6
"""The same for what is refused, as a refusal takes items away."""
_PLACES = LANGUAGES | {fold(name) for pair in ADJECTIVES.items() for name in pair}
MOST_ITEMS = 20_000
"""Items whose words are looked at."""


class Meanings:
    """What words stand for in one catalogue."""

    def __init__(
        self,
        catalog: Catalog,
        encoder: TextEncoder,
        nearest: Callable[[str, int], list[tuple[int, float]]] | None = None,
    ) -> None:
        """`nearest`: rows of the k items closest in meaning to a text, with their cosines."""
        self._catalog = catalog
        self._nearest = nearest
        self._encoder = encoder
        self._specs = [
            spec
            for spec in catalog.manifest.attributes
            if is_closed(spec) and spec.vocabulary_size > 1
        ]
        self._spoken = [spec for spec in self._specs if not _holds_names(spec)]
        self._kinds = [spec for spec in self._spoken if spec.kind == "categorical"]

    def of(self, phrase: str, *, refused: bool = False) -> Sense | None:
        """The value that a phrase stands for, if one is clear.

        Args:
            refused: leave out what only goes with the phrase: `no leather` is not `no boots`.
        """
        if refused:
            return self._by_meaning(phrase, CLOSE_REFUSED)
        return (
            self._by_items(phrase, self._spoken)
            or self._by_meaning(phrase, CLOSE)
            or self._by_nearest(phrase)
        )

    def kind(self, word: str) -> Sense | None:
        """The kind of item, of an attribute with one value an item, that a word stands for."""
        return None if word in WEAK_VALUES else self._by_items(word, self._kinds)

    def _by_items(self, phrase: str, specs: Sequence[AttributeSpec]) -> Sense | None:
        words = [_stem(word) for word in fold_words(phrase) if word not in STOPWORDS]
        having = [self._rows[word] for word in words if word in self._rows]
        if not having or len(having) < len(words):
            having = having[-1:]  # `hiking boots` in a catalogue without hiking: boots
        rows = set.intersection(*having) if having else set()
        if len(rows) < MIN_ITEMS:
            rows = having[-1] if having else set()
        return self._shared(rows, specs) if len(rows) >= MIN_ITEMS else None

    def _by_nearest(self, phrase: str) -> Sense | None:
        near = self._nearest(phrase, NEAREST) if self._nearest else []
        rows = [row for row, cosine in near if cosine >= CLOSE_ITEM and row < MOST_ITEMS]
        return self._shared(rows, self._spoken) if len(rows) == NEAREST else None

    def _shared(self, rows: Collection[int], specs: Sequence[AttributeSpec]) -> Sense | None:
        """The value that nearly all of some items have, and most others have not."""
        found: list[tuple[float, Sense]] = []
        for spec in specs:
            values = self._values[spec.name]
            counts = Counter(value for row in rows for value in values[row])
            if not counts:
                continue
            value, count = counts.most_common(1)[0]
            share, usual = count / len(rows), spec.vocabulary[value] / self._catalog.items.height
            if share >= MIN_SHARE and share >= MIN_LIFT * usual:
                found.append((share / usual, Sense(spec.name, (value,), "synonym", count)))
        return max(found, key=lambda one: one[0])[1] if found else None

    def _by_meaning(self, phrase: str, close: float) -> Sense | None:
        names, vectors = self._encoded
        if not names:
            return None
        cosines = vectors @ self._encoder.encode([phrase])[0]
        first = int(np.argmax(cosines))
        if float(cosines[first]) < close:
            return None
        spec, value = names[first]
        return Sense(spec.name, (value,), "synonym", spec.vocabulary[value])

    @cached_property
    def _encoded(self) -> tuple[list[tuple[AttributeSpec, str]], NDArray[np.float32]]:
        names = [(spec, value) for spec in self._spoken for value in spec.vocabulary]
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


def _holds_names(spec: AttributeSpec) -> bool:
    """Whether values are names, of makers or places, which other words do not stand for."""
    if spec.name in MAKERS:
        return True
    names = sum(not _PLACES.isdisjoint(fold_words(value)) for value in spec.vocabulary)
    return 2 * names > len(spec.vocabulary)


def _stem(word: str) -> str:
    for ending in ("ing", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word.removesuffix(ending)
    return word
