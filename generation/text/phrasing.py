"""Copy made of facts by code: what stands where no model's line fits or survives."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .facts import Fact

_PEOPLE = re.compile(r"Of (\d+) people who liked (.+), (\d+) liked this too\.")
_SHARED = re.compile(r"In common with (.+?): (.+)\.")
_SIMILAR = re.compile(r"Close to (.+) in content\.")
_LABEL = re.compile(r"([^:]+): (.+)\.")


def headlines(title: str, facts: Sequence[Fact], noun: str) -> Iterator[str]:
    """A few words each, without a stop, those that speak of the person first."""
    labelled = [match for fact in facts if (match := _labelled(fact))]
    for fact in facts:
        for pattern in (_PEOPLE, _SHARED, _SIMILAR):
            if match := pattern.fullmatch(fact.text):
                liked = match[2] if pattern is _PEOPLE else match[1]
                yield f"If you liked {liked}: {title}"
                yield f"You liked {liked}"
                yield f"If you liked {liked}"
    yield title
    for match in labelled:
        label, values = match.groups()
        yield f"{title}: {values}"
        yield f"{label}: {values}"
        if not values[:1].isdigit():
            yield values.split(", ")[0]
    yield f"A {noun} for you"
    yield "For you"


def lines(title: str, facts: Sequence[Fact]) -> Iterator[str]:
    """One sentence each, those that speak of the person first."""
    for fact in facts:
        if match := _PEOPLE.fullmatch(fact.text):
            people, liked, both = match.groups()
            yield f"Of {people} people who liked {liked}, {both} liked {title} too."
            yield f"{both} of {people} people who liked {liked} liked it too."
        elif match := _SHARED.fullmatch(fact.text):
            liked, values = match.groups()
            yield f"{title} has {values} in common with {liked}, which you liked."
            yield f"In common with {liked}: {values}."
        elif match := _SIMILAR.fullmatch(fact.text):
            yield f"{title} is close to {match[1]} in content, which you liked."
            yield fact.text
    labelled = [match for fact in facts if (match := _labelled(fact))]
    for first, second in pairwise(labelled):
        yield f"{title}. {first[1]}: {first[2]}. {second[1]}: {second[2]}."
    for match in labelled:
        yield f"{title}. {match[1]}: {match[2]}."
        yield f"{match[1]}: {match[2]}."


def paragraph(title: str, facts: Sequence[Fact]) -> Iterator[str]:
    """Sentences that stand together: what speaks of the person with the title, the rest plainly."""
    for fact in facts:
        if match := _PEOPLE.fullmatch(fact.text):
            yield f"Of {match[1]} people who liked {match[2]}, {match[3]} liked {title} too."
        elif match := _SHARED.fullmatch(fact.text):
            yield f"It has {match[2]} in common with {match[1]}, which you liked."
        elif match := _SIMILAR.fullmatch(fact.text):
            yield fact.text
    yield from (match[0] for fact in facts if (match := _labelled(fact)))


def _labelled(fact: Fact) -> re.Match[str] | None:
    """Label and values of a fact about an attribute; prose is not among them."""
    return _LABEL.fullmatch(fact.text) if fact.source.startswith("attribute:") else None
