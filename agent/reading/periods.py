"""Decades and centuries in a message to bounds on the year."""

import re

from ...catalog.constraints import Operator
from ...catalog.records import AttributeSpec
from .measures import YEAR, Quantities
from .negation import directly_refused
from .numbers import Numbers
from .patterns import one_of

_PART = one_of("early", "mid", "middle", "late")
_PARTS = {"early": (0, 3), "mid": (4, 6), "middle": (4, 6), "late": (7, 9)}
_NUMERAL = r"(?:[0-9]{2}|[0-9]{3}0)'?s"
_DECADE = re.compile(
    rf"(?:\b(?P<part>{_PART})(?:[- ](?:to[- ](?:mid|late)[- ])?)(?:the )?(?:of the )?)?"
    rf"(?<![\w$€£])'?(?P<low>{_NUMERAL})\b"
    rf"(?: ?(?:or|and|to|through|/|[-–]) ?(?:the )?(?:{_PART}[- ])?'?(?P<high>{_NUMERAL})\b)?"
)
_CENTURY = re.compile(
    rf"(?:\b(?P<part>{_PART}|(?:first|second|1st|2nd) half of)[- ](?:the )?)?"
    r"\b(?:(?P<first>1?[0-9]|2[01])(?:st|nd|rd|th)(?: century)?,? ?(?:or|and|to|[-–]) ?(?:the )?)?"
    r"(?P<low>1?[0-9]|2[01])(?:st|nd|rd|th)[- ]c(?:entury|ent)?\b"
)
_CENTURY_PARTS = {"early": (0, 33), "mid": (33, 66), "middle": (33, 66), "late": (66, 99)}
_HUNDREDS = re.compile(r"(1[0-9])00'?s")
"""`1600s`: the century. `2000s` are ten years to most people."""
_THIS_CENTURY = re.compile(r"\bthis century\b")
_LAST_CENTURY = re.compile(r"\blast century\b")
_LATELY = re.compile(
    r"\b(?:last|past) ([0-9]{1,2}|few|couple(?: of)?|ten|twenty|five|fifteen) years\b"
)
_YEARS = {"few": 5, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20}
_BEFORE = re.compile(r"\b(?:before|older than|earlier than|prior to|pre-?) ?(?:the )?$")
_AFTER = re.compile(r"\b(?:after|newer than|later than|more recent than|post-?) ?(?:the )?$")
_SINCE = re.compile(r"\bsince (?:the )?$")
_UNTIL = re.compile(r"\b(?:until|till|up to) (?:the )?$")
_OR_EARLIER = re.compile(r",? (?:or|and) (?:earlier|before|older|prior)\b")
_OR_LATER = re.compile(r",? (?:(?:or|and) (?:later|after|newer|since|more recent)|onwards?|on)\b")
_OVERLOOKED = re.compile(r"\b(?:his|her|their|my|your) $")
_WINDOW = 24


def read_periods(text: str, quantities: Quantities, into: Numbers) -> None:
    """Add the bounds that decades (`early 80s`) and centuries (`18th century`) state."""
    spec = quantities.attribute(YEAR)
    for match in _DECADE.finditer(text):
        if _OVERLOOKED.search(text[max(0, match.start() - _WINDOW) : match.start()]):
            continue
        if century := _HUNDREDS.fullmatch(match["low"]):
            start = int(century[1]) * 100
            last = _HUNDREDS.fullmatch(match["high"] or "")
            end = int(last[1]) * 100 if last else start
            _claim(text, match, (min(start, end), max(start, end) + 99), spec, into)
            continue
        low = _decade(match["low"], spec)
        high = _decade(match["high"], spec) if match["high"] else low
        first, last = _PARTS.get(match["part"] or "", (0, 9))
        bounds = (low + first, high + last) if low == high else (low + first, high + 9)
        _claim(text, match, (min(bounds), max(bounds)), spec, into)
    for match in _CENTURY.finditer(text):
        start = (int(match["low"]) - 1) * 100
        part = match["part"] or ""
        half = (0, 49) if part.startswith(("first", "1st")) else (50, 99) if part else (0, 99)
        low, high = _CENTURY_PARTS.get(part, half)
        first = (int(match["first"]) - 1) * 100 if match["first"] else start + low
        _claim(text, match, (first, start + high), spec, into)
    for match in _LAST_CENTURY.finditer(text):
        _claim(text, match, (1900, 1999), spec, into)
    for match in _THIS_CENTURY.finditer(text):
        if spec is not None:
            _claim_since(text, match, 2000, spec, into)
    for match in _LATELY.finditer(text):
        if spec is not None and spec.high is not None:
            count = int(match[1]) if match[1].isdigit() else _YEARS.get(match[1], 3)
            _claim_since(text, match, spec.high - count, spec, into)


def _claim(
    text: str,
    match: re.Match[str],
    years: tuple[int, int],
    spec: AttributeSpec | None,
    into: Numbers,
) -> None:
    span = match.span()
    if spec is None:
        into.miss(span, YEAR)
        return
    before = text[max(0, span[0] - _WINDOW) : span[0]]
    if cue := _BEFORE.search(before):
        refused = directly_refused(text, span[0] - len(cue[0]))
        into.claim(span, spec, ("at_least" if refused else "below", years[0]))
    elif cue := _AFTER.search(before):
        refused = directly_refused(text, span[0] - len(cue[0]))
        into.claim(span, spec, ("at_most" if refused else "above", years[1]))
    elif _SINCE.search(before):
        into.claim(span, spec, ("at_least", years[0]))
    elif _UNTIL.search(before):
        into.claim(span, spec, ("at_most", years[1]))
    elif more := _OR_EARLIER.match(text, span[1]):
        into.claim((span[0], more.end()), spec, ("at_most", years[1]))
    elif more := _OR_LATER.match(text, span[1]):
        into.claim((span[0], more.end()), spec, ("at_least", years[0]))
    elif (refused := directly_refused(text, span[0])) and (bound := _beyond(years, spec)):
        into.claim(span, spec, *bound)
    elif refused:
        into.spans.append(span)
        into.gaps.append(match[0].strip())
    else:
        into.claim(span, spec, ("at_least", years[0]), ("at_most", years[1]))


def _claim_since(
    text: str, match: re.Match[str], year: float, spec: AttributeSpec, into: Numbers
) -> None:
    refused = directly_refused(text, match.start())
    into.claim(match.span(), spec, ("below" if refused else "at_least", year))


def _beyond(years: tuple[int, int], spec: AttributeSpec) -> list[tuple[Operator, float]]:
    """The bound that refuses a period, where less than its own length lies beyond it."""
    length = years[1] - years[0] + 1
    if spec.high is not None and spec.high - years[1] < length:
        return [("below", years[0])]
    if spec.low is not None and years[0] - spec.low < length:
        return [("above", years[1])]
    return []


def _decade(written: str, spec: AttributeSpec | None) -> int:
    """The first year: `90s` and `1990s` are 1990, `00s` and `10s` this century."""
    digits = int(written.rstrip("'s"))
    if digits >= 100:
        return digits
    latest = spec.high if spec is not None and spec.high is not None else 2100
    return 2000 + digits if digits < 30 and 2000 + digits <= latest else 1900 + digits
