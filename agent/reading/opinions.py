"""Whom the verdicts of a message are about: items that it names, else those that it implies."""

from collections.abc import Sequence

from .feedback import Clause, Feedback
from .intents import wants_something
from .parts import Parts
from .references import has_pronoun, implied_items
from .text import tokenize

_LONGEST_BARE = 4
"""Words of a verdict that names no item: `great pick`."""


def opinions(parts: Parts, shown: Sequence[str], focus: str | None) -> Feedback:
    """What the message says of items."""
    feedback = Feedback()
    spoken: list[str] = []
    for clause in parts.clauses:
        named = _named_in(clause, parts)
        spoken = named or spoken
        for verdict in clause.verdicts:
            feedback.add(verdict, named or _implied_in(clause, parts, spoken, shown, focus))
    return feedback.settle()


def only_known(text: str, clauses: Sequence[Clause], place: int) -> bool:
    """Whether a value stands where the message only says what the person has seen."""
    return any(
        "seen" in clause.verdicts and not wants_something(text[clause.start : clause.end])
        for clause in clauses
        if clause.start <= place < clause.end
    )


def _named_in(clause: Clause, parts: Parts) -> list[str]:
    titles = zip(parts.title_places, parts.titles, strict=True)
    named = [item for place, item in titles if clause.start <= place < clause.end]
    for (start, _), items in parts.pointed.at:
        named += items if clause.start <= start < clause.end else []
    return named


def _implied_in(
    clause: Clause, parts: Parts, spoken: list[str], shown: Sequence[str], focus: str | None
) -> list[str]:
    """The items that a verdict without a name is about; none when it is about anything else."""
    words = parts.text[clause.start : clause.end]
    tokens = tokenize(words)
    other = any(clause.start <= place < clause.end for place in parts.value_places)
    if other or parts.pointed.out_of_range or any(token.text in parts.unread for token in tokens):
        return []
    if has_pronoun(words):
        return spoken or implied_items(words, shown, focus)
    bare = len(tokens) <= _LONGEST_BARE and not wants_something(words)
    return (spoken or ([focus] if focus else [])) if bare else []
