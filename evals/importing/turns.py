"""Dialogues between two people as cases: one for every reply that first names a title."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..results.cases import Said

Role = Literal["person", "agent"]


@dataclass
class Turn:
    """What one of the two says before the other does."""

    role: Role
    """Who; the recommender is the agent."""
    text: str
    """All of their messages."""
    titles: list[str] = field(default_factory=list)
    """That they name, in order."""


def merged(messages: Iterable[Turn]) -> list[Turn]:
    """Messages in a row of one speaker as one turn; empty ones are left out."""
    turns: list[Turn] = []
    for message in messages:
        if not message.text:
            continue
        if turns and turns[-1].role == message.role:
            turns[-1].text += f" {message.text}"
            turns[-1].titles += message.titles
        else:
            turns.append(Turn(message.role, message.text, list(message.titles)))
    return turns


@dataclass(frozen=True)
class Reply:
    """A reply that recommends."""

    number: int
    """Its turn, counted from 0."""
    before: list[Said]
    """What was said."""
    named: list[str]
    """Titles that were named before, in order."""
    targets: list[str]
    """Titles that it names first."""


def replies(
    turns: Iterable[Turn], counts: Callable[[str], bool] = lambda title: True
) -> Iterator[Reply]:
    """The agent's turns that follow a person's and name a title that nobody named before.

    Args:
        counts: whether a title that the agent names is recommended.
    """
    before: list[Said] = []
    named: dict[str, None] = {}
    for number, turn in enumerate(turns):
        titles = list(dict.fromkeys(turn.titles))
        if turn.role == "agent" and any(said.role == "person" for said in before):
            fresh = [title for title in titles if title not in named and counts(title)]
            if fresh:
                yield Reply(number, list(before), list(named), fresh)
        items = titles if turn.role == "agent" else []
        before.append(Said(role=turn.role, text=turn.text, items=items))
        named |= dict.fromkeys(titles)
