"""Slips of the finger in the words that bound a wish: `rated at laest 4`, `unedr 2 hours`.

Values are respelt by `respelling`; these words are not values, and what stands beside them means
nothing without them.
"""

import re
from collections.abc import Callable

_WORDS = """
about above after around before below between cheaper directed exactly featuring hours instead
least less longer looking maximum minimum minutes more most newer nothing older over please rated
rather recommend shorter since something stars starring than under until with without years
""".split()
_SHORTEST = 4
"""Letters of a word that is looked at."""
_WORD = re.compile(rf"(?<![\w'])[A-Za-z]{{{_SHORTEST},}}(?![\w'])")


def mended(text: str, is_known: Callable[[str], bool]) -> str:
    """A message in which the words that bound a wish are spelt right.

    Args:
        is_known: whether a word in lower case means something as it stands.
    """

    def right(match: re.Match[str]) -> str:
        written = match[0].lower()
        word = _SLIPS.get(written)
        if word is None or is_known(written):
            return match[0]
        return word.capitalize() if match[0][0].isupper() else word

    return _WORD.sub(right, text)


def _slips_of(word: str) -> set[str]:
    """What becomes of a word when two neighbouring letters change places, or one is left out; the
    first one hardly ever is wrong."""
    places = range(1, len(word))
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in places[:-1]}
    shortened = {word[:i] + word[i + 1 :] for i in places} if len(word) > _SHORTEST else set()
    return {one for one in swapped | shortened if len(one) >= _SHORTEST} - {word}


_SLIPS = {slip: word for word in reversed(_WORDS) for slip in _slips_of(word)}
