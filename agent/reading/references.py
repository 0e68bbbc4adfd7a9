"""References to items that were shown: `the second one`, `#2`, `the last two`, `that`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .patterns import one_of, phrase

_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8,
    "ninth": 9, "9th": 9, "tenth": 10, "10th": 10,
}  # fmt: skip
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10,
}  # fmt: skip
_COUNT = one_of(*_COUNTS, "[0-9]{1,2}")
_NOUN = one_of(
    "ones?", "films?", "movies?", "flicks?", "items?", "paintings?", "wines?", "bottles?", "books?",
    "products?", "picks?", "options?", "suggestions?", "choices?", "results?", "titles?",
    "recommendations?", "entry", "of (?:these|those|them)", "in the list", "you (?:showed|gave)",
)  # fmt: skip
# What may follow a bare ordinal; "the second world war" has none of these.
_ENDS_ALONE = (
    r"(?=\s*(?:$|[.,!?;:)]|-|(?:and|or|instead|please|but|vs|versus|too|also|again|though)\b))"
)
_ENDS = (
    r"(?=\s*(?:$|[.,!?;:)]|-|(?:and|or|is|isn't|looks?|sounds?|instead|please|but|with|vs|versus|has"
    r"|was|than|to|from|too|also|again|though|then|i|better|longer|shorter|newer|older|there|here"
    r"|would|in|for|on|if|of|does|did|into|seems?|costs?|come|hold|leaves?|made)\b|'s\b))"
)
_NTH, _NTH_ALONE = (f"(?P<{name}>{one_of(*_ORDINALS)})" for name in ("ordinal", "alone"))
_ORDINAL = re.compile(
    rf"\b(?:(?:the|your|that) {_NTH}(?:\s+{_NOUN}\b|{_ENDS})"
    rf"|{_NTH_ALONE}(?:\s+{_NOUN}\b|{_ENDS_ALONE}))"
)
_NUMBERED = re.compile(
    rf"(?:#\s?|\b(?:number|no\.|nr\.?|option|item|choice|result)\s?#?)(?P<count>{_COUNT})(?![\w.,]*\d)"
    r"(?!\w)"
)
_GROUP = re.compile(
    rf"\b(?:the )?(?P<side>first|last|(?<=the )top|bottom) (?P<count>{_COUNT})\b"
    r"(?!\s+(?:minutes?|hours?|years?|decades?|months?|weeks?))"
)
_LAST = re.compile(rf"\b(?:the|your|that) last(?:\s+{_NOUN}\b|{_ENDS})")
_BEFORE_LAST = re.compile(r"\bthe (?:second|next)[- ]to[- ]last(?: one)?\b")
_LISTED = re.compile(
    r"\b(?:compare|seen|watched|liked|loved|hated|explain) (?P<one>[1-9])(?![\w.,]*\d)"
    r"(?:,? (?:and|or|with|to|vs) (?P<two>[1-9])(?![\w.,]*\d))?(?! (?:minutes?|hours?|stars?))"
)
_BOTH = phrase("both(?: of (?:them|these|those))?", "either(?: of (?:them|these|those))?")
_ALL = phrase(
    "them", "these", "those", "they", "all of (?:them|these|those|'em|em)", "'?em all", "the lot",
    "all (?:two|three|four|five|[2-5])",
    "the (?:two|three|four|five)(?= (?:of|are|is|do|which|that|you|differ|compare|i)\\b|[?.!,;]|$)",
    "none of (?:them|these|those)",
    "neither", "any of (?:them|these|those)", "each of (?:them|these|those)",
)  # fmt: skip
_THAT = phrase(
    "that", "this", "it", "that's", "it's", "its", "that one", "this one", "the one", "thats",
)  # fmt: skip

_MOST = 50
"""Places that one message can point at."""

Span = tuple[int, int]
"""Start and end offset in the folded message."""


@dataclass
class Pointed:
    """The items that a message points at by their place in the last list."""

    items: list[str] = field(default_factory=list)
    """In the order named."""
    at: list[tuple[Span, list[str]]] = field(default_factory=list)
    """Where it points, and at which items; outside the list at none."""
    out_of_range: int | None = None
    """The first place that the list does not have."""


def pointed_items(folded: str, shown: Sequence[str]) -> Pointed:
    """Items that the message points at by position in the list shown last."""
    if not shown:
        return Pointed()
    found: list[tuple[Span, list[int]]] = []
    for match in _BEFORE_LAST.finditer(folded):
        _add(found, match.span(), [len(shown) - 1])
    for match in _GROUP.finditer(folded):
        count = _count(match["count"])
        if count > len(shown):
            continue  # "the first 10 films of Hitchcock"
        first = len(shown) - count + 1 if match["side"] in ("last", "bottom") else 1
        _add(found, match.span(), list(range(max(first, 1), min(first + count, len(shown) + 1))))
    for match in _ORDINAL.finditer(folded):
        _add(found, match.span(), [_ORDINALS[match["ordinal"] or match["alone"]]])
    for match in _NUMBERED.finditer(folded):
        _add(found, match.span(), [_count(match["count"])])
    for match in _LISTED.finditer(folded):
        _add(found, match.span(), [int(one) for one in match.groups() if one])
    for match in _LAST.finditer(folded):
        _add(found, match.span(), [len(shown)])
    return _resolved(sorted(found), shown)


def joined(pointed: Pointed, more: Iterable[tuple[Span, list[str]]]) -> Pointed:
    """With further places that point at items, where none was known yet."""
    free = [
        one
        for one in more
        if all(one[0][1] <= start or one[0][0] >= end for (start, end), _ in pointed.at)
    ]
    at = sorted([*pointed.at, *free])
    items = list(dict.fromkeys(item for _, found in at for item in found))
    return Pointed(items, at, pointed.out_of_range)


def implied_items(folded: str, shown: Sequence[str], focus: str | None) -> list[str]:
    """Items that a pronoun points at: all that were shown, or the one spoken of."""
    if _BOTH.search(folded):
        return list(shown[:2])
    if _ALL.search(folded) and not re.search(r"\b(?:that|this) one\b", folded):
        return list(shown)
    if focus and (_THAT.search(folded) or re.search(r"\bone\b", folded)):
        return [focus]
    return []


def has_pronoun(folded: str) -> bool:
    """Whether a pronoun stands for one item or several."""
    return bool(_THAT.search(folded) or _ALL.search(folded) or _BOTH.search(folded))


def _add(found: list[tuple[Span, list[int]]], span: Span, positions: list[int]) -> None:
    if len(found) < _MOST and all(span[1] <= start or span[0] >= end for (start, end), _ in found):
        found.append((span, positions))


def _count(text: str) -> int:
    return _COUNTS.get(text) or int(text)


def _resolved(found: list[tuple[Span, list[int]]], shown: Sequence[str]) -> Pointed:
    pointed = Pointed()
    for span, positions in found:
        inside = [shown[p - 1] for p in positions if 1 <= p <= len(shown)]
        outside = [p for p in positions if not 1 <= p <= len(shown)]
        if outside and pointed.out_of_range is None:
            pointed.out_of_range = outside[0]
        pointed.at.append((span, inside))
        pointed.items += [item for item in inside if item not in pointed.items]
    return pointed
