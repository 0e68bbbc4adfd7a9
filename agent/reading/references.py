"""References to items that were shown: `the second one`, `#2`, `the last two`, `that`."""

import re
from collections.abc import Sequence

_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8,
    "ninth": 9, "9th": 9, "tenth": 10, "10th": 10,
}  # fmt: skip
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_NOUN = r"(?:ones?|two|three|film|films|movie|movies|item|painting|wine|book|product|pick|option|suggestion|choice)"
_ENDS = r"(?=\s*(?:$|[.,!?;:]|and\b|or\b|is\b|looks?\b|sounds?\b|instead\b|please\b|but\b|with\b|vs\b|has\b|was\b))"
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\b(?:\s+{_NOUN}\b|{_ENDS})")
_NUMBERED = re.compile(
    r"(?:#|\bnumber |\bno\. ?|\bnr\.? ?|\boption )(\d{1,2}|one|two|three|four|five)\b"
)
_GROUP = re.compile(r"\b(?:the )?(first|last|top) (two|three|four|five|2|3|4|5)\b")
_LAST = re.compile(rf"\bthe last(?: {_NOUN}|{_ENDS})")
_ALL = re.compile(r"\b(?:them|these|those|all of them|both)\b")
_THAT = re.compile(r"\b(?:that|this|it|that's|it's)\b(?! long| short| much| many)")


Span = tuple[int, int]
"""Start and end offset in the folded message."""


def explicit_references(folded: str, shown: Sequence[str]) -> tuple[list[str], list[Span]]:
    """Items that the message points at by position in the list shown last, and where it does."""
    found: list[tuple[Span, str]] = []

    def add(span: Span, position: int) -> None:
        if 1 <= position <= len(shown):
            found.append((span, shown[position - 1]))

    grouped = _GROUP.search(folded)
    if grouped and shown:
        count = _NUMBERS.get(grouped[2]) or int(grouped[2])
        group = shown[-count:] if grouped[1] == "last" else shown[:count]
        return list(group), [grouped.span()]
    for match in _ORDINAL.finditer(folded):
        add(match.span(), _ORDINALS[match[1]])
    for match in _NUMBERED.finditer(folded):
        add(match.span(), _NUMBERS.get(match[1]) or int(match[1]))
    if match := _LAST.search(folded):
        add(match.span(), len(shown))
    found.sort()
    return list(dict.fromkeys(item for _, item in found)), [span for span, _ in found]


def position_out_of_range(folded: str, shown: Sequence[str]) -> int | None:
    """A position that the message points at but that the last list does not have."""
    for match in (*_ORDINAL.finditer(folded), *_NUMBERED.finditer(folded)):
        position = _ORDINALS.get(match[1]) or _NUMBERS.get(match[1]) or int(match[1])
        if shown and not 1 <= position <= len(shown):
            return position
    return None


def implied_references(folded: str, shown: Sequence[str], focus: str | None) -> list[str]:
    """Items that a pronoun points at: all that were shown, or the one spoken of."""
    if _ALL.search(folded) and not re.search(r"\bthat one\b|\bthis one\b", folded):
        both = re.search(r"\bboth\b", folded)
        return list(shown[:2] if both else shown)
    if focus and (_THAT.search(folded) or re.search(r"\bone\b", folded)):
        return [focus]
    return []
