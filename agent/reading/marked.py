"""From the LLM's marks to a `Reading`: what they mean in the catalogue is found by code.

A value of the vocabulary that a mark names becomes what the same words would become in the
deterministic reader; a mark that names none may be close to one in meaning (`meanings`), and is
else searched for as it stands.
"""

import re
from collections.abc import Iterable, Sequence

from ...catalog.constraints import Constraint
from . import intents, negation
from .amounts import vague_bound
from .comparatives import read_comparatives
from .consistency import merged
from .interpretation import interpret
from .letting_go import gives_up, says_what_goes
from .marks import Marks
from .meanings import Meanings
from .negation import directly_refused, refused_after
from .numbers import Found, Numbers, read_numbers
from .periods import read_periods
from .reader import ABOUT_ITEMS, SEARCHES, Reader
from .reading import Intent, Reading, Wish
from .references import has_pronoun, pointed_items
from .spelling import spell_out
from .text import Token, content_words, fold, fold_words, tokenize
from .vocabulary import MAKERS, Mention

Span = tuple[int, int]
_CONTEXT = 12
_POINTING = ("items", "liked", "disliked", "seen")
"""Kinds of marks that mean items."""
WORDLESS: tuple[Intent, ...] = ("chat", "help", "out_of_scope")
"""Intents that are about no item."""
_THAN = re.compile(
    r"(?:(?! than )[^.,;:!?]){1,40}(?<! other)(?<! rather) than (?P<item>[^,;:!?]+?)"
    r"(?=$|[,;:!?]|\.(?:\s|$)| (?:and|but|please|pls|though|with)\b)"
)
_ONLY_THE = re.compile(
    r"(?:(?:and|ok|oh|no)\W+){0,2}(?:just|only) the (?:[\w'-]+ )?ones?\b(?! i\b)"
)
_WANTED_BEFORE = re.compile(
    r"\b(?:stick(?:ing)? (?:to|with)|(?:should|must|has to|have to) be|prefer(?:ably)?"
    r"|(?:i|i'd|i would|we|she|he) (?:want|like|love|fancy)s?|looking for"
    r"|only (?:drinks?|wears?|watch(?:es)?|likes?|eats?)) (?:an? |the |some )?$"
)
_COMPLAINT = re.compile(r"\btoo\b")
_ARTICLE = re.compile(r"^(?:an?|the|any|some) ")
_LINKS = frozenset(("and", "of", "&"))
_ONLY = re.compile(r" only\b")
_OR = re.compile(r",? (?:or|nor) (?:any |an? |the )?")
_AMOUNT = re.compile(r"(?<!#)\b\d{2}|^\d+(?:\.\d+)?(?: (?:stars?|points?|percent|%))?$")


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
    text = spell_out(fold(reader.spelt(message)))
    for said in reader.described(message, shown):
        text = text.replace(said, " " * len(said))
    tokens = tokenize(text)
    if _ONLY_THE.match(text):  # `just the red ones` asks for them, it does not speak of them
        asked = {"want": [*marks.want, *marks.items], "items": [], "intent": "recommend"}
        marks = marks.model_copy(update=asked if marks.items else {})
    marks = _as_replaced(reader, text, _titles_as_items(reader, message, marks, shown))
    pointing = [phrase for kind in _POINTING for phrase in getattr(marks, kind)]
    pointed = _unmarked(reader, text, pointing, shown)
    items = {
        kind: _items(reader, [pointed.get(p) or p for p in getattr(marks, kind)], shown, focus)
        for kind in _POINTING
    }
    limits = _places(reader, text, marks.limits)
    compared = _compared_with(reader, text, limits, shown, focus)
    every = [*compared, *(one for found in items.values() for one in found)]
    named = list(dict.fromkeys([*items["items"], *compared]))
    intent = _consistent(marks)
    values = {kind: _no_items(reader, getattr(marks, kind), shown, focus) for kind in _POINTING}
    if not every and (
        (intent == "more_like" and (not focus or values["items"]))
        or (intent in ABOUT_ITEMS and _asks_for_makers(reader, text, values["items"]))
    ):
        intent = "recommend"
    if intent == "feedback" and not every and values["disliked"]:
        intent = "recommend"  # `hold the chardonnay` is about no item
    if intent in WORDLESS:
        return Reading(intent=intent)
    reading = Reading(
        intent=intent,
        references=_references(intent, text, named, items["liked"], shown, focus),
        liked=items["liked"],
        disliked=items["disliked"],
        seen=items["seen"],
    )
    if intent not in SEARCHES:
        return reading
    asked_for = _places(reader, text, [*marks.want, *values["items"], *values["liked"]])
    refused = _places(reader, text, [*marks.avoid, *values["disliked"]])
    wished = {fold(mark) for mark in marks.want}
    alone = [
        place
        for place in refused
        if _alone_wanted(text, place)
        or (
            (
                _ARTICLE.sub("", text[slice(*place)]) in wished
                or negation.asked_whether_there(text, place[0])
            )
            and not any(negation.refused(text, [place]))
        )
    ]
    asked_for += alone
    refused = [place for place in refused if place not in alone]
    dropped = [place for place in (*asked_for, *refused) if gives_up(text, *place)]
    ended = [place for place in limits if gives_up(text, *place, limit=True)]
    limits = [place for place in limits if place not in ended]
    let_go = [span for _, span in reader.releases.find(text)]
    asked_for = [place for place in asked_for if not _overlaps(place, let_go)]
    for place in sorted(asked_for):
        if _is_refused(text, place, refused):
            refused.append(place)
    wanted = [place for place in asked_for if place not in (*refused, *dropped)]
    refused = [place for place in refused if place not in dropped]
    mentions = _mentions(reader, text, tokens, [*wanted, *refused])
    negated = [_inside(tokens, one, refused) for one in mentions]
    asked = interpret(text, tokens, mentions, reader.vocabulary, negated)
    unlinked = [p for p in wanted if not any(_inside(tokens, one, [p]) for one in mentions)]
    lost = [p for p in refused if not any(_inside(tokens, one, [p]) for one in mentions)]
    numbers, vague = _limits(reader, text, limits, every, focus)
    vague += _refused_amounts(reader, text, lost)
    more, more_vague = _limits(reader, text, unlinked, every, focus)
    amounts = [*more, *more_vague]
    stated = {one.constraint.attribute for one in (*numbers, *more)}
    numbers += [*more, *(v for v in (*vague, *more_vague) if v.constraint.attribute not in stated)]
    wanted = [place for place in wanted if not any(_overlaps(one.span, [place]) for one in amounts)]
    free, close, away = _unlinked(meanings, tokens, mentions, wanted, refused)
    given_up = [*marks.drop, *(text[slice(*place)] for place in (*dropped, *ended))]
    released, gone = _dropped(reader, meanings, given_up)
    constraints = merged([], [*(one.constraint for one in numbers), *asked.constraints, *away])
    return reading.model_copy(
        update={
            "constraints": constraints,
            "wishes": [*asked.wishes, *close, *free],
            "released": released,
            "released_values": gone,
            "overridden": reader.overridden(constraints),
            "replaces": intents.changes_mind(text) and not gone,
            "fresh": intents.asks_anew(text) and not marks.items and not compared,
            "unread": [wish.text for wish in free],
        }
    )


def _as_replaced(reader: Reader, text: str, marks: Marks) -> Marks:
    """The marks of a message that says what is replaced by what, the way its words say it: a small
    model takes the new limit for the old one."""
    if not says_what_goes(text):
        return marks
    gone = [
        phrase
        for phrase in (*marks.limits, *marks.drop)
        for place in _places(reader, text, [phrase])
        if gives_up(text, *place, limit=True)
    ]
    stays = [phrase for phrase in marks.drop if phrase not in gone]
    limits = [phrase for phrase in stays if any(sign.isdigit() for sign in phrase)]
    said = {
        "limits": [*(one for one in marks.limits if one not in gone), *limits],
        "want": [*marks.want, *(one for one in stays if one not in limits)],
        "drop": gone,
    }
    return marks.model_copy(update=said)


def _titles_as_items(reader: Reader, message: str, marks: Marks, shown: Sequence[str]) -> Marks:
    """The marks, where what is wanted or refused is the title of an item that is meant as one."""
    titled = set(reader.titles_in(message, shown))
    if not titled:
        return marks
    moved = {
        kind: [m for m in getattr(marks, kind) if titled & set(reader.titles.exact(fold(m)))]
        for kind in ("want", "avoid")
    }
    left = {kind: [m for m in getattr(marks, kind) if m not in moved[kind]] for kind in moved}
    items = [*marks.items, *moved["want"]]
    return marks.model_copy(
        update={**left, "items": items, "disliked": [*marks.disliked, *moved["avoid"]]}
    )


def _items(
    reader: Reader, phrases: Iterable[str], shown: Sequence[str], focus: str | None
) -> list[str]:
    found = [one for phrase in phrases for one in _meant(reader, phrase, shown, focus)]
    return list(dict.fromkeys(found))


def _meant(reader: Reader, phrase: str, shown: Sequence[str], focus: str | None) -> list[str]:
    """The items that a phrase means; one titled as a value (`Chardonnay`) only if it was shown."""
    items = reader.resolver.items(phrase, shown, focus)
    if len(items) != 1 or items[0] in (*shown, focus):
        return items
    title = fold_words(reader.catalog.item(items[0]).title)
    words = fold_words(phrase)
    named = title in (words, words[1:] if words[:1] == ("the",) else words)
    return [] if named and reader.vocabulary.means_value(title) else items


def _unmarked(
    reader: Reader, text: str, phrases: Iterable[str], shown: Sequence[str]
) -> dict[str, str]:
    """Marked pronouns -> the place in the list that the message names and no mark covers."""
    spans = [span for span, _ in pointed_items(text, shown).at]
    places = _places(reader, text, phrases)
    free = [text[slice(*span)] for span in spans if not _overlaps(span, places)]
    if not free:
        return {}
    said = [p for p in phrases if has_pronoun(fold(p)) and not content_words(tokenize(fold(p)))]
    return dict.fromkeys(said, free[0])


def _is_refused(text: str, place: Span, refused: Iterable[Span]) -> bool:
    """Whether the words before a place refuse it, or it goes on with what is refused: `or B`."""
    listed = any(_OR.fullmatch(text, end, place[0]) for _, end in refused if end <= place[0])
    return listed or directly_refused(text, place[0]) or refused_after(text, place[1])


def _asks_for_makers(reader: Reader, text: str, phrases: Sequence[str]) -> bool:
    """Whether what is marked as items names only makers, and nothing is asked about them."""
    if not phrases or intents.intent_of(text) in ABOUT_ITEMS:
        return False
    known = (m for one in phrases for m in reader.vocabulary.mentions(one, tokenize(one), set()))
    return any(sense.attribute in MAKERS for mention in known for sense in mention.senses)


def _alone_wanted(text: str, place: Span) -> bool:
    """Whether nothing else than what stands at a place is wanted: `reds only`."""
    if any(negation.refused(text, [place])):
        return False
    return bool(_ONLY.match(text, place[1]) or _WANTED_BEFORE.search(text, 0, place[0]))


def _no_items(
    reader: Reader, phrases: Iterable[str], shown: Sequence[str], focus: str | None
) -> list[str]:
    """Phrases marked as items that name values instead: a maker, a kind."""
    lost = [fold(one) for one in phrases if not _meant(reader, one, shown, focus)]
    known = reader.vocabulary.mentions
    return [one for one in lost if known(one, tokenize(one), set(), sure=True)]


def _compared_with(
    reader: Reader, text: str, limits: Iterable[Span], shown: Sequence[str], focus: str | None
) -> list[str]:
    """The items of `older than the second one`, marked whole or `older` alone."""
    phrases = []
    for start, end in limits:
        if match := _THAN.match(text, start):
            said = match["item"] if match.start("item") >= end else text[match.start("item") : end]
            phrases.append(said)
    return _items(reader, [p for p in phrases if not _AMOUNT.search(p.strip())], shown, focus)


def _consistent(marks: Marks) -> Intent:
    """The intent; whether a verdict stands alone is seen by the marks, not guessed."""
    wishes = marks.want or marks.avoid or marks.limits or marks.drop
    verdicts = marks.liked or marks.disliked or marks.seen
    if marks.intent not in ("recommend", "feedback") or not (wishes or verdicts):
        return marks.intent
    return "recommend" if wishes else "feedback"


def _references(
    intent: Intent,
    text: str,
    items: list[str],
    liked: list[str],
    shown: Sequence[str],
    focus: str | None,
) -> list[str]:
    """The items spoken about; where none is named, those that the intent implies."""
    if intent == "rank" and len(items) < 2:
        return list(shown)
    if intent == "compare" and len(items) == 1 and focus and has_pronoun(text):
        return list(dict.fromkeys([focus, *items]))
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


def _places(reader: Reader, text: str, phrases: Iterable[str]) -> list[Span]:
    """Where marks stand in the message, each at its next free place."""
    found: list[Span] = []
    for phrase in phrases:
        said = spell_out(fold(reader.spelt(phrase)))
        word = rf"(?<!\w){re.escape(said)}(?!\w|\.\d)"  # `at least 3` is not in `at least 3.5`
        start_of_word = rf"(?<!\w){re.escape(said)}\w+"
        for pattern in (word, start_of_word):
            spans = [match.span() for match in re.finditer(pattern, text)]
            free = [span for span in spans if not _overlaps(span, found)]
            if free:
                found.append(free[0])
                break
    return found


def _mentions(reader: Reader, text: str, tokens: list[Token], places: list[Span]) -> list[Mention]:
    outside = {
        index
        for index, token in enumerate(tokens)
        if not _overlaps((token.start, token.end), places)
        and not (token.text in _LINKS and _between(tokens, index, places))
    }
    return reader.vocabulary.mentions(text, tokens, outside, sure=True)


def _between(tokens: list[Token], index: int, places: list[Span]) -> bool:
    """Whether the words on both sides of a token are marked: `madonna and child`."""
    if not 0 < index < len(tokens) - 1:
        return False
    sides = (tokens[index - 1], tokens[index + 1])
    return all(_overlaps((one.start, one.end), places) for one in sides)


def _inside(tokens: list[Token], mention: Mention, places: list[Span]) -> bool:
    return _overlaps((tokens[mention.first].start, tokens[mention.last].end), places)


def _limits(
    reader: Reader, text: str, places: list[Span], items: list[str], focus: str | None
) -> tuple[list[Found], list[Found]]:
    """Bounds that the marked amounts set: numbers, periods and comparisons; and vague amounts."""
    if not places:
        return [], []
    amounts: list[Found] = []
    numbers = Numbers()
    read_periods(text, reader.quantities, numbers)
    read_numbers(text, reader.quantities, numbers)
    found = [
        one
        for one in numbers.found
        if _overlaps(one.span, places) and not gives_up(text, *one.span, limit=True)
    ]
    for place in places:
        if any(_overlaps(one.span, [place]) for one in found):
            continue
        said = text[slice(*place)]
        if any(letter.isdigit() for letter in said) and _overlaps(place, numbers.spans):
            continue
        anchor = items[0] if items else focus
        values = reader.numbers_of(anchor)
        compared = read_comparatives(said, reader.quantities, values)
        if not compared.found:
            said = text[max(0, place[0] - _CONTEXT) : place[1]]  # `scores` before `higher than #2`
            compared = read_comparatives(said, reader.quantities, values)
            said = text[slice(*place)]
        if compared.found:
            amounts += [Found(one.constraint, *place) for one in compared.found]
            continue
        refusal = "not " if directly_refused(text, place[0]) else ""
        vague = vague_bound(refusal + said, reader.quantities, reader.shares)
        if vague is not None:
            amounts.append(Found(vague, *place))
    stated = {one.constraint.attribute for one in numbers.found}
    return found, [one for one in amounts if one.constraint.attribute not in stated]


def _refused_amounts(reader: Reader, text: str, places: Iterable[Span]) -> list[Found]:
    """The vague amounts that are refused: `not one that is too big`."""
    bounds = (
        (vague_bound(text[slice(*place)], reader.quantities, reader.shares), place)
        for place in places
        if _COMPLAINT.search(text, *place)
    )
    return [Found(bound, *place) for bound, place in bounds if bound is not None]


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
        said = spell_out(fold(reader.spelt(phrase))).removeprefix("the ")
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
