"""A message as tokens: cleaned, folded, bounded."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .stopwords import STOPWORDS

PLACEHOLDER = "\ufffc"
"""Stands for a title once it was read, so that its words mean nothing else."""
POINTER = "\ufff9"
"""Stands for other words that are known to mean an item."""

_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\d|[#$€£%]")
_BOUNDARY = re.compile(r"[.!?;:,\n]|\b(?:but|and|or|nor)\b")
_SPACES = "\t\n\r\v\f\u200d\u2028\u2029"
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ`´"), "'")


def clean(message: str) -> str:
    """Control, format and surrogate characters out, white space collapsed.

    Right-to-left text keeps its letters; the marks that reorder what is displayed go.
    """
    kept = (
        " " if c in _SPACES or c == PLACEHOLDER else c
        for c in message
        if c in _SPACES or unicodedata.category(c)[0] != "C"
    )
    return re.sub(r"\s+", " ", "".join(kept)).strip()


def fold(text: str) -> str:
    """Lower case, no accents, straight apostrophes: the form in which words are compared."""
    text = text.translate(_APOSTROPHES)
    return text.lower() if text.isascii() else "".join(map(_fold_character, text))


def _fold_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def folded_offsets(text: str) -> Sequence[int]:
    """For every character of `fold(text)` the offset of the one in `text` that it came from."""
    text = text.translate(_APOSTROPHES)
    if text.isascii():
        return range(len(text))
    return [i for i, character in enumerate(text) for _ in _fold_character(character)]


def fold_words(text: str) -> tuple[str, ...]:
    """The folded words of a text."""
    return tuple(_TOKEN.findall(fold(text)))


def longest_by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """For every first word the length of the longest phrase that starts with it."""
    longest: dict[str, int] = {}
    for words in phrases:
        longest[words[0]] = max(len(words), longest.get(words[0], 0))
    return longest


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign of a message."""

    text: str
    """Folded form."""
    start: int
    """Offset in the folded message."""
    end: int
    """Offset after its last character."""
    clause: int
    """Number of the clause it stands in; a title does not reach over clauses when misspelt."""

    @property
    def span(self) -> tuple[int, int]:
        """Its place in the folded message."""
        return self.start, self.end


def tokenize(folded: str) -> list[Token]:
    """Tokens of a folded message, numbered by clause."""
    breaks = [match.start() for match in _BOUNDARY.finditer(folded)]
    tokens, clause = [], 0
    for match in _TOKEN.finditer(folded):
        while clause < len(breaks) and breaks[clause] < match.start():
            clause += 1
        tokens.append(Token(match.group(), match.start(), match.end(), clause))
    return tokens


def content_words(tokens: list[Token]) -> list[str]:
    """The words that carry a wish."""
    return [
        t.text for t in tokens if t.text not in STOPWORDS and t.text.isalpha() and len(t.text) > 2
    ]
