"""Vague amounts: `cheap`, `recent`, `not too long`, as the lower or upper part of a catalogue."""

import re
from collections.abc import Mapping

from ...catalog.constraints import Constraint
from .measures import ALCOHOL, HEIGHT, LENGTH, PRICE, RATING, VOTES, YEAR, Quantities
from .patterns import one_of, phrase

SHARE = 0.4
"""Share of the catalogue that a vague amount leaves."""

_MUCH = one_of("too ", "very ", "so ", "overly ", "terribly ", "that ", "insanely ", "crazy ") + "?"
_NOT = one_of(
    "not ", "nothing ", "n't ", "isnt ", "arent ", "wont ", "dont ", "never ", "without being ",
    "less ",
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
        "old(?:er|ish|ies)?", "classics?", "vintage", "ancient", "early", "from way back",
        "golden age", "old[- ]school", "old[- ]fashioned",
    ),
    ALCOHOL.name: (
        "low(?:er)?[- ]?alcohol", "low in alcohol", "light(?:er)? in alcohol",
        "low(?:ish)? abv", "easy drinking", "weak(?:er)?", "mild",
    ),
    HEIGHT.name: (
        "small(?:er|ish)?", "little", "tiny", "compact", "miniature", "minis?", "petite",
    ),
    VOTES.name: (
        "obscure", "hidden gems?", "lesser[- ]known", "underrated", "unknown",
        "under the radar", "niche", "off the beaten track",
    ),
    RATING.name: (),
}  # fmt: skip
_HIGH: dict[str, tuple[str, ...]] = {
    PRICE.name: (
        "pric(?:e)?y", "expensive", "premium", "high[- ]end",
        "top[- ](?:end|of the (?:line|range))",
        "luxur(?:y|ious)", "splurge", "fancy", "no expense spared", "dear",
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
        "big(?:ger|gest|gish)?", "large(?:r|st)?", "huge", "tall(?:er)?", "massive",
        "enormous", "monumental", "giant", "wall[- ]filling", "oversized?",
    ),
    VOTES.name: (
        "popular", "famous", "well[- ]known", "most (?:rated|reviewed|popular)",
        "everyone knows", "blockbusters?", "crowd[- ]pleasers?", "bestsell(?:er|ing)s?",
    ),
    RATING.name: (
        "(?:best|top|highest?|highly|well|better|good)[- ]?(?:rated|reviewed|scor(?:ed|ing))",
        "good (?:ratings?|reviews?|scores?)", "acclaimed", "(?:the )?best", "top notch",
        "great reviews",
        "high(?:ly)? ratings?", "excellent", "outstanding",
    ),
}  # fmt: skip
_MEASURES = (PRICE, LENGTH, ALCOHOL, HEIGHT, VOTES, RATING, YEAR)
_PATTERNS = {
    (measure.name, low): phrase(*words)
    for measure in _MEASURES
    for low, words in ((True, _LOW[measure.name]), (False, _HIGH[measure.name]))
    if words
}
_REFUSED = re.compile(rf"{_NOT}(?:\w+ )?{_MUCH}$")


def vague_bound(
    text: str, quantities: Quantities, shares: Mapping[str, tuple[float, float]]
) -> Constraint | None:
    """The bound that a vague amount means, where the catalogue records the measure.

    Args:
        text: the mark, folded.
        shares: attribute -> the value that the lowest, and that the highest, `SHARE` of the items
            end at.
    """
    for measure in _MEASURES:
        spec = quantities.attribute(measure)
        if spec is None or spec.name not in shares:
            continue
        for low in (True, False):
            pattern = _PATTERNS.get((measure.name, low))
            match = pattern.search(text) if pattern else None
            if match is None:
                continue
            refused = bool(_REFUSED.search(text[: match.start()]))
            return _bound(spec.name, low != refused, shares[spec.name])
    return None


def _bound(attribute: str, low: bool, ends: tuple[float, float]) -> Constraint:
    if low:
        return Constraint(attribute=attribute, operator="at_most", bound=ends[0])
    return Constraint(attribute=attribute, operator="at_least", bound=ends[1])
