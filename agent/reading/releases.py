"""What a message gives up: `forget the year`, `any length`, `horror is fine after all`."""

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
_GIVING_UP = one_of(
    "forget (?:about )?(?:the|that)?", "never ?mind (?:about )?(?:the)?", "instead of",
    "rather than", "(?:drop|ignore|lift|remove|ditch|scrap|lose) (?:the|that)", "no longer",
    "bring back", "allow",
    "(?:don't|dont|do not|wouldn't|would not) mind", "(?:okay|ok|fine|good) with",
    "(?:needn't|neednt|need not|(?:doesn't|doesnt|does not|don't|dont|do not) (?:have|need) to) be",
    "scratch (?:the|that)?", "(?:swap|trade) (?:the|that|those)?",
)  # fmt: skip
_FORGOTTEN = re.compile(rf"\b{_GIVING_UP}\s+(?:(?:in|from|by)\s+)?(?:(?:an?|any|some|the)\s+)?$")
_FINE = re.compile(
    r"^\s*(?:needn't be|neednt be|need not be|don't have to be|doesn't have to be)\b"
    r"|^\s*(?:isn't|isnt|is not|aren't|arent) (?:essential|important|a must|needed|necessary)\b"
    r"|^\s*(?:films? |movies? |stuff |things |ones )?(?:is|are|would be|'s)? ?"
    r"(?:actually |also |totally |now )?"
    r"(?:fine|ok|okay|alright|all right|allowed|welcome|acceptable|possible again"
    r"|(?:can|may) (?:come |be )?back)\b"
)
_ALSO_CALLED = {
    "runtime": ("time",),
    "cast": ("actor", "actors", "actress"),
    "director": ("filmmaker",),
}
"""What people call attributes that catalogues name otherwise."""
_WINDOW = 40


class Releases:
    """The words by which the attributes of one catalogue are given up."""

    def __init__(self, attributes: Sequence[AttributeSpec], quantities: Quantities) -> None:
        self._patterns = {spec.name: _given_up(spec, quantities) for spec in attributes}

    def find(self, text: str) -> list[tuple[str, tuple[int, int]]]:
        """The attributes whose constraints a message gives up, and where it says so."""
        found = ((name, pattern.search(text)) for name, pattern in self._patterns.items())
        return [(name, match.span()) for name, match in found if match]


def gives_up(text: str, start: int, end: int) -> bool:
    """Whether what stands at a place is given up rather than asked for."""
    before = text[max(0, start - _WINDOW) : start]
    return bool(_FORGOTTEN.search(before) or _FINE.match(text[end : end + _WINDOW]))


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
