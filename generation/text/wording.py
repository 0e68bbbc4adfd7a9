"""Making a model's sentence fit to be shown: whole, not babbling, with its citations set by code.

A small model numbers its sources badly even where its sentence is right; the numbers are therefore
taken out and set again from what the sentence says.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from .facts import Fact
from .glue import GLUE
from .verify import split_sentences, supported

MIN_WORDS = 5
NAME_WORDS = 5
"""A value of more words is prose: it may be quoted as a fact, never spoken as the agent's own."""
TITLE_WORDS = 12
"""Longest run of words that is looked up as a title."""
# A sentence without one of these is a list of names, or babble.
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|runs?|rates?|rated|shares?|stars?|fits?|liked?|likes|loved"
    r"|enjoyed|features?|follows?|directed|tells|made)\b"
)
# Likeness to another item is a claim of its own: a fact must say what they share.
_LIKENESS = re.compile(r"\b[Aa]s in\b|\b[Ll]ike [A-Z“]|, as\b")
_CITATION = re.compile(r"\s*\[\d+\]")
_TOKEN = re.compile(r"\w+")
_JOINED = "\ue000"
"""Stands for the blanks of a name while sentences are split; a private character."""
_OPENERS = frozenset(
    """a an and as because both for from here if in it its like of on since so that the their there
    these they this those we when while with you your""".split()
)
"""Words that begin sentences; also where a catalogue has an item of that title."""


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


def title_forms(titles: Iterable[str]) -> frozenset[str]:
    """Titles as they are looked up: words in lower case, with and without a leading article."""
    forms: set[str] = set()
    for title in titles:
        words = [word.casefold() for word in _TOKEN.findall(title)]
        forms.add(" ".join(words))
        if len(words) > 1 and words[0] in ("the", "a", "an"):
            forms.add(" ".join(words[1:]))
    return frozenset(forms)


def names_another(sentence: str, ground: Iterable[str], titles: Collection[str]) -> bool:
    """Whether a sentence names an item that its ground does not name.

    Words that the ground has in lower case make a title when they are written with a capital:
    `about an alien` is no film, `like Alien` is one.

    Args:
        titles: the catalogue's, as `title_forms` makes them.
    """
    words = _TOKEN.findall(sentence)
    known = f" {' '.join(_TOKEN.findall(' '.join(ground)))} "
    for first in range(len(words)):
        for last in range(first + 1, min(len(words), first + TITLE_WORDS) + 1):
            run = words[first:last]
            name = " ".join(run)
            if all(word[0].islower() for word in run) or f" {name} " in known:
                continue
            opens = first == 0 and last == 1 and name.casefold() in _OPENERS
            if name.casefold() in titles and not opens:
                return True
    return False


def fit_sentences(
    text: str,
    ground: Sequence[str],
    *,
    names: Iterable[str] = (),
    titles: Collection[str] = frozenset(),
) -> str:
    """The sentences of `text` that are whole and supported, joined; empty when there is none.

    Args:
        ground: what they may rest on.
        names: titles that they may name, as a whole only.
        titles: every title of the catalogue, as `title_forms` makes them; no other is named.
    """
    longest_first = sorted({name for name in names if name}, key=len, reverse=True)
    kept = []
    for sentence in dict.fromkeys(sentences_of(_CITATION.sub("", text), longest_first)):
        bare = without_names(sentence, longest_first)
        if (
            well_formed(sentence)
            and supported(bare, ground)
            and not names_another(bare, ground, titles)
        ):
            kept.append(sentence)
    return " ".join(kept)


def sentences_of(text: str, names: Sequence[str]) -> list[str]:
    """The sentences of a text in which a name ends none, whatever stops it has: `Dr. No`.

    Args:
        names: the longest first.
    """
    for name in names:
        text = text.replace(name, name.replace(" ", _JOINED))
    return [part.replace(_JOINED, " ") for part in split_sentences(text)]


def without_names(sentence: str, names: Sequence[str]) -> str:
    """The sentence with `it` for each name; the longest first."""
    for name in names:
        sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "it", sentence)
    return sentence


def speakable(facts: Iterable[Fact]) -> list[str]:
    """What of the facts a model may say in its own words.

    Descriptions and values that are whole sentences are left out: whoever wrote them could have
    written what the agent is to say.
    """
    texts = []
    for fact in facts:
        label, colon, values = fact.text.removesuffix(".").partition(": ")
        if fact.source.startswith("people:"):
            texts.append(fact.text)
        elif fact.source != "text":
            short = [one for one in values.split(", ") if len(one.split()) <= NAME_WORDS]
            texts.append(f"{label}{colon}{', '.join(short)}.")
    return texts


def written_reason(
    text: str, title: str, facts: Sequence[Fact], titles: Collection[str] = frozenset()
) -> str:
    """What is fit to be shown of a model's reason, with the numbers of the facts it rests on.

    Empty when nothing is, or when it rests on no fact.
    """
    kept = fit_sentences(text, speakable(facts), names=[title], titles=titles)
    cited = cited_facts(kept, facts)
    if _recites(kept, facts) or (_LIKENESS.search(kept) and not any(map(_is_shared, cited))):
        return ""
    said = _numbers(kept) - _numbers(title)
    if not kept or not said <= {number for fact in cited for number in _numbers(fact.text)}:
        return ""  # a number out of its fact says something else: 41 people, without "of whom 25"
    return f"{kept} {''.join(f'[{fact.number}]' for fact in cited)}" if cited else ""


def cited_facts(sentence: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that a sentence rests on, in their order."""
    return [fact for fact in facts if rests_on(sentence, fact.text)]


def _recites(sentence: str, facts: Sequence[Fact]) -> bool:
    """Whether a sentence copies a fact's label into its grammar: `and running time: 98 minutes`."""
    labels = {fact.text.partition(": ")[0].lower() + ":" for fact in facts if ": " in fact.text}
    return any(label in sentence.lower() for label in labels)


def _is_shared(fact: Fact) -> bool:
    return fact.source.startswith("shared:")


def rests_on(sentence: str, fact: str) -> bool:
    """Whether a sentence says one of the values of a fact: all its numbers, or a word of it."""
    if numbers := _numbers(fact):
        return numbers <= _numbers(sentence)
    _, colon, values = fact.partition(": ")
    said = set(_TOKEN.findall(sentence.lower()))
    text = (values if colon else fact).lower().rstrip(".")
    stated = {word for word in _TOKEN.findall(text) if len(word) > 2 and word not in GLUE}
    return not said.isdisjoint(stated.union(text.split(", ")))  # `love` alone is a value


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))
