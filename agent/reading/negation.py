"""Where a message refuses, and how far that reaches: `no horror, gore or war, but funny`."""

import re
from collections.abc import Iterator

from .letting_go import phrases_of_letting_go
from .patterns import one_of, phrase

_FILLER = one_of(
    "any", "anything", "an?", "the", "too", "very", "so", "really", "films?", "movies?", "stuff",
    "things?", "ones?", "that(?:'s)?", "which", "is", "are", "much", "more",
    "else", "made", "released", "from", "of", "them", "these", "those", "single", "please",
    "wines?", "books?", "products?", "items?",
)  # fmt: skip
_WANTING = one_of("want", "like", "need", "enjoy", "show", "give", "feel", "recommend", "suggest",
                  "fancy", "care for", "include", "watch", "do", "love", "get (?:on|along) with",
                  "drink", "eat")  # fmt: skip
_DONT = one_of("do not", "don't", "dont", "did not", "didn't", "didnt", "does not", "doesn't")

NEGATOR = phrase(
    "no (?:more|longer)(?! than\\b)",
    "no(?! (?:idea|problem|worries|matter|rush|preference|limits?|clue|one|longer mind)\\b)",
    "(?<!why )not(?! (?:sure|only|just|bad|necessarily|really|yet|long ago)\\b)",
    "nothing(?! (?:but|else)\\b)",
    "nowt",
    "(?<!-)zero(?! degrees?)",
    # `keep the reds away`, `count Chile out`; not what should keep the rain off
    "(?<!to )(?:count|keep|leave|hold)(?= (?:[\\w'&]+ ){1,4}(?:out|off|away)\\b)",
    "non(?=[- ])",
    "none of",
    "never",
    "neither",
    "nor",
    "without",
    "except(?: for)?",
    "excluding",
    "exclude",
    "minus",
    "skip",
    "avoid(?:ing)?",
    "leave out",
    "hold (?:the|any)",
    "keep out",
    "(?:anything|everything|all) but",
    "other than",
    "apart from",
    "aside from",
    "(?:tired|sick) of",
    "fed up with",
    "bored (?:of|with|by)",
    "(?:had|seen|watched) enough(?: of)?",
    "hate[ds]?",
    "(?:can't|cannot|can not|cant) (?:stand|bear|watch)",
    "(?:can't|cannot|can not|cant|mustn't|must not|shouldn't|should not) be",
    "dislike[ds]?",
    "detest",
    "loathe",
    f"{_DONT} (?:really |ever )?{_WANTING}",
    f"{_DONT}(?= (?:{_FILLER} )*\\w+$)",
    "(?<=\\w )(?:isn't|isnt|aren't|arent|wasn't)",  # first in a question, it refuses nothing
    "too much",
    "(?:less|fewer)(?! (?:than|expensive|known|popular|famous|alcoholic)\\b)",
)
_ONE_SENTENCE = r"(?:[^.!?]|\.(?=\d)){0,200}"
_OF_AN_ITEM = rf"(?!{_ONE_SENTENCE}\bin (?:it|this|that|them|these|those|there)\b)"
"""`is there no gore in it?` asks about an item, and not for gore."""
_SURELY = "(?:really |truly |just |absolutely |then |still |now )*"
_NONE = one_of("nothing", "none", "no(?! one)", "not (?:an?|any|anything|one)(?: single)?")
_HAVE = one_of("have", "got", "know", "know of", "find", "offer")
_ASKING = re.compile(
    r"(?<!\w)"
    + one_of(
        f"(?:is|are|was|were) there {_SURELY}{_NONE}",
        "(?:isn'?t|aren'?t|wasn'?t) there",
        f"(?:do|have|did) you {_SURELY}(?:{_HAVE} )*{_NONE}",
        f"(?:do|have|did|can|could) you not {_HAVE}",
        f"(?:don'?t|haven'?t|can'?t|couldn'?t) you {_HAVE}",
        r"(?:^|(?<=[.!?,] ))(?:so |but |and |really )*(?:there(?:'s| is| are)|you(?:'ve| have))"
        f" {_SURELY}{_NONE}(?={_ONE_SENTENCE}\\?)",
    )
    + rf"(?!\w){_OF_AN_ITEM}"
)  # fmt: skip
"""A question whether something is there asks for it."""
_AFTER = re.compile(
    r"\s*(?:films? |stuff |wines? )?(?:(?:is|are|'s|stays?) (?:all |right |strictly )?"
    r"(?:out|banned|off)\b(?! (?:of|now|there|in|on|this|next)\b)|stays? (?:at )?(?:home|outside)\b"
    r"|need(?:n't|nt| not) apply|leaves? me (?:stone )?cold"
    r"|can (?:stay|keep) (?:home|away|out|theirs)\b"
    r"|(?:is|are|'s) (?:a )?(?:no[- ]go|not for me"
    r"|off the table|not an option)|(?:isn't|isnt|aren't|arent) (?:for me|an option)"
    r"|(?:doesn't|doesnt|don't|dont) (?:do it|work) for)"
)
"""What refuses the words before it: `Chile need not apply`."""
_AFTER_MANY = re.compile(
    r"\s*(?:films? |stuff |wines? )?(?:are|aren't|arent|don't|dont|need|leave)\b"
)
"""Begins what refuses a whole list."""
_PREFIX = "non"
"""Refuses the next word only: `non-horror thriller`."""
_STOP = phrase(
    "but", "just", "only", "instead", "rather", "although", "though", "however", "more",
    "i (?:want|need|love|like|enjoy|prefer|am)", "i'm", "i'd", "give me", "show me", "something",
    "prefer", "love", "make it", "please", "because", "under", "over", "before", "after", "between",
)  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?](?!\d)")
_CLAUSE_END = re.compile(r"[.!?;:,]")
_LINK = re.compile(
    r"\s*(?:(?:,\s*)?\b(?:or|nor|and)\b|[,/])\s*(?:(?:any|too|much|no|not|even)\b\s*)*$"
)
_ATTACHED = re.compile(
    r"\s+(?:(?:films?|movies?|stuff|books?|wines?|stories|story)\s+)?"
    r"(?:(?:about|involving|featuring|of|set in)\s+)?"
)
_LAST_LINK = re.compile(r"\b(?:or|nor|and)\b|/")
_DIRECT = re.compile(rf"^\s*(?:{_FILLER}\s+)*$")
_REACH = 70
"""Characters between a negator and the first thing that it refuses."""
_GAP = 24
"""Longest text between two members of a list, in characters."""

Span = tuple[int, int]


def refused(text: str, spans: list[Span]) -> list[bool]:
    """For each span, left to right, whether the words before it refuse it.

    A refusal reaches the next span, and those listed after it: `no A, B or C`, `no A or B`. After
    a comma alone something new begins: `no horror, comedy please`.
    """
    negators = [(match.end(), match[0] != _PREFIX) for match in _negators(text)]
    spreads = False
    done: list[bool] = []
    for index, (start, _) in enumerate(spans):
        previous = spans[index - 1][1] if index else 0
        own = [one for one in negators if previous <= one[0] <= start]
        if refused_after(text, spans[index][1]):
            spreads = False
            done.append(True)
            if _AFTER_MANY.match(text, spans[index][1]):  # `horror and war are out`
                for left in reversed(range(index)):
                    if not _LINK.fullmatch(text[spans[left][1] : spans[left + 1][0]]):
                        break
                    done[left] = True
        elif own:
            end, spreads = own[-1]
            between = text[end:start]
            # A prefix refuses its own word, known or not, and nothing behind it.
            done.append(_reaches(between) if spreads else between.strip("- ") == "")
        else:
            done.append(spreads and done[-1] and _listed(text, spans, index))
    return done


def directly_refused(text: str, start: int) -> bool:
    """Whether a negator stands right before `start`, with nothing but small words between."""
    window = text[max(0, start - _REACH) : start]
    negators = list(_negators(window))
    return bool(negators) and bool(_DIRECT.match(window[negators[-1].end() :]))


def asked_whether_there(text: str, start: int) -> bool:
    """Whether a question if something is there asks for what stands at a place."""
    ends = [match.end() for match in _ASKING.finditer(text) if match.end() <= start]
    return any(not _SENTENCE_END.search(text, end, start) for end in ends)


def refused_after(text: str, end: int) -> bool:
    """Whether the words after `end` refuse what stands before it."""
    return bool(_AFTER.match(text, end))


def _negators(text: str) -> Iterator[re.Match[str]]:
    """The negators of a text, without those that let go of something or ask whether it is there."""
    others = [*phrases_of_letting_go(text), *(match.span() for match in _ASKING.finditer(text))]
    for match in NEGATOR.finditer(text):
        if not any(start <= match.start() < end for start, end in others):
            yield match


def _reaches(between: str) -> bool:
    if len(between) > _REACH or _CLAUSE_END.search(between):
        return False
    return not _STOP.search(between)


def _listed(text: str, spans: list[Span], index: int) -> bool:
    """Whether a span continues the list of the one before it."""
    link = text[spans[index - 1][1] : spans[index][0]]
    if len(link) <= _GAP and _ATTACHED.fullmatch(link):
        return True
    if len(link) > _GAP or not _LINK.fullmatch(link):
        return False
    if _LAST_LINK.search(link):
        return True
    for left, right in zip(spans[index:], spans[index + 1 :], strict=False):
        link = text[left[1] : right[0]]
        if len(link) > _GAP or not _LINK.fullmatch(link):
            return False
        if _LAST_LINK.search(link):
            return True
    return False
