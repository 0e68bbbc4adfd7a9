"""What a message says of an item that it names: `I loved Heat, the one from the 90s`.

A description tells which item is meant; it asks for nothing.
"""

import re

from .intents import wants_something
from .patterns import one_of
from .text import PLACEHOLDER

Span = tuple[int, int]

_THING = one_of(
    "one", "films?", "movies?", "flick", "pictures?", "classic", "series", "book", "painting",
    "wine", "bottle", "product", "item", "thing",
)  # fmt: skip
_OTHER = one_of(
    "first", "second", "third", "fourth", "fifth", "last", "next", "other", "new", "same", "only",
)  # fmt: skip
_WISH = one_of(
    "i want", "i need", "i'm", "i am", "i'd", "i would", "should", "must", "has to", "needs to",
    "to watch", "to see", "you",
)  # fmt: skip
_IT_IS = one_of(
    "(?:that|it)(?:'?s| is| was)", "(?:isn'?t|wasn'?t|is|was) (?:that|it)",
)  # fmt: skip
_SURE = one_of("right", "correct", "yes", "no", "(?:isn'?t|wasn'?t) it", "i think", "i believe")
_DID = one_of(
    "loved?", "liked?", "enjoyed", "adored?", "hated?", "disliked", "seen", "saw", "watched",
    "read", "bought", "tried",
)  # fmt: skip
_TAIL = rf"(?!\w)(?! {_WISH}\b)"
_ASIDE = re.compile(
    rf"{PLACEHOLDER}\s*[.,;!?(–—-]*\s*(?:you know,? |i mean,? |i think )?(?P<said>"
    + one_of(
        rf"the one{_TAIL}",
        rf"(?<=[,(–—-] )(?:the|that) (?!{_OTHER}\b)(?:[\w'&/-]+ ){{1,4}}{_THING}{_TAIL}",
        rf"(?<=\()(?:the|that) (?:[\w'&/-]+ ){{1,4}}{_THING}{_TAIL}",
        "(?:which|who|that) (?:is|was|were|are|had|has|got|came|comes|stars|starred|features"
        "|featured|won|ran|runs)\\b",
        rf"(?:and )?{_IT_IS} (?:the|an?|one)\b",
        rf"(?:and )?{_IT_IS} (?=[^.!?]{{1,80}}, ?{_SURE} ?\?)",
    )
    + ")"
)
"""Right after a title."""
_UNKNOWN = re.compile(rf"\b{_DID} [^.,;:!?]{{1,60}}, ?(?P<said>the one{_TAIL})")
"""After the name of something that is not here."""
_DIRECTLY = re.compile(
    rf"\b{_DID} (?:[^.,;:!?]{{0,60}} )?{PLACEHOLDER}(?P<said>"
    r"(?: (?:with|from|by|about|rated|set)|,? (?:starring|featuring|directed by|made in))\b"
    rf"(?! {_WISH}\b))"
)
"""In the same breath: `I loved Heat with Al Pacino`."""
_BEFORE = re.compile(
    rf"\b{_DID} (?:the|that) (?P<said>(?:[\w'&/-]+ ){{1,5}}{_THING} (?:called |titled |named )?)"
    rf"{PLACEHOLDER}"
)
_END = re.compile(
    r"[.;:!?)](?!\d)|$|\b(?:but|so)\b|\band (?=(?:i|we|can|could|now|please|show|give|recommend)\b)"
)
_COMMA = re.compile(r",(?!\d)")
_SENTENCE_END = re.compile(r"[.;:!?](?!\d)|$")


def descriptions(text: str) -> list[Span]:
    """Where a message, its titles masked, describes an item."""
    found = [match.span("said") for match in _BEFORE.finditer(text)]
    for pattern in (_ASIDE, _UNKNOWN, _DIRECTLY):
        for match in pattern.finditer(text):
            start = match.start("said")
            end = _end(text, match.end("said"))
            if not wants_something(text[start:end]):
                found.append((start, end))
    return found


def without(text: str, spans: list[Span]) -> str:
    """A text with blanks for what stands at some places."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _end(text: str, start: int) -> int:
    """Where a description ends: with its sentence where another follows, else with its part."""
    ends = _first(_END, text, start)
    more = text[_first(_SENTENCE_END, text, ends) + 1 :].strip(" .,;:!?")
    if more and not wants_something(text[start:ends]):
        return ends
    comma = _COMMA.search(text, start, ends)
    return comma.start() if comma else ends


def _first(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.search(text, start)
    return match.start() if match else len(text)
