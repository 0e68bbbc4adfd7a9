"""From phrases of the vocabulary to constraints, wishes and what is given up.

A closed vocabulary (genres, languages) gives hard constraints, and so do names. An open one
(keywords, tags) and everyday synonyms give soft wishes when wanted, hard exclusions when refused.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ...catalog.constraints import Constraint
from .negation import refused
from .reading import Wish
from .text import Token
from .vocabulary import Mention, Sense, Vocabulary

_LINK = re.compile(
    r"\s*(?:,|/|(?:,\s*)?\b(?:or|and|and/or)\b)\s*(?:(?:an?|some|maybe|even|perhaps|either)\s+)*"
)
_ALTERNATIVE = re.compile(r"\bor\b|/")
_GAP = 20
"""Longest text between two values of one list, in characters."""


@dataclass
class Interpretation:
    """What the phrases of a message ask for."""

    constraints: list[Constraint] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    """Values that are no longer required or refused."""


@dataclass
class _Group:
    """Mentions that are listed together."""

    mentions: list[Mention]
    alternatives: bool
    """Whether any of them will do."""


def interpret(
    text: str,
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    vocabulary: Vocabulary,
    negated: Sequence[bool] | None = None,
    gone: Collection[tuple[int, int]] = (),
) -> Interpretation:
    """What the mentions of a message ask for, in message order.

    Args:
        negated: for each mention whether it is refused, where that is known.
        gone: the places of what is given up.
    """
    result = Interpretation()
    spans = [place(tokens, mention) for mention in mentions]
    wanted: list[Mention] = []
    for mention, span, no in zip(mentions, spans, negated or refused(text, spans), strict=True):
        sense = vocabulary.chosen(text, tokens, mention)
        if span in gone:
            result.released += sense.values
        elif no:
            cued = vocabulary.cued(text, span[0], mention.senses)
            _refuse(cued or mention.senses, sense, result)
        else:
            wanted.append(mention)
    for group in _groups(text, tokens, wanted):
        _want(text, tokens, group, vocabulary, result)
    result.constraints = list(dict.fromkeys(result.constraints))
    result.wishes = list(dict.fromkeys(result.wishes))
    return result


def place(tokens: Sequence[Token], mention: Mention) -> tuple[int, int]:
    """Where a mention stands in its message."""
    return tokens[mention.first].start, tokens[mention.last].end


def _refuse(every: Sequence[Sense], chosen: Sense, result: Interpretation) -> None:
    """Exclude the chosen sense and, for names and topics, every attribute that lists it."""
    senses = [chosen]
    if chosen.kind in ("name", "topic"):
        senses = [sense for sense in every if sense.kind == chosen.kind]
    result.constraints += [
        Constraint(attribute=one.attribute, operator="not_in", values=one.values) for one in senses
    ]


def _words(tokens: Sequence[Token], mention: Mention) -> str:
    return " ".join(tokens[i].text for i in mention.span)


def _groups(text: str, tokens: Sequence[Token], mentions: Sequence[Mention]) -> list[_Group]:
    groups: list[_Group] = []
    end = -1
    for mention in mentions:
        start = tokens[mention.first].start
        link = text[end:start] if groups and start - end <= _GAP else ""
        if link and _LINK.fullmatch(link):
            groups[-1].mentions.append(mention)
            groups[-1].alternatives |= bool(_ALTERNATIVE.search(link))
        else:
            groups.append(_Group([mention], alternatives=False))
        end = tokens[mention.last].end
    return groups


def _want(
    text: str,
    tokens: Sequence[Token],
    group: _Group,
    vocabulary: Vocabulary,
    result: Interpretation,
) -> None:
    senses = [vocabulary.chosen(text, tokens, mention) for mention in group.mentions]
    hard = {sense.attribute for sense in senses if sense.kind in ("closed", "name")}
    required: list[Constraint] = []
    for mention, sense in zip(group.mentions, senses, strict=True):
        if sense.kind in ("closed", "name") or (group.alternatives and sense.attribute in hard):
            _require(required, sense, group.alternatives)
            continue
        result.wishes.append(
            Wish(
                text=_words(tokens, mention),
                attribute=sense.attribute,
                values=sense.values,
                topical=sense.kind == "topic",
            )
        )
        for inner in _inside(tokens, mention, sense, vocabulary):
            _require(required, inner, False)
    for one in required:
        _join_single(result.constraints, one, vocabulary)


def _require(required: list[Constraint], sense: Sense, alternative: bool) -> None:
    for index, old in enumerate(required):
        if alternative and old.attribute == sense.attribute:
            values = tuple(dict.fromkeys((*old.values, *sense.values)))
            required[index] = old.model_copy(update={"values": values})
            return
    required.append(Constraint(attribute=sense.attribute, operator="in", values=sense.values))


def _join_single(constraints: list[Constraint], new: Constraint, vocabulary: Vocabulary) -> None:
    """Add a constraint; where an item has one value at most, two that are wanted are
    alternatives."""
    for index, old in enumerate(constraints):
        same = (old.attribute, old.operator) == (new.attribute, "in")
        if same and vocabulary.is_single(new.attribute):
            values = tuple(dict.fromkeys((*old.values, *new.values)))
            constraints[index] = old.model_copy(update={"values": values})
            return
    constraints.append(new)


def _inside(
    tokens: Sequence[Token], mention: Mention, sense: Sense, vocabulary: Vocabulary
) -> list[Sense]:
    """Values of complete lists within a longer synonym: `romantic comedy` is a comedy too."""
    if len(mention.span) == 1 or sense.kind != "synonym":
        return []
    inner = [one for i in mention.span for one in vocabulary.closed(tokens[i].text)]
    return [one for one in inner if not set(one.values) & set(sense.values)]
