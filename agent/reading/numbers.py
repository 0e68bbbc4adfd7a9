"""Numbers in a message to numeric constraints: bounds, ranges, amounts.

Which attribute a number speaks of is decided by the unit beside it, else by the comparison
(`shorter than`), else by a word near it, else by where the number fits: 1995 is a year.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ...catalog.constraints import Constraint, Operator
from ...catalog.records import AttributeSpec
from .measures import (
    ALCOHOL,
    HEIGHT,
    LENGTH,
    MEASURES,
    PRICE,
    RATING,
    WIDTH,
    YEAR,
    Measure,
    Quantities,
    fits,
    unit_measure,
)
from .negation import directly_refused
from .patterns import one_of
from .spelling import NUMBER, number

Span = tuple[int, int]

MOST_NUMBERS = 50
"""Numbers of a message that are read; nobody states more wishes than that."""


@dataclass(frozen=True)
class Found:
    """A constraint and where in the message it was read."""

    constraint: Constraint
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Its place in the message."""
        return self.start, self.end


@dataclass
class Numbers:
    """What the numbers of a message say."""

    found: list[Found] = field(default_factory=list)
    """Constraints, in the order in which they were read."""
    spans: list[Span] = field(default_factory=list)
    """Every number that was understood, also where no constraint follows."""
    unheld: list[str] = field(default_factory=list)
    """Measures that the message bounds but the catalogue does not record."""
    gaps: list[str] = field(default_factory=list)
    """Ranges that it refuses, in its words; a range cannot be cut out of the middle."""

    def free(self, span: Span) -> bool:
        """Whether a number at this place is still to be read."""
        return len(self.spans) < MOST_NUMBERS and all(
            span[1] <= start or span[0] >= end for start, end in self.spans
        )

    def claim(self, span: Span, spec: AttributeSpec, *bounds: tuple[Operator, float]) -> None:
        """Record constraints on one attribute, read at one place."""
        self.spans.append(span)
        for operator, bound in bounds:
            constraint = Constraint(attribute=spec.name, operator=operator, bound=bound)
            self.found.append(Found(constraint, *span))

    def miss(self, span: Span, measure: Measure) -> None:
        """Record that the catalogue lacks what a number speaks of."""
        self.spans.append(span)
        self.unheld.append(measure.name)


_PRICE_SIGN = "[$€£]? ?"
_COMPARISONS: tuple[tuple[Operator, Measure | None, str], ...] = (
    ("at_most", LENGTH, one_of("nods? off", "falls? asleep", "drifts? off", "gives? out",
                               "zones? out", "restless") + " (?:after|past|beyond)(?: the)?"),
    ("below", YEAR, one_of("before", "prior to", "pre[- ]?")),
    ("above", YEAR, one_of("after", "post[- ]?")),
    ("at_most", YEAR, one_of("until", "till", "up until")),
    ("at_least", YEAR, "since"),
    *(("below", one, one_of(*(f"{word} than" for word in one.less))) for one in MEASURES),
    *(("above", one, one_of(*(f"{word} than" for word in one.more))) for one in MEASURES),
    ("below", None, one_of("under", "below", "beneath", "(?:less|fewer|lower) than", "south of",
                           "<")),
    ("above", None, one_of("over", "above", "(?<!half )(?<!the )past",
                           "(?:more|higher|greater) than", "exceed(?:s|ing)?", ">")),
    ("at_most", None, one_of("at most", "at the most", "up to", "max(?:imum)?(?: of| is)?",
                             "within", "<=", "≤", "stretch (?:(?:it|that|them) )?to",
                             "as (?:high|long|much|far|late|big) as",
                             "cut (?:(?:it|that|them) )?off at",
                             "capp?(?:ed)? (?:(?:it|that|them) )?at",
                             "(?:ceiling|limit|cap|budget) (?:of|is)")),
    ("at_least", None, one_of("at least", "min(?:imum)?(?: of)?", ">=", "≥", "upwards of",
                              "north of", "starting (?:from|at|in)")),
)  # fmt: skip
_COMPARED: list[tuple[Operator, Measure | None, re.Pattern[str]]] = [
    (operator, measure, re.compile(rf"(?<!\w){words}(?: (?:the year|about|around|of|a))?\s?"
                                   rf"{_PRICE_SIGN}(?P<number>{NUMBER})"))
    for operator, measure, words in _COMPARISONS
]  # fmt: skip
_OPPOSITE: dict[Operator, Operator] = {
    "below": "at_least", "above": "at_most", "at_most": "above", "at_least": "below",
}  # fmt: skip
_RANGE = re.compile(
    rf"(?:\b(?P<cue>between|from)\s+)?{_PRICE_SIGN}(?P<low>{NUMBER})(?P<unit> ?[a-z€$£]{{1,8}})?"
    rf" ?(?P<link>and|to|till|until|through|[-–—]) ?{_PRICE_SIGN}(?P<high>{NUMBER})"
)
_SIZE = re.compile(
    rf"(?<!\w)(?P<wide>{NUMBER}) ?(?:cm)? ?(?:by|x|×) ?(?P<high>{NUMBER})"
    r" ?(?:cm|centimet(?:er|re)s?)?\b"
)
_LARGER = re.compile(r"\b(?:larger than|bigger than|over|at least|more than|min(?:imum)?) $")
_FOLLOWED = re.compile(
    rf"(?P<number>{NUMBER})(?: ?(?P<unit>[a-z$€£%]{{1,10}}))?"
    r"(?:(?:,|'s)?"
    r" (?:(?:or|and) (?P<side>less|under|shorter|below|cheaper|fewer|older|earlier|before|lower"
    r"|weaker|more|over|longer|above|up|higher|better|newer|later|after|upwards?)\b"
    r"|(?:(?:wide|high|tall|across|long|deep) )?(?P<limit>max(?:imum)?|tops|minimum"
    r"|at (?:the )?(?:very )?(?:most|max|outside|least|latest|earliest)"
    r"|(?:(?:is|being) )?(?:the |my |our |her |his |an? )?(?:absolute |very |upper )?"
    r"(?:limit|ceiling|max(?:imum)?|cap|earliest|latest|minimum|least)|absolute ceiling"
    r"|is all (?:i|we)(?:'ve| have)? ?(?:got)?|to spend)\b)"
    r"| ?(?P<plus>\+)(?!\s?\d))"
)
_DOWN = re.compile(
    r"less|under|shorter|below|cheaper|fewer|older|earlier|before|lower|weaker"
    r"|.*(?:max|maximum|tops|most|outside|latest|limit|ceiling|cap|is all .*|to spend)"
)
_ONWARDS = re.compile(r"\s(?:on|onwards?|upwards?|or later)\b")
_ALONE = re.compile(rf"{_PRICE_SIGN}(?P<number>{NUMBER})")
_HAVE = re.compile(
    r"\b(?:have|got|within|for|in|budget(?: is| of)?|spend|only)(?: (?:only|just|about|like|max))?"
    r"\s*$"
)
_ABOUT = re.compile(r"\b(?:around|about|roughly|approximately|circa|ca\.?|near)(?: the year)?\s*$")
_SLACK = 0.1
"""Share of an amount that `around` leaves on either side."""
_BOTH_WAYS = re.compile(
    r" ?(?:cm )?(?:max )?(?:both ways|each way|either way|in both directions|square|each side)\b"
)
_ALCOHOL_MARGIN = 5
_REPEATED = re.compile(r"\b(?:every|each|per)\s*$")
_YEAR_SLACK = 2
"""Years that `around` leaves on either side."""
_CLAUSE = re.compile(r"[,;:!?](?!\d)|\.(?!\d)")
_UNWILLING = re.compile(
    r"\b(?:won't|wont|can't|cant|cannot|wouldn't|wouldnt|mustn't|mustnt|shouldn't|shouldnt|never"
    r"|(?:will|would|could|must|should|shall) not"
    r"|(?:don't|dont|do not)(?= (?:want|wanna|go|spend|pay|show|give|need|bother me with)\b| $)"
    r"|not(?= (?:an?|one|any|anything|going|gonna|willing|about|prepared|interested|to|want|wanting"
    r"|go|have)\b))"
    r"(?! (?:mind|care|bother)\b)(?: (?!but\b|and\b)[a-z]+){0,4} $"
)
_COUNTED = re.compile(
    r" ?(?:people(?! (?:have |has )?(?:\w+ )?(?:rat|review|vot|agree))|persons?|guests|friends"
    r"|adults|kids|children|of (?:us|them)|days?|weeks?|months?|times?|am|pm|o'?clock|rooms?|beers?"
    r"|inches|miles?|kilos?|kg)\b"
)
"""What a number beside it counts is no measure of an item."""
_AGED = re.compile(
    r"\b(?:kids?|child(?:ren)?|toddlers?|bab(?:y|ies)|son|daughter|anyone|everyone|people|aged?)"
    r" (?:(?:is|are|aged) )?(?:under|over|above|below|from|to|between|up|at|least|most| )*$"
)
"""Ends what is said of how old somebody is."""
_CONTEXT = 24
"""Characters on either side of a number in which a word may say what it measures."""


def read_numbers(text: str, quantities: Quantities, into: Numbers) -> None:
    """Add the numeric constraints that a message states.

    Args:
        text: the message, folded and spelled out.
    """
    for read in (_read_sizes, _read_ranges, _read_comparisons, _read_followed, _read_alone):
        read(text, quantities, into)
    _read_both_ways(text, quantities, into)


def _read_sizes(text: str, quantities: Quantities, into: Numbers) -> None:
    """`90 by 60 cm`: what is asked for fits into it, unless it is said to be larger."""
    height, width = quantities.attribute(HEIGHT), quantities.attribute(WIDTH)
    for match in _SIZE.finditer(text) if height and width else ():
        larger = _LARGER.search(text, 0, match.start())
        more = larger is not None and not directly_refused(text, larger.start())
        operator: Operator = "at_least" if more else "at_most"
        for spec, name in ((width, "wide"), (height, "high")):
            if spec is not None:
                into.claim(match.span(), spec, (operator, number(match[name])))


def _read_ranges(text: str, quantities: Quantities, into: Numbers) -> None:
    for match in _RANGE.finditer(text):
        if not into.free(match.span()) or (match["link"] == "and" and match["cue"] != "between"):
            continue
        low, high = number(match["low"]), number(match["high"])
        if low >= 1000 and high < 100:
            high += low // 100 * 100  # 1990-95
        span = (match.start("low"), match.end("high"))
        spec = _spec_at(text, span, quantities, None, sorted((low, high)), into)
        if spec is None:
            continue
        if directly_refused(text, match.start()):
            into.spans.append(match.span())
            into.gaps.append(match[0].strip())
        else:
            into.claim(
                match.span(), spec, ("at_least", min(low, high)), ("at_most", max(low, high))
            )


def _read_comparisons(text: str, quantities: Quantities, into: Numbers) -> None:
    for operator, measure, pattern in _COMPARED:
        for match in pattern.finditer(text):
            span = match.span("number")
            if not into.free(match.span()):
                continue
            value = number(match["number"])
            spec = _spec_at(text, span, quantities, measure, [value], into)
            if spec is not None:
                negated = directly_refused(text, match.start()) or bool(
                    _UNWILLING.search(text[: match.start()])
                )
                chosen = _OPPOSITE[operator] if negated else operator
                into.claim(match.span(), spec, (chosen, value))


def _read_followed(text: str, quantities: Quantities, into: Numbers) -> None:
    """`90 minutes or less`, `4+ stars`, `20 euros max`."""
    for match in _FOLLOWED.finditer(text):
        if not into.free(match.span()):
            continue
        value = number(match["number"])
        spec = _spec_at(text, match.span("number"), quantities, None, [value], into)
        if spec is not None:
            down = _DOWN.fullmatch(match["side"] or match["limit"] or "")
            operator: Operator = "at_most" if down else "at_least"
            into.claim(match.span(), spec, (operator, value))


def _read_alone(text: str, quantities: Quantities, into: Numbers) -> None:
    """A year, or an amount with its unit."""
    for match in _ALONE.finditer(text):
        span = match.span("number")
        if not into.free(span):
            continue
        value = number(match["number"])
        unit = unit_measure(text, *span)
        if _REPEATED.search(text[max(0, span[0] - _CONTEXT) : span[0]]):
            continue
        if unit is None and quantities.is_year(value):
            _claim_year(text, span, value, quantities, into)
        elif unit is not None and quantities.attribute(unit) is None:
            if unit in (LENGTH, PRICE):
                into.miss(span, unit)
        elif unit in (LENGTH, PRICE, RATING, ALCOHOL, HEIGHT):
            spec = _spec_at(text, span, quantities, None, [value], into)
            if spec is not None:
                into.claim(span, spec, *_amount(text, span, value, unit))


def _read_both_ways(text: str, quantities: Quantities, into: Numbers) -> None:
    """`under 40 cm both ways` bounds the width too."""
    height, width = quantities.attribute(HEIGHT), quantities.attribute(WIDTH)
    if height is None or width is None:
        return
    for one in list(into.found):
        if one.constraint.attribute == height.name and _BOTH_WAYS.match(text, one.end):
            also = one.constraint.model_copy(update={"attribute": width.name})
            into.found.append(Found(also, one.start, one.end))


def _claim_year(text: str, span: Span, value: float, quantities: Quantities, into: Numbers) -> None:
    spec = quantities.attribute(YEAR)
    assert spec is not None  # is_year said so
    before = text[max(0, span[0] - _CONTEXT) : span[0]]
    if directly_refused(text, span[0]):
        into.spans.append(span)
        into.gaps.append(text[slice(*span)])
    elif _ABOUT.search(before):
        into.claim(span, spec, ("at_least", value - _YEAR_SLACK), ("at_most", value + _YEAR_SLACK))
    elif _ONWARDS.match(text[span[1] : span[1] + 12]):
        into.claim(span, spec, ("at_least", value))
    else:
        into.claim(span, spec, ("at_least", value), ("at_most", value))


def _amount(
    text: str, span: Span, value: float, measure: Measure
) -> Iterable[tuple[Operator, float]]:
    """What an amount without a comparison asks for: a limit on what one has, else about that."""
    before = text[max(0, span[0] - _CONTEXT) : span[0]].rstrip("$€£ ")
    if measure is RATING:
        return [("at_least", value)]
    if _HAVE.search(before) or (measure is PRICE and not _ABOUT.search(before)):
        return [("at_most", value)]
    return [("at_least", round(value * (1 - _SLACK))), ("at_most", round(value * (1 + _SLACK)))]


def _spec_at(
    text: str,
    span: Span,
    quantities: Quantities,
    said: Measure | None,
    values: list[float],
    into: Numbers,
) -> AttributeSpec | None:
    """The attribute that numbers at `span` speak of; a measure that no attribute holds is noted."""
    unit = unit_measure(text, *span)
    near = _by_word(text, span, quantities) if said is None else None
    if near and (unit is None or (unit is HEIGHT and quantities.measure(near) is WIDTH)):
        return near
    every: Callable[[Iterable[bool]], bool] = all
    if unit is None and said in (None, YEAR) and every(quantities.is_year(v) for v in values):
        return quantities.attribute(YEAR)
    measure = said if said is WIDTH and unit is HEIGHT else unit or said
    if said is YEAR and unit is None and not every(1000 <= v < 2200 for v in values):
        return None  # "after 8" is a time of day, "before 30" an age
    if measure is not None:
        if (spec := quantities.attribute(measure)) is None:
            into.miss(span, measure)
        elif measure is ALCOHOL and not every(fits(spec, v, _ALCOHOL_MARGIN) for v in values):
            return None  # 32 degrees in the shade
        return spec
    if _COUNTED.match(text, span[1]) or _AGED.search(text, max(0, span[0] - _CONTEXT), span[0]):
        return None
    for guess in (LENGTH, PRICE, RATING, ALCOHOL):
        spec = quantities.attribute(guess)
        if spec is not None and every(fits(spec, value) for value in values):
            return spec
    return None


def _by_word(text: str, span: Span, quantities: Quantities) -> AttributeSpec | None:
    """The attribute that a word near the numbers names; the nearest word before them first."""
    left = _CLAUSE.split(text[max(0, span[0] - _CONTEXT) : span[0]])[-1]
    left = left.replace("as long as", "")
    right = _CLAUSE.split(text[span[1] : span[1] + _CONTEXT // 2])[0]
    right = re.sub(r"^ ?cm\b", "", right)  # a size; which one is said after it
    before = re.findall(r"[a-z]+", left)
    after = re.findall(r"[a-z%]+", right)
    for word in (*after[:1], *reversed(before), *after[1:]):
        for spec in quantities.attributes:
            if word in quantities.words(spec):
                return spec
    return None
