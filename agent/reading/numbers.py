"""Numbers in a message to numeric constraints: decades, bounds, ranges, durations.

Which attribute a number speaks of is decided by the unit or cue word beside it, else by the
comparative (`shorter`, `cheaper`, `newer`), else by where the number fits: 1995 is a year.
"""

import re
from dataclasses import dataclass

from ...catalog.constraints import Constraint, Operator
from ...catalog.records import AttributeSpec

_N = r"(\d+(?:[.,]\d+)?)"
_BELOW = r"(?:shorter than|less than|under|below|fewer than|lower than|cheaper than|<)"
_AT_MOST = (
    r"(?:at most|no more than|no longer than|not longer than|not more than|up to|maximum(?: of)?"
    r"|max|within|not over|no later than|<=|≤)"
)
_ABOVE = r"(?:longer than|more than|over|above|higher than|greater than|>)"
_AT_LEAST = r"(?:at least|no less than|not less than|minimum(?: of)?|min|>=|≥|from|since)"
_BEFORE = r"(?:before|older than|earlier than|prior to|pre-?)"
_AFTER = r"(?:after|newer than|later than|more recent than|post-?)"
_WORD_NUMBERS = {
    "an hour and a half": "90 minutes",
    "one and a half hours": "90 minutes",
    "two and a half hours": "150 minutes",
    "half an hour": "30 minutes",
    "an hour": "60 minutes",
    "one hour": "60 minutes",
    "two hours": "120 minutes",
    "three hours": "180 minutes",
    "four hours": "240 minutes",
    "ninety minutes": "90 minutes",
}
_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60,
    "seventies": 70, "eighties": 80, "nineties": 90,
}  # fmt: skip
# Comparatives that name an attribute by what it measures, with the cue that finds it.
_ADJECTIVES: dict[str, tuple[str, Operator]] = {
    "shorter": ("minutes", "below"), "longer": ("minutes", "above"),
    "cheaper": ("price", "below"), "newer": ("year", "above"), "older": ("year", "below"),
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A constraint and where in the message it was read."""

    constraint: Constraint
    start: int
    end: int


def read_numbers(text: str, numeric: list[AttributeSpec]) -> list[Found]:
    """The numeric constraints that a message states.

    Args:
        text: the message, folded and spelled out.
        numeric: the catalogue's numeric attributes.
    """
    found: list[Found] = []
    year = _by_cue(numeric, "year")
    taken: list[tuple[int, int]] = []

    def add(spec: AttributeSpec | None, operator: Operator, bound: float, span: tuple) -> None:
        if spec is not None:
            constraint = Constraint(attribute=spec.name, operator=operator, bound=bound)
            found.append(Found(constraint, *span))
            taken.append(span)

    def free(span: tuple[int, int]) -> bool:
        return all(span[1] <= start or span[0] >= end for start, end in taken)

    if year:
        for match in re.finditer(r"\b(early |mid |late )?(?:the )?(\d{2}|\d{3}0)(?:'?s)\b", text):
            decade = int(match[2])
            decade += 0 if decade > 99 else (2000 if decade < 30 else 1900)
            if not _fits(year, decade, decade + 9):
                continue
            before = text[: match.start()].rstrip()
            if re.search(rf"\b{_BEFORE}(?: the)?$", before):
                add(year, "below", decade, match.span())
            elif re.search(rf"\b{_AFTER}(?: the)?$", before):
                add(year, "above", decade + 9, match.span())
            else:
                low, high = {"early ": (0, 3), "mid ": (4, 6), "late ": (7, 9)}.get(
                    match[1] or "", (0, 9)
                )
                add(year, "at_least", decade + low, match.span())
                add(year, "at_most", decade + high, match.span())
    for match in re.finditer(
        rf"\b(?:between|from) {_N} ?(?:and|to|-|–) ?{_N}|{_N} ?[-–] ?{_N}", text
    ):
        if not free(match.span()):
            continue
        low, high = sorted(_number(one) for one in match.groups() if one)
        if (spec := _attribute(text, match.span(), numeric, (low, high))) is not None:
            add(spec, "at_least", low, match.span())
            add(spec, "at_most", high, match.span())
    bounds: tuple[tuple[str, Operator], ...] = (
        (_AT_MOST, "at_most"), (_AT_LEAST, "at_least"), (_BELOW, "below"), (_ABOVE, "above"),
        (_BEFORE, "below"), (_AFTER, "above"),
    )  # fmt: skip
    for pattern, operator in bounds:
        for match in re.finditer(rf"(?<!\w){pattern} ?[$€£]? ?{_N}", text):
            number = _number(match[1])
            if not free(match.span()):
                continue
            spec = _attribute(text, match.span(), numeric, (number,))
            if spec is not None and pattern == _AT_LEAST and match[0].startswith("from"):
                # "from 1995" is that year; "from 1995 on" is a lower bound.
                after = text[match.end() : match.end() + 12]
                if not re.match(r" (?:on|onwards?|upwards?)\b", after):
                    add(spec, "at_most", number, match.span())
            add(spec, operator, number, match.span())
    for match in re.finditer(
        rf"{_N} (?:minutes?|mins?|\w+) (?:or|and) (less|under|shorter|below|more|over|longer|above)\b",
        text,
    ):
        number = _number(match[1])
        if free(match.span()):
            spec = _attribute(text, match.span(1), numeric, (number,))
            down = match[2] in ("less", "under", "shorter", "below")
            add(spec, "at_most" if down else "at_least", number, match.span())
    if year:
        for match in re.finditer(r"\b(1[89]\d\d|20\d\d)\b", text):
            if free(match.span()) and _fits(year, int(match[1]), int(match[1])):
                add(year, "at_least", int(match[1]), match.span())
                add(year, "at_most", int(match[1]), match.span())
    return found


def read_comparative(
    folded: str, numeric: list[AttributeSpec], value_of: dict[str, float]
) -> list[Found]:
    """`shorter`, `cheaper`, `newer` without a number: compared with a referenced item.

    Args:
        value_of: attribute -> value of the item that the message refers to.
    """
    found = []
    for word, (cue, operator) in _ADJECTIVES.items():
        spec = _by_cue(numeric, cue)
        match = re.search(rf"\b{word}\b(?! than \d)", folded)
        if match and spec is not None and spec.name in value_of:
            constraint = Constraint(
                attribute=spec.name, operator=operator, bound=value_of[spec.name]
            )
            found.append(Found(constraint, *match.span()))
    return found


def unknown_measure(folded: str, numeric: list[AttributeSpec]) -> str | None:
    """A measure that the message bounds but that no attribute of the catalogue holds."""
    for cue, name in (("minutes", "length"), ("price", "price")):
        words = {
            "minutes": r"\d ?(?:minutes?|mins?)\b|\b(?:shorter|longer) than \d",
            "price": r"[$€£] ?\d|\d ?(?:euros?|dollars?|pounds?)\b|\bcheaper than \d",
        }[cue]
        if _by_cue(numeric, cue) is None and re.search(words, folded):
            return name
    return None


def spell_out(folded: str) -> str:
    """Number words and hours as figures: `two hours` and `1h60` become `120 minutes`."""
    for words, number in _WORD_NUMBERS.items():
        folded = re.sub(rf"\b{words}\b", number, folded)
    for word, decade in _DECADES.items():
        folded = re.sub(rf"\b{word}\b", f"{decade}s", folded)

    def minutes(match: re.Match[str]) -> str:
        return f"{round(_number(match[1]) * 60 + float(match[2] or 0))} minutes"

    rest = r"(?: ?(?:and )?(\d+)(?: ?(?:minutes?|mins?|m)\b)?)?"
    return re.sub(rf"\b{_N} ?(?:hours?|hrs?|h(?=\d|\b)){rest}", minutes, folded)


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _attribute(
    text: str, span: tuple[int, int], numeric: list[AttributeSpec], numbers: tuple[float, ...]
) -> AttributeSpec | None:
    """The attribute that numbers at `span` speak of: by unit, by cue nearby, by range."""
    after = re.match(r" *([a-z$€£%]+)?", text[span[1] : span[1] + 16])
    nearby = f"{text[max(0, span[0] - 24) : span[0]]} {text[slice(*span)]} {after[1] or '' if after else ''}"
    words = set(re.findall(r"[a-z]+|[$€£%]", nearby))
    if words & {"$", "€", "£", "euro", "euros", "dollars", "pounds"}:
        return _by_cue(numeric, "price")
    year = _by_cue(numeric, "year")
    if year and all(_fits(year, number, number) and number >= 1000 for number in numbers):
        return year
    best = None
    for spec in numeric:
        named = {
            w
            for c in (spec.name, spec.label, spec.unit or "", *spec.cues)
            for w in c.lower().split()
        }
        if words & named and spec is not year:
            best = best or spec
    if best is not None:
        return best
    # A bare "under 100" in a catalogue with lengths: the one attribute whose range it splits.
    fitting = [s for s in numeric if s is not year and all(_fits(s, n, n) for n in numbers)]
    by_length = _by_cue(fitting, "minutes") or _by_cue(fitting, "price")
    return (
        by_length
        if re.search(r"short|long|cheap|under|below|most|over", text[slice(*span)])
        else None
    )


def _by_cue(numeric: list[AttributeSpec], cue: str) -> AttributeSpec | None:
    for spec in numeric:
        if cue == spec.name or cue == spec.unit or cue in spec.cues:
            return spec
    return None


def _fits(spec: AttributeSpec, low: float, high: float) -> bool:
    if spec.low is None or spec.high is None:
        return False
    margin = 15 if spec.high > 1000 else 0
    return low <= spec.high + margin and high >= spec.low - margin
