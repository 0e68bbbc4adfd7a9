"""Attributes that a message gives up by their names: `forget the year`, `any length`."""

import re
from collections.abc import Sequence

from ...catalog.records import AttributeSpec
from .measures import Quantities
from .patterns import one_of
from .stopwords import STOPWORDS

_ANY = one_of(
    "any(?: kind of| old)?", "whatever", "whichever", "forget (?:about )?(?:the|that)?",
    "(?:drop|ignore|lift|remove|skip|scrap|scratch|ditch|lose) (?:the|that)",
    "never ?mind (?:about )?(?:the)?",
    "no matter (?:the|what|how)?", "regardless of (?:the)?",
    "(?:don't|dont|do not) care about (?:the)?",
    "(?:don't|dont|do not) mind (?:the|about the)", "no limits? on (?:the)?",
)  # fmt: skip
_UNIMPORTANT = one_of(
    "(?:doesn't|does not|don't|do not|doesnt) matter",
    "(?:isn't|isnt|aren't|arent) (?:important|essential|a must|needed|necessary)",
    "(?:is|are) (?:optional|not (?:essential|needed|important)|unimportant|irrelevant"
    "|no (?:object|issue|problem|concern))",
    "can be anything",
    "(?:limit|filter|restriction|bound|range)(?: is)? (?:gone|off)",
)
_CARELESS = one_of(
    "(?:doesn't|does not|doesnt|don't|do not) matter",
    "(?:don't|dont|do not) (?:care|mind)",
    "no matter",
)
_ALSO_CALLED = {
    "runtime": ("time",),
    "cast": ("actor", "actors", "actress"),
    "director": ("filmmaker",),
}
"""What people call attributes that catalogues name otherwise."""


class Releases:
    """The words by which the attributes of one catalogue are given up."""

    def __init__(self, attributes: Sequence[AttributeSpec], quantities: Quantities) -> None:
        self._patterns = {spec.name: _given_up(spec, quantities) for spec in attributes}

    def find(self, text: str) -> list[tuple[str, tuple[int, int]]]:
        """The attributes whose constraints a message gives up, and where it says so."""
        found = ((name, pattern.search(text)) for name, pattern in self._patterns.items())
        return [(name, match.span()) for name, match in found if match]


def _given_up(spec: AttributeSpec, quantities: Quantities) -> re.Pattern[str]:
    measure = quantities.measure(spec)
    said = {spec.name.replace("_", " "), spec.label.lower(), *_ALSO_CALLED.get(spec.name, ())}
    said |= {cue for cue in spec.cues if cue.isalpha() and cue not in STOPWORDS}
    said |= {word.removesuffix("s") for word in said} | set(measure.nouns if measure else ())
    names = one_of(*map(re.escape, sorted(said, key=len, reverse=True)))
    return re.compile(
        rf"\b{_ANY}\s?(?:the )?{names}s?(?! than)\b"
        rf"|\b{_CARELESS}(?: (?:about|how|what|which|the))+ {names}\b"
        rf"|\b{names}s? {_UNIMPORTANT}|\bno {names} limits?\b"
    )
