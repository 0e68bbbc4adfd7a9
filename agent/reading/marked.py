"""From the LLM's marks to a `Reading`: what they mean in the catalogue is found by code.

A value of the vocabulary that a mark names becomes what the same words would become in the
deterministic reader; a mark that names none may be close to one in meaning (`meanings`), and is
else searched for as it stands.
"""

import re
from collections.abc import Iterable, Sequence

from ...catalog.constraints import Constraint
from . import intents
from .amounts import vague_bound
from .comparatives import read_comparatives
from .consistency import merged
from .interpretation import interpret
from .marks import Marks
from .meanings import Meanings
from .negation import directly_refused
from .numbers import Found, Numbers, read_numbers
from .periods import read_periods
from .reader import SEARCHES, Reader
from .reading import Intent, Reading, Wish
from .spelling import spell_out
from .text import Token, clean, content_words, fold, tokenize
from .vocabulary import Mention

Span = tuple[int, int]
_DIGIT = re.compile(r"(?<!#)\b\d{2}")


def read_marked(
    reader: Reader,
    meanings: Meanings,
    message: str,
    marks: Marks,
    shown: Sequence[str] = (),
    focus: str | None = None,
) -> Reading:
    """What the marks of a message mean here.

    Args:
        shown: item ids of the list that the person saw last, in order.
        focus: the item that `that` means.
    """
    text = spell_out(fold(clean(message)))
    tokens = tokenize(text)
    items = {
        kind: _items(reader, getattr(marks, kind), shown, focus)
        for kind in ("items", "liked", "disliked", "seen")
    }
    compared = _compared_with(reader, marks.limits, shown, focus)
    every = [*compared, *(one for found in items.values() for one in found)]
    named = list(dict.fromkeys([*items["items"], *compared]))
    intent = _consistent(marks)
    reading = Reading(
        intent=intent,
        references=_references(intent, named, items["liked"], shown, focus),
        liked=items["liked"],
        disliked=items["disliked"],
        seen=items["seen"],
    )
    if intent not in SEARCHES:
        return reading
    wanted = _places(text, marks.want)
    refused = _places(text, marks.avoid)
    mentions = _mentions(reader, text, tokens, [*wanted, *refused])
    negated = [_inside(tokens, one, refused) for one in mentions]
    asked = interpret(text, tokens, mentions, reader.vocabulary, negated)
    numbers = _limits(reader, text, _places(text, marks.limits), every, focus)
    free, close, away = _unlinked(meanings, tokens, mentions, wanted, refused)
    released, values = _dropped(reader, meanings, marks.drop)
    constraints = merged([], [*(one.constraint for one in numbers), *asked.constraints, *away])
    return reading.model_copy(
        update={
            "constraints": constraints,
            "wishes": [*asked.wishes, *close, *free],
            "released": released,
            "released_values": values,
            "overridden": reader.overridden(constraints),
            "replaces": intents.changes_mind(text) or bool(values),
            "fresh": intents.asks_anew(text) and not marks.items and not compared,
            "unread": [wish.text for wish in free],
        }
    )


def _items(
    reader: Reader, phrases: Iterable[str], shown: Sequence[str], focus: str | None
) -> list[str]:
    found = [one for phrase in phrases for one in reader.resolver.items(phrase, shown, focus)]
    return list(dict.fromkeys(found))


def _compared_with(
    reader: Reader, limits: Iterable[str], shown: Sequence[str], focus: str | None
) -> list[str]:
    """The items of `older than the second one`."""
    phrases = (fold(limit).partition(" than ")[2] for limit in limits)
    return _items(reader, [p for p in phrases if p and not _DIGIT.search(p)], shown, focus)


def _consistent(marks: Marks) -> Intent:
    """The intent; whether a verdict stands alone is seen by the marks, not guessed."""
    if marks.intent not in ("recommend", "feedback"):
        return marks.intent
    wishes = marks.want or marks.avoid or marks.limits or marks.drop
    verdicts = marks.liked or marks.disliked or marks.seen
    return "feedback" if verdicts and not wishes else "recommend"


def _references(
    intent: Intent, items: list[str], liked: list[str], shown: Sequence[str], focus: str | None
) -> list[str]:
    """The items spoken about; where none is named, those that the intent implies."""
    if items:
        return items
    match intent:
        case "more_like":
            return liked
        case "explain" | "ask":
            return [focus] if focus else []
        case "compare" | "rank":
            return list(shown)
        case _:
            return []


def _places(text: str, phrases: Iterable[str]) -> list[Span]:
    """Where marks stand in the message, each at its next free place."""
    found: list[Span] = []
    for phrase in phrases:
        said = spell_out(fold(phrase))
        start = text.find(said)
        while start >= 0 and any(start < end and start + len(said) > at for at, end in found):
            start = text.find(said, start + 1)
        if start >= 0:
            found.append((start, start + len(said)))
    return found


def _mentions(reader: Reader, text: str, tokens: list[Token], places: list[Span]) -> list[Mention]:
    outside = {
        index
        for index, token in enumerate(tokens)
        if not _overlaps((token.start, token.end), places)
    }
    return reader.vocabulary.mentions(text, tokens, outside, sure=True)


def _inside(tokens: list[Token], mention: Mention, places: list[Span]) -> bool:
    return _overlaps((tokens[mention.first].start, tokens[mention.last].end), places)


def _limits(
    reader: Reader, text: str, places: list[Span], items: list[str], focus: str | None
) -> list[Found]:
    """Bounds that the marked amounts set: numbers, periods, comparisons, vague amounts."""
    if not places:
        return []
    numbers = Numbers()
    read_periods(text, reader.quantities, numbers)
    read_numbers(text, reader.quantities, numbers)
    found = [one for one in numbers.found if _overlaps((one.start, one.end), places)]
    for place in places:
        if any(_overlaps((one.start, one.end), [place]) for one in found):
            continue
        said = text[slice(*place)]
        if any(letter.isdigit() for letter in said) and _overlaps(place, numbers.spans):
            continue
        anchor = items[0] if items else focus
        values = reader.numbers_of(anchor)
        compared = read_comparatives(said, reader.quantities, values)
        if compared.found:
            found += [Found(one.constraint, *place) for one in compared.found]
            continue
        refusal = "not " if directly_refused(text, place[0]) else ""
        vague = vague_bound(refusal + said, reader.quantities, reader.shares)
        if vague is not None:
            found.append(Found(vague, *place))
    return found


def _overlaps(span: Span, places: Iterable[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in places)


def _unlinked(
    meanings: Meanings,
    tokens: list[Token],
    mentions: list[Mention],
    wanted: list[Span],
    refused: list[Span],
) -> tuple[list[Wish], list[Wish], list[Constraint]]:
    """Marks without a value of the vocabulary: as free words, or as what is close in meaning."""
    free: list[Wish] = []
    close: list[Wish] = []
    away: list[Constraint] = []
    for places, no in ((wanted, False), (refused, True)):
        for place in places:
            inside = [token for token in tokens if token.start < place[1] and place[0] < token.end]
            words = content_words(inside)
            linked = any(_inside(tokens, mention, [place]) for mention in mentions)
            if linked or not words:
                continue
            said = " ".join(token.text for token in inside)
            sense = meanings.of(said, refused=no)
            if sense is None and not no:
                free.append(Wish(text=" ".join(words)))
            elif sense is not None and no:
                away.append(
                    Constraint(attribute=sense.attribute, operator="not_in", values=sense.values)
                )
            elif sense is not None:
                close.append(Wish(text=said, attribute=sense.attribute, values=sense.values))
    return free, close, away


def _dropped(
    reader: Reader, meanings: Meanings, phrases: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Attributes and values that no longer matter."""
    released: list[str] = []
    values: list[str] = []
    for phrase in phrases:
        said = spell_out(fold(phrase)).removeprefix("the ")
        names = [name for name, _ in reader.releases.find(f"forget the {said}")]
        released += names
        if names:
            continue
        numbers = Numbers()
        read_periods(said, reader.quantities, numbers)
        read_numbers(said, reader.quantities, numbers)
        released += [one.constraint.attribute for one in numbers.found]
        tokens = tokenize(said)
        mentions = reader.vocabulary.mentions(said, tokens, set(), sure=True)
        senses = [sense for mention in mentions for sense in mention.senses]
        if not senses and not numbers.found and (sense := meanings.of(said)):
            senses = [sense]
        values += [value for sense in senses for value in sense.values]
    return list(dict.fromkeys(released)), list(dict.fromkeys(values))
