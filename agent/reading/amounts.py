"""Vague amounts: `cheap`, `recent`, `not too long`, as the lower or upper part of a catalogue."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ...catalog.constraints import Constraint
from .letting_go import gives_up
from .measures import ALCOHOL, HEIGHT, LENGTH, PRICE, RATING, VOTES, WIDTH, YEAR, Quantities
from .negation import refused
from .numbers import Found
from .patterns import one_of, phrase

SHARE = 0.4
"""Share of the catalogue that a vague amount leaves."""

_MANY = one_of(
    "(?:hundreds|thousands|dozens) of",
    "lots of",
    "loads of",
    "plenty of",
    "tons of",
    "many",
    "a lot of",
    "masses of",
)
_FEW = one_of(
    "(?:almost |nearly |practically )?(?:nobody|no one|noone)", "hardly any(?:one|body| people)",
    "not many", "few people",
)  # fmt: skip
_LOW: dict[str, tuple[str, ...]] = {
    PRICE.name: (
        "cheap(?:er|est|ish|o)?", "budget", "inexpensive", "affordable", "bargains?",
        "low cost", "low[- ]priced?", "economical", "good value",
        "reasonabl[ey](?: priced)?", "easy on the wallet", "on a budget", "entry[- ]level",
        "thrifty", "wallet[- ]friendly",
    ),
    LENGTH.name: (
        "short(?:ish|er)?", "quick(?:ish)?", "brief", "bite[- ]sized?",
    ),
    YEAR.name: (
        "(?<!year[ -])(?<!years[ -])old(?:er|ish|ies)?", "classics?", "vintage", "ancient",
        "early", "from way back",
        "golden age", "old[- ]school", "old[- ]fashioned",
    ),
    ALCOHOL.name: (
        "low(?:er|ish)?[- ]?alcohol", "low in alcohol", "light(?:er)? in alcohol",
        "low(?:ish)? abv", "easy drinking", "weak(?:er)?", "mild",
    ),
    HEIGHT.name: (
        "small(?:er|ish)?", "tiny", "compact", "miniature", "minis?", "petite",
    ),
    WIDTH.name: ("narrow(?:er|ish)?", "slim", "slender"),
    VOTES.name: (
        "obscure", "hidden gems?", "lesser[- ]known", "underrated", "unknown",
        "under the radar", "niche", "off the beaten track",
        f"{_FEW}(?:'s)? (?:has |have |had |is )?(?:\\w+ )?(?:heard of|reviewed|rated|seen|knows?)",
        "(?:few|hardly any|barely any|not many|no) (?:reviews|ratings|votes)",
    ),
    RATING.name: (),
}  # fmt: skip
_HIGH: dict[str, tuple[str, ...]] = {
    PRICE.name: (
        "pric(?:e)?y", "expensive", "premium", "high[- ]end",
        "top[- ](?:end|of the (?:line|range))",
        "luxur(?:y|ious)", "splurge", "fanc(?:y|ier|iest)", "dear",
        "no expense spared", "spares? no expense", "money(?:'s| is| was)? no object",
        "posh(?:est)?", "swanky", "top[- ]shelf",
    ),
    LENGTH.name: ("long(?:er|ish)?", "lengthy", "epic length"),
    YEAR.name: (
        "recent(?:ly)?", "new(?:er|est|ish)?", "modern", "contemporary", "latest", "current",
        "brand new", "up to date", "fresh", "(?:last|past) (?:few|couple(?: of)?) years",
    ),
    ALCOHOL.name: (
        "strong(?:er|est|ish)?", "boozy", "high(?:er)?[- ]?alcohol", "high abv", "punchy",
    ),
    HEIGHT.name: (
        "big(?:ger|gest|gish)?", "go (?:large|big)", "large(?:r|st)?", "huge", "tall(?:er)?",
        "massive",
        "enormous", "monumental", "giant", "gigantic", "wall[- ]filling", "oversized?",
    ),
    WIDTH.name: ("wide(?:r|st|ish)?", "broad(?:er)?", "panoramic"),
    VOTES.name: (
        "popular", "famous", "well[- ]known", "most (?:rated|reviewed|popular)",
        "everyone knows", "blockbusters?", "crowd[- ]pleasers?", "bestsell(?:er|ing)s?",
        f"(?:rated|reviewed|loved|liked|drunk|bought|seen) by {_MANY} (?:people|folks|others)",
        f"{_MANY} (?:(?:people|folks|drinkers|others) (?:have |has )?(?:\\w+ )?"
        "(?:reviewed|rated|seen|know|like|liked|love|loved|bought|tried|heard of|voted)"
        "|reviews|ratings|votes)",
        "every(?:one|body)(?:'s)? (?:has )?(?:knows|heard of|drinks|seen)",
    ),
    RATING.name: (
        "(?:best|top|highest?|highly|well|better|good)[- ]?(?:rated|reviewed|scor(?:ed|ing))",
        "good (?:ratings?|reviews?|scores?)", "acclaimed", "top notch",
        "great reviews",
        "high(?:ly)? ratings?", "high(?:est|er)? scor(?:es?|ing)",
    ),
}  # fmt: skip
_MEASURES = (PRICE, LENGTH, ALCOHOL, HEIGHT, WIDTH, VOTES, RATING, YEAR)
_PATTERNS = {
    (measure.name, low): phrase(*words)
    for measure in _MEASURES
    for low, words in ((True, _LOW[measure.name]), (False, _HIGH[measure.name]))
    if words
}
_LESS = re.compile(r"\b(?:too|overly|less|without being|\w+n't|isnt|arent|wont be) (?:\w+ )?$")
"""Ends what turns an amount around: a complaint, a comparison."""
_BARE = re.compile(r"[a-z]+")
_STATED_BEFORE = re.compile(
    r"(?:^|[,.;:!?(-]|\b(?:something|anything|nothing|one|ones|not|isn't|an?|any|some|really|very|quite"
    r"|pretty|super|too|rather|bit|but|and|or|preferably|ideally|want|need|prefer|fairly|more|be"
    r"|show me|find me|give me))\s*$"
)
_STATED_AFTER = (
    r"\s*(?:$|[,.;:!?)]|(?:and|but|or|please|pls|ones?|thing|stuff|too|though{nouns})\b)"
)


def stated_amounts(
    text: str,
    quantities: Quantities,
    shares: Mapping[str, tuple[float, float]],
    noun: str,
) -> tuple[list[Found], list[tuple[str, tuple[int, int]]]]:
    """Vague amounts of a whole message, and those given up (attribute and place).

    Single words (`old`, `big`) count only where they stand as a wish of their own or before what
    the items are called: not in `my old man`, `a big fan`.
    """
    stated = re.compile(_STATED_AFTER.format(nouns=f"|{re.escape(noun)}s?|movies?|pictures?"))
    found = [
        (name, low, match.span())
        for name, low, match in _matches(text, quantities, shares)
        if not _BARE.fullmatch(match[0])
        or (_STATED_BEFORE.search(text, 0, match.start()) and stated.match(text, match.end()))
    ]
    found.sort(key=lambda one: one[2])
    sides = list(zip(found, _lowers(text, found), strict=True))
    both = {name for (name, _, _), low in sides if low} & {
        name for (name, _, _), low in sides if not low
    }
    given_up = [(name, span) for name, _, span in found if name in both or gives_up(text, *span)]
    amounts = [
        Found(_bound(name, low, shares[name]), *span)
        for (name, _, span), low in sides
        if (name, span) not in given_up
    ]
    return amounts, given_up


def vague_bound(
    text: str, quantities: Quantities, shares: Mapping[str, tuple[float, float]]
) -> Constraint | None:
    """The bound that a vague amount means, where the catalogue records the measure.

    Args:
        text: the mark, folded.
        shares: attribute -> the value that the lowest, and that the highest, `SHARE` of the items
            end at.
    """
    for name, low, match in _matches(text, quantities, shares):
        return _bound(name, _lowers(text, [(name, low, match.span())])[0], shares[name])
    return None


def _matches(
    text: str, quantities: Quantities, shares: Mapping[str, tuple[float, float]]
) -> Iterator[tuple[str, bool, re.Match[str]]]:
    """Attribute, whether its lower part is named, and where, for each amount that a text has."""
    for measure in _MEASURES:
        spec = quantities.attribute(measure)
        if spec is None or spec.name not in shares:
            continue
        for low in (True, False):
            pattern = _PATTERNS.get((measure.name, low))
            for match in pattern.finditer(text) if pattern else ():
                yield spec.name, low, match


def _lowers(text: str, found: Sequence[tuple[str, bool, tuple[int, int]]]) -> list[bool]:
    """Whether each amount, left to right, asks for the lower part; refused, for the other."""
    no = refused(text, [span for _, _, span in found])
    return [
        low != (away or bool(_LESS.search(text, 0, span[0])))
        for (_, low, span), away in zip(found, no, strict=True)
    ]


def _bound(attribute: str, low: bool, ends: tuple[float, float]) -> Constraint:
    if low:
        return Constraint(attribute=attribute, operator="at_most", bound=ends[0])
    return Constraint(attribute=attribute, operator="at_least", bound=ends[1])
