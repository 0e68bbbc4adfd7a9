"""What misspelt and abbreviated words of a message are slips of: `horor`, `sauvingon blanc`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

MIN_LETTERS = 5
"""Letters of a word from which it is compared with others."""
NAME_SCORE = 88
"""Likeness, of 100, from which words are a slip of a name."""
MIN_ABBREVIATED = 3
"""Letters that an abbreviated word keeps."""
_LONG_WORD = 8


class Respelling:
    """The right spellings of one vocabulary."""

    def __init__(self, words: Iterable[str], names: Iterable[str]) -> None:
        """`words`: single words; `names`: values of several words, folded."""
        self._words = [word for word in words if len(word) >= MIN_LETTERS]
        self._names: dict[str, list[str]] = defaultdict(list)
        for name in names:
            self._names[name[0]].append(name)

    def word(self, written: str) -> str | None:
        """The word that one is a slip of."""
        match = process.extractOne(
            written,
            [known for known in self._words if _may_be(known, written)],
            scorer=OSA.distance,
            score_cutoff=2 if len(written) >= _LONG_WORD else 1,
        )
        return match[0] if match else None

    def name(self, written: Sequence[str]) -> str | None:
        """The name that words are a slip or an abbreviation of."""
        names = self._names.get(written[0][0], [])
        match = process.extractOne(
            " ".join(written), names, scorer=fuzz.ratio, score_cutoff=NAME_SCORE
        )
        return match[0] if match else _written_out(written, names)


def _may_be(known: str, word: str) -> bool:
    """Whether a word can be a slip of another: hardly anyone gets the first letter wrong, and in a
    short word the last."""
    return known[0] == word[0] and (len(word) >= _LONG_WORD or known[-1] == word[-1])


def _written_out(words: Sequence[str], names: Iterable[str]) -> str | None:
    """The one name that words abbreviate, each by its first letters: `cab sauv`."""
    if any(len(word) < MIN_ABBREVIATED for word in words):
        return None
    begun = [name for name in names if name.startswith(words[0])]
    found = [
        name
        for name in begun
        if len(parts := name.split()) == len(words) and all(map(str.startswith, parts, words))
    ]
    return found[0] if len(found) == 1 else None
