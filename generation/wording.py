"""Making a model's sentence fit to be shown: whole, not babbling, with its citations set by code.

A small model numbers its sources badly even where its sentence is right; the numbers are therefore
taken out and set again from what the sentence says.
"""

import re
from collections.abc import Sequence

from .facts import Fact
from .verify import keep_supported, split_sentences

MIN_WORDS = 5
_CITATION = re.compile(r"\s*\[\d+\]")
_TOKEN = re.compile(r"\w+")


def well_formed(sentence: str) -> bool:
    """Whether a sentence is whole: it ends, says something beside names, and repeats nothing."""
    if not re.search(r"[.!?…][\"”’)]?$", sentence) or ";" in sentence:
        return False
    words = _TOKEN.findall(sentence)
    lower = [word.lower() for word in words]
    runs = [tuple(lower[n : n + 3]) for n in range(len(lower) - 2)]
    plain = sum(word.islower() for word in words)
    return len(words) >= MIN_WORDS and plain * 2 >= len(words) and len(runs) == len(set(runs))


def fit_sentences(text: str, ground: Sequence[str]) -> str:
    """The sentences of `text` that are whole and supported, joined; empty when there is none."""
    sentences = [one for one in split_sentences(_CITATION.sub("", text)) if well_formed(one)]
    return keep_supported(" ".join(dict.fromkeys(sentences)), ground)


def written_reason(text: str, title: str, facts: Sequence[Fact]) -> str:
    """What is fit to be shown of a model's reason, with the numbers of the facts it rests on.

    Empty when nothing is, or when it rests on no fact.
    """
    kept = fit_sentences(text, [title, *(fact.text for fact in facts)])
    cited = [fact.number for fact in facts if _rests_on(kept, fact)]
    return f"{kept} {''.join(f'[{number}]' for number in cited)}" if kept and cited else ""


def _rests_on(sentence: str, fact: Fact) -> bool:
    """Whether a sentence says one of the values of a fact: all its numbers, or a word of it."""
    _, colon, values = fact.text.partition(": ")
    said = set(_TOKEN.findall(sentence.lower()))
    stated = _TOKEN.findall((values if colon else fact.text).lower())
    numbers = {word for word in stated if word.isdigit()}
    if numbers:
        return numbers <= said
    return any(len(word) > 3 and word in said for word in stated)
