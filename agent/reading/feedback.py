"""Liked, disliked, seen: what a message says of items, clause by clause."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from .patterns import one_of, phrase
from .text import PLACEHOLDER

Verdict = Literal["liked", "disliked", "seen", "rejected"]

_NOT_ASKING = "".join(f"(?<!{word} )" for word in ("would", "will", "do", "might", "should"))
_SURELY = one_of(
    "really", "also", "absolutely", "just", "do", "did", "quite", "actually", "already", "totally"
)
_I = f"{_NOT_ASKING}(?:i|we)(?: {_SURELY})*"
_IT = one_of("it", "that", "this", "them", "those", "these")
_ONE_ITEM = r"(?:the |that )?(?:first|second|third|fourth|fifth|last)(?: \w+)?"
_IT_IS = (
    rf"(?:that|it|this|they|{PLACEHOLDER}|{_ONE_ITEM})(?:'s|'re| is| was| are| were| looks| sounds)"
)
_VERY = one_of("really ", "so ", "very ", "too ", "just ") + "?"
_PICK = one_of("pick", "choice", "one", "suggestion", "find", "call") + "s?"
_GOOD = one_of(
    "great", "perfect", "awesome", "amazing", "good", "wonderful", "excellent", "brilliant",
    "fantastic", "lovely", "nice",
)  # fmt: skip
_BAD = one_of(
    "awful", "terrible", "bad", "boring", "horrible", "rubbish", "crap", "dull", "stupid", "poor"
)
_LIKED = phrase(
    f"{_I} (?:like|liked|love|loved|enjoy|enjoyed|adore|adored)",
    f"(?:loved|liked|adored|enjoyed) (?:{_IT}|both)",
    f"(?:loved|liked|adored|enjoyed) (?:the|number|{PLACEHOLDER})",
    "(?:loved|liked|adored|enjoyed) #(?=\\d)",
    f"{_GOOD} {_PICK}",
    f"love {_IT}",
    f"{_IT_IS} {_VERY}{_GOOD}",
    "my favou?rites?",
    "(?:big|huge) fan of",
)
_PLACES = one_of("one", "ones", "first", "second", "third", "fourth", "fifth", "last")
_REJECTED = phrase(
    f"(?:not|no),? (?:{_IT}|the)(?: {_PLACES})*(?=\\s*(?:$|[,.!;]|please|again))",
    f"(?:not|no|anything but|except|without) (?:the )?{PLACEHOLDER}",
    f"none of {_IT}",
    f"neither(?: of {_IT})?",
    f"(?:skip|not|forget) (?:{_IT}|{PLACEHOLDER}|the (?:{_PLACES}))",
    f"not interested(?: in {_IT})?",
    f"(?:something|anything) other than {_IT}",
)
_DISLIKED = phrase(
    "(?:don't|dont|didn't|didnt|do not|did not) (?:really |particularly )?"
    "(?:like|love|enjoy|want|care for|fancy)",
    "hate[ds]?",
    "dislike[ds]?",
    "(?:can't|cannot|couldn't) stand",
    "not (?:really )?(?:for me|my (?:thing|taste|style|cup of tea)|a fan|into)",
    f"{_IT_IS} {_VERY}{_BAD}",
    f"{_BAD} {_PICK}",
    f"^{_VERY}{_BAD}$",
    f"{PLACEHOLDER} (?:really )?(?:sucks?|sucked)",
)
_ASKED = re.compile(r"(?:and |so |but )?(?:have|had|did|do|has) (?:i|we)\b")
"""A question about the person's own past states nothing."""
_NOT_SEEN = phrase(
    "(?:haven't|have not|havent|never|not)(?: (?:yet|ever))? (?:seen|watched|read|tried)",
    "(?:didn't|did not) (?:see|watch)",
)
_SEEN = phrase(
    "(?:i've|i have|we've|we have|ive|i|we)(?: (?:already|just|also|recently))*"
    " (?:seen|watched|saw|read|own|bought|tried)",
    f"(?:i have|i've got|i own|i had)(?: already)? (?:it|that|this|those|these|them|{PLACEHOLDER})",
    "(?:seen|watched|read|own|tried) (?:it|that|this|them|those|these|both|all)",
    "already (?:seen|watched|saw|own|have|read|tried|know|bought)",
    "(?:i )?know (?:it|that one|this one|them) (?:already|by heart)",
    f"(?<!you )(?:seen|watched) (?:the )?{PLACEHOLDER}",
    r"^(?:already )?(?:seen|watched)(?: (?:it|the|number|#|\d).*)?$",
)
_CLAUSE = re.compile(
    r"[.!?;,]"
    r"|(?<!anything )(?<!everything )(?<!all )\bbut\b"
    r"|\b(?:and then|although|though|while)\b"
    r"|\band (?=i\b|hated|loved)"
)
_LONGEST_LIST = 200
_LIST = re.compile(rf"(?:and|or|nor|also|the|{PLACEHOLDER}|[\s,&\"'“”])*")


@dataclass
class Feedback:
    """Items by what was said of them."""

    liked: list[str] = field(default_factory=list)
    disliked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    """Turned down without an opinion; `settle` decides what that means."""

    def add(self, verdict: Verdict, items: Sequence[str]) -> None:
        """Record a verdict on items; a later one on the same item does not repeat it."""
        known: list[str] = getattr(self, verdict)
        known += [item for item in items if item not in known]

    def settle(self) -> "Feedback":
        """Turned down because it is known is no dislike; turned down otherwise is."""
        disliked = [*self.disliked, *(item for item in self.rejected if item not in self.seen)]
        disliked = list(dict.fromkeys(disliked))
        return Feedback([i for i in self.liked if i not in disliked], disliked, self.seen)

    def __bool__(self) -> bool:
        return bool(self.liked or self.disliked or self.seen or self.rejected)


@dataclass(frozen=True)
class Clause:
    """A stretch of the message with what it says."""

    start: int
    end: int
    verdicts: tuple[Verdict, ...]
    """Both `seen` and an opinion may be said of one item."""


def clauses(text: str) -> list[Clause]:
    """The clauses of a message with their verdicts; a mere list continues the one before it."""
    found: list[Clause] = []
    start = 0
    for end in [*(match.start() for match in _CLAUSE.finditer(text)), len(text)]:
        if end < start:
            continue
        part = text[start:end].strip(" ,.!?;")
        verdicts = _verdicts(part)
        if not verdicts and found and _is_list(part):
            verdicts = found[-1].verdicts
        found.append(Clause(start, end, verdicts))
        start = end
    return found


def _is_list(part: str) -> bool:
    return len(part) < _LONGEST_LIST and PLACEHOLDER in part and bool(_LIST.fullmatch(part))


def _verdicts(part: str) -> tuple[Verdict, ...]:
    if _ASKED.match(part):
        return ()
    verdicts: list[Verdict] = []
    if _SEEN.search(part) and not _NOT_SEEN.search(part):
        verdicts.append("seen")
    if _DISLIKED.search(part):
        verdicts.append("disliked")
    elif _LIKED.search(part):
        verdicts.append("liked")
    if _REJECTED.search(part):
        verdicts.append("rejected")
    return tuple(verdicts)
