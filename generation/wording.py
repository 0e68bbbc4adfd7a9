"""Making a model's sentence fit to be shown: whole, not babbling, with its citations set by code.

A small model numbers its sources badly even where its sentence is right; the numbers are therefore
taken out and set again from what the sentence says.
"""

import re
from collections.abc import Sequence

from .facts import Fact
from .verify import keep_supported, split_sentences

MIN_WORDS = 5
# A sentence without one of these is a list of names, or babble.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|runs?|rates?|rated|shares?|stars?|fits?|liked?|likes|loved"
    r"|enjoyed|features?|follows?|directed|tells|made)\b"
)
_CITATION = re.compile(r"\s*\[\d+\]")
_TOKEN = re.compile(r"\w+")


def well_formed(sentence: str) -> bool:
    """Whether a sentence is whole: it ends, says something beside names, and repeats nothing."""
    if not re.search(r"[.!?…][\"”’)]?$", sentence) or ";" in sentence:
        return False
    if not _VERB.search(sentence):
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
    cited = [fact for fact in facts if _rests_on(kept, fact)]
    said = _numbers(kept) - _numbers(title)
    if not kept or not said <= {number for fact in cited for number in _numbers(fact.text)}:
        return ""  # a number out of its fact says something else: 41 people, without "of whom 25"
    return f"{kept} {''.join(f'[{fact.number}]' for fact in cited)}" if cited else ""


def _rests_on(sentence: str, fact: Fact) -> bool:
    """Whether a sentence says one of the values of a fact: all its numbers, or a word of it."""
    if numbers := _numbers(fact.text):
        return numbers <= _numbers(sentence)
    _, colon, values = fact.text.partition(": ")
    said = set(_TOKEN.findall(sentence.lower()))
    stated = _TOKEN.findall((values if colon else fact.text).lower())
    return any(len(word) > 3 and word in said for word in stated)


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))
