"""What a message gives up: `drama instead of comedy`, `it need not be from the 90s`.

What is given up is neither asked for nor refused: it just stands no longer.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence

from .measures import MEASURES
from .patterns import one_of
from .stopwords import STOPWORDS

Span = tuple[int, int]

_NOTHING_NAMED = (
    r"(?! (?:that|this|it|these|those|them|which)(?:\s*(?:$|[,.;:!?])"
    r"| (?:an?|the|some|in|by|about|from|with|to|i|we|give|show|make|let)\b))"
)
"""A pronoun that stands for what was said before names nothing that is given up."""
_NOT = one_of("don'?t", "do not", "doesn'?t", "does not")
_IT = one_of("it", "this", "that", "them", r"the \w+")
_BE = one_of("be", "have", "star", "feature", "contain", "include", "involve", "come", "play")
_COMPARED = one_of(*(word for one in MEASURES for word in (*one.less, *one.more)), r"\w+ likely")
_REPLACED = one_of(
    f"(?:instead|in place|in lieu) of{_NOTHING_NAMED}",
    f"(?:rather than|as opposed to){_NOTHING_NAMED}",
    "(?:swap|trade|replace|(?:switch|change) (?:it |them )?from)",
)
_NOT_NEEDED = one_of(
    f"(?:needn'?t|need not|{_NOT} (?:necessarily )?(?:have|need) to) {_BE}",
    f"(?:no need for|{_NOT} need) {_IT} to {_BE}",
    "no need for",
    # `no need to be fancy` asks for what is plain
    f"no need to {_BE}(?= (?:an?|the|in|from|by|about|with|set|directed|rated|under|over|before"
    r"|after|at|between)\b)",
    "not necessarily",
    "no longer(?! than)",
)
_INSTEAD = re.compile(rf"(?<!\w){_REPLACED}(?!\w)")
_LET_GO = re.compile(rf"(?<!\w){one_of(_REPLACED, _NOT_NEEDED)}(?!\w)")
"""What stands next is given up, whatever small words lie between: `from`, `directed by`."""
_RATHER = re.compile(rf"\brather (?![^.,;!?]{{0,60}}\b{_COMPARED} than)[^.,;!?]{{1,60}}? than\b")
"""`I'd rather see a drama than` lets go in the same way."""
_DROPPED = re.compile(
    r"(?<!\w)"
    + one_of(
        "forget(?: about)?(?: the| that)?", "never ?mind(?: about)?(?: the)?",
        "(?:drop|ignore|lift|remove|ditch|scrap|lose) (?:the|that)", "scratch(?: the| that)?",
        "(?:swap|trade|replace) (?:the|that|those)",
    )
    + r"(?!\w)"
)  # fmt: skip
"""What stands right after is given up."""
_LET_IN = re.compile(
    r"(?<!\w)"
    + one_of(
        "bring back", "allow", "(?:don'?t|do not|wouldn'?t|would not) mind",
        r"(?:(?:^|(?<=[.,;!?] ))|(?:i'm|i am|we're|we are|be|am|is|are|now|also|totally|quite) )"
        "(?:okay|ok|fine|good) with",
    )
    + r"(?!\w)"
)  # fmt: skip
"""A value right after these may come back; a limit there is one that is asked for."""
_RIGHT_AFTER = re.compile(r"\s+(?:(?:in|from|by|about|with)\s+)?(?:(?:an?|any|some|the)\s+)?")
_UNNEEDED = re.compile(
    r"\s+(?:films? |movies? |ones? )?"
    + one_of(
        f"(?:needn'?t|need not|{_NOT} (?:have|need) to) be",
        "(?:isn'?t|is not|aren'?t|are not|(?:is|are) no longer) (?:essential|important|a must"
        "|needed|necessary|required)",
    )
    + r"\b"
)
_FINE = re.compile(
    r"\s*(?:films? |movies? |stuff |things |ones )?(?:is|are|would be|'s)? ?"
    r"(?:actually |also |totally |now )?"
    r"(?:fine|ok|okay|alright|all right|allowed|welcome|acceptable|possible again"
    r"|(?:can|may) (?:come |be )?back)\b"
)
_NEW_THOUGHT = frozenset(
    "and but can could find give how i i'd i'll i'm i've just let let's like love make may me my"
    " need needs no nor not only or please prefer recommend show so suggest want wants we what"
    " would".split()
)
"""Words after which something else is spoken of."""
_SMALL = (STOPWORDS - _NEW_THOUGHT) | {noun for one in MEASURES for noun in one.nouns}
_MOST_BETWEEN = 60
"""Characters between a phrase that lets go and what it lets go."""
_WORDS = re.compile(r"[\s-][a-z'\s-]*")
_OR = re.compile(r",?\s+(?:or|nor)(?=\s)")
_AND = re.compile(r"\s*-?\s*|\s+and\s+(?:(?:an?|the|from|in)\s+)*")


def given_up(text: str, spans: Sequence[Span], limits: Collection[Span] = ()) -> list[bool]:
    """For each span, left to right, whether what stands there is given up.

    Args:
        limits: those of the spans that bound an amount.
    """
    let_go = sorted([*_ends(_LET_GO, text), *_ends(_RATHER, text)])
    dropped, let_in = _ends(_DROPPED, text), _ends(_LET_IN, text)
    done: list[bool] = []
    spreads = False
    for index, (start, end) in enumerate(spans):
        limit = (start, end) in limits
        before = (
            _small(text, _last(let_go, start), start)
            or _is_right_after(text, _last(dropped, start), start)
            or (spreads and _goes_on(text[spans[index - 1][1] : start]))
        )
        restored = not limit and (
            _is_right_after(text, _last(let_in, start), start) or bool(_FINE.match(text, end))
        )
        spreads = before
        done.append(before or restored or bool(_UNNEEDED.match(text, end)))
    return done


def places_given_up(text: str, limits: Collection[Span], others: Iterable[Span]) -> set[Span]:
    """The places at which something is given up, of those of limits and of other things."""
    spans = sorted({*limits, *others})
    said = zip(spans, given_up(text, spans, limits), strict=True)
    return {span for span, gone in said if gone}


def gives_up(text: str, start: int, end: int, *, limit: bool = False) -> bool:
    """Whether what stands at a place, perhaps a `limit` on an amount, is given up."""
    return given_up(text, [(start, end)], [(start, end)] if limit else ())[0]


def says_what_goes(text: str) -> bool:
    """Whether a message says in so many words what is replaced by what: `A instead of B`."""
    return bool(_INSTEAD.search(text))


def phrases_of_letting_go(text: str) -> list[Span]:
    """Where the words stand that let go of something; they ask for nothing and refuse nothing."""
    every = (match for one in (_LET_GO, _UNNEEDED) for match in one.finditer(text))
    return [match.span() for match in every]


def _ends(pattern: re.Pattern[str], text: str) -> list[int]:
    return [match.end() for match in pattern.finditer(text)]


def _last(ends: Sequence[int], start: int) -> int:
    """The last of the places before another; -1 where there is none."""
    index = bisect_right(ends, start)
    return ends[index - 1] if index else -1


def _is_right_after(text: str, end: int, start: int) -> bool:
    return end >= 0 and bool(_RIGHT_AFTER.fullmatch(text, end, start))


def _small(text: str, end: int, start: int) -> bool:
    """Whether small words, and nothing else, lie between two places."""
    between = text[end:start]
    if end < 0 or len(between) > _MOST_BETWEEN or not _WORDS.fullmatch(between):
        return False
    return _SMALL.issuperset(re.findall(r"[a-z']+", between))


def _goes_on(between: str) -> bool:
    """Whether a list goes on: `instead of a French comedy`, `need not be French or by Nolan`."""
    listed = _OR.match(between)
    return bool(_AND.fullmatch(between)) or (
        listed is not None and _small(between, listed.end(), len(between))
    )
