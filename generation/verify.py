"""Whether a sentence says only what its facts say.

Strict and lexical on purpose: every number, every name and every word of content must occur in the
facts, or be one of a few words that state nothing. What this lets through is supported; it also
cuts some sentences that are true. (A later version adds entailment.)
"""

import re
import unicodedata
from collections.abc import Iterable

# Words that connect or please, and state nothing about an item. Not here on purpose: praise that
# sounds like a measured fact (best, award-winning, acclaimed, top, popular), negation, comparison.
_GLUE = frozenset(
    """
    a about above all also an and another any are as at be because been both but by can choice could
    did do does enjoy enjoyed enjoying enjoys fan fans fit fits for from get give gives good great
    had has have here how i if in into is it its itself just keep kind let like liked likes look
    looking love loved loves make makes many match matches may might mood more much my nice of off
    on one or our out over pick picked picks please pleasant really same see share shared shares
    should so some someone something sort story such suggest suit suits sure take taste tells than
    that the their them then there these they thing things think this those though through time to
    too touch try up us very want was watch way we well were what when where which while who why
    will wish with works worth would year years you your yours yourself film films movie movies
    book books item items product products painting paintings wine wines title titles one's it's
    you'll you've you're that's minute minutes set stars starring directed director features
    featuring called based comes choose asked ask request wanted since description people genre
    genres runtime long runs shows listed tagged rated rating language cast tagline
    """.split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CITATION = re.compile(r"\[\d+\]")
_ABSOLUTE = re.compile(r"(?i)https?:|www\.|[<>{}\\`|]")


def supported(sentence: str, ground: Iterable[str]) -> bool:
    """Whether every number and every word of content in `sentence` occurs in `ground`.

    Args:
        ground: the texts of the facts that the sentence may rest on.
    """
    plain = _CITATION.sub(" ", _fold(sentence))
    if not plain.strip() or _ABSOLUTE.search(plain) or not plain.isprintable():
        return False
    basis = _fold(" ".join(ground))
    names = {_stem(word) for word in _words(_fold(" ".join(_names(sentence))))}
    if not names <= {_stem(word) for word in _words(basis)}:
        return False  # capitals make a name of words that would otherwise state nothing
    if not set(_NUMBER.findall(plain)) <= set(_NUMBER.findall(basis)):
        return False
    known = {_stem(word) for word in _words(basis)} | _GLUE_STEMS
    return all(_stem(word) in known for word in _words(plain))


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order, blanks dropped."""
    return [part.strip() for part in re.split(r"(?<=[.!?…])\s+", text.strip()) if part.strip()]


def keep_supported(text: str, ground: Iterable[str]) -> str:
    """The sentences of `text` that the facts support, joined; empty when there is none."""
    basis = list(ground)
    return " ".join(one for one in split_sentences(text) if supported(one, basis))


def _names(sentence: str) -> list[str]:
    """Words written with a capital, the first of the sentence and `I` aside."""
    words = [match.group() for match in _WORD.finditer(_CITATION.sub(" ", sentence))]
    first_is_name = len(words) > 1 and words[0].isupper() and len(words[0]) > 1
    rest = words if first_is_name else words[1:]
    return [word for word in rest if word[0].isupper() and word not in {"I", "I'm", "I've"}]


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _words(text: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(text)]


def _stem(word: str) -> str:
    """Plural and verb endings off: enough to match `comedies` with `comedy`."""
    for ending, replacement in (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ed", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + replacement
            break
    return word.rstrip("e") if len(word) > 3 else word


_GLUE_STEMS = {_stem(word) for word in _GLUE}
