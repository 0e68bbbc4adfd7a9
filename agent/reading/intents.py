"""What a message wants to happen, from its words. The first pattern that fits wins."""

import re

from .reading import Intent

_PATTERNS: list[tuple[Intent, str]] = [
    ("reset", r"\bstart (?:over|again|fresh|from scratch)\b|\bnew search\b|\bforget everything\b|^reset\b|\bclear (?:all|everything)\b"),
    ("help", r"\bwhat can you do\b|\bhow (?:do|does) (?:you|this) work\b|^help\b[ !?.]*$|\bwho are you\b|\bwhat are you\b"),
    ("history", r"\bmy (?:history|favou?rites?|ratings?|profile|taste)\b|\bwhat (?:have|did|do) i (?:\w+ )?(?:watch\w*|seen?|see|lik\w+|rate\w*|bought|buy|read|lov\w+)\b|\bwhat do you know about me\b"),
    ("compare", r"\bcompare\b|\bcomparison\b|\bdifferences? between\b|\b(?:vs\.?|versus)(?:\s|$)|\bwhich (?:one |of (?:them|these|those|the \w+) )?(?:is|are|would be|was) (?:the )?(?:\w+er|better|best|more|less|\w+est)\b|\bhow do (?:they|these|those) (?:differ|compare)\b"),
    ("explain", r"^(?:but |and |so |ok |okay )?why\b|\bwhy (?:that|this|the|did|do|would|is|these|those|it)\b|\bhow come\b|\bexplain\b|\bconvince me\b|\bwhat makes you\b|\breasons? (?:for|why|behind)\b"),
    ("more_like", r"\bmore (?:like|of|similar)\b|\bsimilar to\b|\banother (?:one )?like\b|\bsomething (?:\w+ )?like\b|\b(?:movies?|films?|ones?|books?|items?|products?|paintings?|wines?|anything|things?|stuff) (?:just )?like\b|\blike (?:that|this|it)\b(?!.*\bdon't\b)|\bin the (?:style|spirit|vein) of\b|\breminds? me of\b"),
]  # fmt: skip
_ASK = re.compile(
    r"^(?:and |so |ok |okay )?(?:how (?:long|old|much|many|good|popular|expensive)\b|who(?:'s| is| are| directed| made| plays| stars| painted| wrote)\b"
    r"|what (?:year|genres?|language|colou?r|is (?:it|that|this|the)|are the|'s it|price|rating)\b|what's (?:it|that|the)\b|when (?:was|is|did)\b|where (?:is|was)\b"
    r"|is (?:it|that|this|the|number|#)|are (?:they|these|those)|does (?:it|that|this|the)|was (?:it|that)|tell me (?:more|about|something)|describe\b|in what)"
)
_LIKE = re.compile(
    r"\b(?:i|we) (?:really |also |absolutely |just )?(?:like|liked|love|loved|enjoy|enjoyed|adore|adored)\b|\b(?:great|good|perfect|love it|nice) (?:pick|choice|one)\b|\blove it\b|\b(?:that|it)(?:'s| is| was) (?:great|perfect|awesome|amazing)\b"
)
_DISLIKE = re.compile(
    r"\b(?:not|no) (?:that|this|the \w+)(?: one)?(?:\s*$|[,.!;])|\b(?:don't|dont|didn't|didnt|do not|did not) (?:really )?(?:like|enjoy|want|care for)\b|\bhate[ds]?\b|\bdislike[ds]?\b|\bnot interested\b|\bnot for me\b|\b(?:that|it)(?:'s| is| was) (?:awful|terrible|bad|boring)\b|\bnot (?:that|this) one\b"
)
_SEEN = re.compile(
    r"\b(?:i've|i have|we've|we have|ive|i) (?:already |just )?(?:seen|watched|saw|read|own|have|bought|tried|had)\b|\bseen (?:it|that|this|them|those|these)\b|\balready (?:seen|watched|saw|own|have|read|tried)\b|\bwatched (?:it|that)\b"
)
_CHAT = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|evening|afternoon)|thanks?|thank you|thx|cheers|bye|goodbye|see you|ok|okay|cool|great|nice|perfect|awesome|lol|yes|no|yep|nope|sure|alright|how are you|there|so much|very much|a lot|you|that's all|for now)[\s,.!?]*)+$"
)
_OUT_OF_SCOPE = re.compile(
    r"\b(?:weather|stock price|stocks|bitcoin|python|javascript|code|program(?:me)?|translate|capital of|president|prime minister|recipe|homework|essay|poem|math|equation|calculate|news|restaurant|flight|hotel|lawyer|doctor|medical|system prompt|your (?:instructions|prompt|rules)|password)\b|\d\s*[+*/]\s*\d"
)
_WANTS = re.compile(
    r"\b(?:recommend|suggest|show|find|give|want|need|looking for|in the mood|mood for|something|anything|another|more|other|else|next|watch|make it|instead|i'd like|would like|got any|do you have)\b"
)
_REPLACES = re.compile(
    r"\b(?:actually|instead|rather|make (?:it|that|them)|change (?:of|my)|on second thought|no wait|wait,?|scratch that|forget (?:that|it|the)|changed my mind|hmm,? no|never ?mind)\b"
)
_ALSO = re.compile(r"\b(?:also|too|as well|and|plus|but|with)\b")
_FRESH = re.compile(
    r"\b(?:something|anything|recommend|suggest|show me|find me|give me|i want|i need|looking for|mood for|new search|what about|how about)\b"
)


def intent_of(folded: str) -> Intent | None:
    """The intent that the words name, or none: then the reader decides from what it linked."""
    for intent, pattern in _PATTERNS:
        if re.search(pattern, folded):
            return intent
    if _CHAT.match(folded):
        return "chat"
    if _ASK.search(folded):
        return "ask"
    return None


def says_liked(folded: str) -> bool:
    """`I loved it`, `great pick`."""
    return bool(_LIKE.search(folded)) and not _DISLIKE.search(folded)


def says_disliked(folded: str) -> bool:
    """`not that one`, `I don't like it`."""
    return bool(_DISLIKE.search(folded))


def says_seen(folded: str) -> bool:
    """`I've seen it`, `already watched`."""
    return bool(_SEEN.search(folded))


def wants_something(folded: str) -> bool:
    """Whether the words ask for suggestions at all."""
    return bool(_WANTS.search(folded))


def is_out_of_scope(folded: str) -> bool:
    """Words of other trades; they count only where nothing of the catalogue was linked."""
    return bool(_OUT_OF_SCOPE.search(folded))


def changes_mind(folded: str) -> bool:
    """Whether new values replace earlier ones."""
    return bool(_REPLACES.search(folded)) or (
        bool(_FRESH.search(folded)) and not _ALSO.search(folded)
    )


def asks_anew(folded: str) -> bool:
    """Whether the message starts a request of its own rather than narrowing the last one."""
    return bool(_FRESH.search(folded)) and not re.search(r"\belse\b|\bmore\b|\bother", folded)
