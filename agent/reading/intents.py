"""What a message wants to happen, from its words. The first list with a phrase that fits wins.

Titles stand as placeholders in the text that these patterns see. To teach a new way of saying
something, add a line to its list and a case to the table in the tests.
"""

import re

from .patterns import one_of, opening, phrase
from .reading import Intent
from .text import PLACEHOLDER

_ITEM = one_of(
    "movies?", "films?", "books?", "paintings?", "wines?", "items?", "products?", "ones?"
)
_THESE = one_of("it", "that", "this", "these", "those", "they", "them")
_THEM = one_of("these", "those", "they", "them")

_RESET = (
    phrase(
        "start (?:all )?over",
        "start (?:again|afresh|fresh|anew|from scratch)",
        "(?:a )?(?:new|fresh) (?:search|start)",
        "forget (?:everything|it all|all (?:of )?(?:that|this|it))",
        "(?:scrap|bin|ditch) (?:(?:all|the lot)(?: of)?(?: (?:that|this|it))?|everything)",
        "clear (?:all|everything|the (?:filters|search))",
        "from scratch",
        "begin again",
    ),
    re.compile(r"^(?:please )?(?:reset|restart)\b"),
)
_HELP = (
    phrase(
        "what (?:can|do) you (?:actually )?do",
        "what (?:can|could|should) i (?:ask|say|type)(?: you)?",
        "how (?:do|does|can|should) (?:you|this|i use (?:you|this|it)) work",
        "how (?:do|can|should) i use (?:you|this|it)",
        "who are you",
        "are you (?:an?|real|human|there)",
        "how old are you",
        "what are you",
        r"how many \w+ (?:do you have|are there|do you know)",
        r"(?:what|which) \w+ (?:do you (?:have|know)|are there)",
        "what do you have",
        "what is this (?:thing|app|place)?",
        "how can you help",
    ),
    re.compile(r"^(?:please )?help(?: me)?(?: please)?[ !?.]*$"),
)
_HISTORY = (
    phrase(
        "my (?:watch(?:ing)? |purchase |order )?history",
        "my (?:favou?rites|ratings?|profile|taste)",
        "(?:what|which|show me|list)(?:'s| is| are| was)? (?:\\w+ )?my favou?rite",
        r"(?:have|did) i (?:already |ever |really )?"
        r"(?:seen?|see|watch\w*|lik\w+|rate\w*|read|own)",
        r"what (?:have|did|do) i (?:\w+ )?"
        r"(?:watch\w*|seen?|see|lik\w+|rate\w*|bought|buy|read|lov\w+|drink|drunk|own)",
        r"(?:what|which) \w+ (?:have|did|do) i (?:\w+ )?"
        r"(?:watch\w*|seen?|rate\w*|lik\w+|bought|lov\w+)",
        "what do you (?:know|remember) (?:about|of) me",
        "what(?:'s| is) my taste",
    ),
)
_COMPARE = (
    phrase(
        "compare",
        "comparison",
        "compared (?:to|with)",
        "how (?:does|do|would) .{1,60} compare",
        "differences? (?:between|to|from)",
        r"(?:vs\.?|versus)",
        f"{PLACEHOLDER} or (?:the )?{PLACEHOLDER}",
        r"which (?:one )?(?:of (?:them|these|those|the \w+) )?(?:is|are|would be|was|has)"
        r" (?:the )?(?:\w+er|better|best|more|less|\w+est)",
        rf"which (?:one )?of (?:{_THEM}|(?:the )?{PLACEHOLDER}|the (?:two|three|first|last))",
        rf"how do {_THEM} (?:differ|compare)",
        r"which (?:one )?(?:is|do you (?:prefer|like|recommend)|should i)",
        r"(?:is|was) (?!there\b)[^.!?]{1,60} (?:better|longer|shorter|newer|older|cheaper) than",
    ),
)
_EXPLAIN = (
    opening(r"why(?! (?:not|don't|dont|do not|can't)\b)"),
    phrase(
        f"why (?:did|do|would|is|are|was|were|the|{_THESE})",
        f"why {PLACEHOLDER}",
        "how come",
        "explain",
        "convince me",
        f"what makes (?:you|{_THESE})",
        "(?:your|the) reasons?",
        "reasons? (?:for|why|behind)",
        "what's the reason",
        "justify",
    ),
)
_NO_OPINION = "".join(
    f"(?<!{word} )" for word in ("i", "really", "also", "n't", "dont", "didnt", "not", "would")
)
_MORE_LIKE = (
    phrase(
        "more (?:like|similar|of (?:the )?(?:same|that|this|these|those|them))",
        "similar (?:to|ones?|movies?|films?|things?|stuff|items?|wines?|books?)",
        r"(?:anything|something|stuff|things?|ones?) (?:\w+ )?similar",
        "another (?:one )?(?:like|of)",
        r"something (?:\w+ )?like",
        rf"(?:{_ITEM}|anything|everything|things?|stuff) (?:just |exactly |a bit )?like",
        f"{_NO_OPINION}like {_THESE}(?: one)?",
        f"like (?:the )?{PLACEHOLDER}",
        f"{_NO_OPINION}like (?:number|#|the (?:first|second|third|fourth|fifth|last))",
        "in the (?:style|spirit|vein) of",
        "(?:along|on) (?:the|those|these) lines",
        "reminds? me of",
        "the same (?:kind|sort|type|style|vibe|feel)",
    ),
)
_ASK = (
    opening(
        r"what (?:did|do|does) (?!i\b|you\b)\w+",
        "how (?:long|old|much|many|good|popular|expensive|strong|big|tall|well|highly)",
        r"who(?:'s| is| are| was| directed| made| makes| plays| played| stars| starred| acts"
        r"| painted| wrote| produced)",
        "(?:what|which) (?:year|genres?|language|colou?r|price|rating|size|grapes?|country)",
        "in (?:what|which) (?:year|language|country)",
        f"what (?:is|are|was|were) (?:the|{_THESE})",
        rf"what's (?:the|{_THESE})",
        r"what about (?:the (?:first|second|third|fourth|fifth|last)|number|#)",
        rf"what about {PLACEHOLDER}",
        "what happens in",
        "when (?:was|is|did|were)",
        "where (?:was|is|does|did|were)",
        rf"(?:is|are|was|were|does|do|did|has|have|can) (?:{_THESE}|the|number|#|{PLACEHOLDER})",
        f"(?:describe|summari[sz]e) (?:{_THESE}|the|number|#|{PLACEHOLDER})",
    ),
    phrase(
        f"(?:tell|give) me (?:more|something|a bit more|details?|info) (?:about|on)"
        f" (?:{_THESE}|the)",
        "tell me (?:about|more)",
        "(?:more|some) (?:details?|information|info)",
        f"(?:more|something|details?|tell me) about {PLACEHOLDER}",
        "can you describe",
        f"what (?:is|was) {PLACEHOLDER} about",
        f"what(?:'s| is) {_THESE}(?: one)? about",
        r"is (?:it|that|this)(?: one)? (?:any )?(?:good|scary|sad|funny|violent|long|short)",
    ),
)

_PATTERNS: tuple[tuple[Intent, tuple[re.Pattern[str], ...]], ...] = (
    ("reset", _RESET),
    ("help", _HELP),
    ("history", _HISTORY),
    ("compare", _COMPARE),
    ("explain", _EXPLAIN),
    ("ask", _ASK),
    ("more_like", _MORE_LIKE),
)

_POLITE = one_of(
    "hi+", "hello+", "hey+", "hiya", "howdy", "yo", "greetings",
    "good (?:morning|evening|afternoon|day|night)",
    "thanks?(?: you)?", "thank you", "thx", "ty", "cheers", "much appreciated",
    "bye+", "goodbye", "good bye", "see (?:you|ya)", "later", "take care",
    "ok", "okay", "cool", "great", "nice", "awesome", "lol", "haha+", "hmm+", "alright", "sure",
    "yes", "no", "yep", "yeah", "nope", "nah", "fine", "wow",
    "how are you(?: doing)?", "how's it going", "what'?s up", "sup", "nice to meet you",
    "there", "so much", "very much", "a lot", "you", "too", "that's all", "for now", "again",
    "today", "friend", "everyone", "my",
)  # fmt: skip
_CHAT = re.compile(rf"(?:{_POLITE}(?:[\s,.!?]+|$))+")

_LONGEST_CHAT = 120

# Requests of other trades, whatever the catalogue makes of their words.
_FOREIGN = phrase(
    "weather (?:like|today|tomorrow|forecast|in)",
    "(?:what|how)(?:'s| is) the (?:weather|time|news|date)",
    "(?:write|fix|debug|run) (?:me )?(?:an? |some |the |my )?(?:\\w+ )?"
    "(?:code|program|script|essay|poem)",
    "translate", "capital of", "system prompt", "your (?:instructions|prompt|rules)", "passwords?",
    "recipes? for", "stock prices?", "bitcoin", "my homework", "who is the president",
    r"\d+\s*[+*/]\s*\d+", "what time is it", "solve", "calculate",
)  # fmt: skip
# Words of other trades; a catalogue may know them as topics.
_OTHER_TRADES = phrase(
    "weather", "forecast", "stocks", "crypto", "python", "javascript", "source code", "president",
    "prime minister", "recipes?", "homework", "essay", "poem", "maths?", "equation", "news",
    "restaurants?", "flights?", "hotels?", "lawyer", "doctor", "medical", "diagnosis", "taxes",
)  # fmt: skip
_IN_SCOPE = phrase(_ITEM, "watch", "read", "drink", "buy", "something", "anything")

_DESCRIBED = phrase(f"{_ITEM} (?:about|on|with|where|in which|featuring|set in|by|from)")
_DEMANDED = re.compile(
    rf"^(?:[\w ]+[,.] )?(?:{_THESE}|the {_ITEM}) (?:should|must|has to|have to|needs? to|ought to)"
    r" (?:also |really |at least )?(?:be|have|come|contain|feature)\b[^?]*$"
)
_WANTS = phrase(
    "recommend", "suggest", "show", "find", "give", "want", "need", "looking for", "in the mood",
    "mood for", "something", "anything", "another", "more", "other", "else", "next", "watch",
    "make it", "instead", "i'd like", "would like", "got any", "do you have", "have you got",
    "are there", "is there", "any",
)  # fmt: skip
_REPLACES = phrase(
    "actually", "instead", "rather", "make (?:it|that|them)",
    "(?:on )?second thoughts?", "no wait", "wait", "scratch that", "forget (?:that|it|the|about)",
    "chang(?:ed?|ing) (?:my|our) minds?", "change of (?:mind|heart|plans?)",
    "change (?:of|my|it|that)", "hmm,? no", "never ?mind", "switch to", "no,? (?:make|give|show)",
)  # fmt: skip
_ALSO = phrase("also", "too", "as well", "and", "plus", "but", "with", "additionally")
_FRESH = phrase(
    "something", "anything", "recommend", "suggest", "show me", "find me", "give me", "i want",
    "i need", "looking for", "mood for", "new search", "what about", "how about", "i'd like",
)  # fmt: skip
_CONTINUES = phrase("else", "more", "others?", "another", "too", "also", "as well")


def intent_of(folded: str) -> Intent | None:
    """The intent that the words name, or none: then the reader decides from what it linked."""
    if len(folded) < _LONGEST_CHAT and _CHAT.fullmatch(folded):
        return "chat"
    for intent, patterns in _PATTERNS:
        if any(pattern.search(folded) for pattern in patterns):
            return intent
    return None


def wants_something(folded: str) -> bool:
    """Whether the words ask for suggestions at all."""
    return bool(_WANTS.search(folded))


def demands(folded: str) -> bool:
    """Whether the words say what it should be like: `it should be about dogs`."""
    return bool(_DEMANDED.search(folded))


def describes_items(folded: str) -> bool:
    """Whether the words say what the items that are wanted are like: `a film about suicide`."""
    return bool(_DESCRIBED.search(folded))


def is_out_of_scope(folded: str, linked: bool) -> bool:
    """Whether the words are of other trades.

    Args:
        linked: something of the catalogue was linked; then only a plain request of another trade
            is out of scope.
    """
    if _IN_SCOPE.search(folded):
        return False
    return bool(_FOREIGN.search(folded) or (not linked and _OTHER_TRADES.search(folded)))


def changes_mind(folded: str) -> bool:
    """Whether new values replace earlier ones."""
    return bool(_REPLACES.search(folded)) or (
        bool(_FRESH.search(folded)) and not _ALSO.search(folded)
    )


def of_changing_mind(folded: str) -> list[tuple[int, int]]:
    """Where words stand that say that something changed; they ask for nothing themselves."""
    return [match.span() for match in _REPLACES.finditer(folded)]


def asks_anew(folded: str) -> bool:
    """Whether the message starts a request of its own rather than narrowing the last one."""
    return bool(_FRESH.search(folded)) and not _CONTINUES.search(folded)


def asks_for_suggestions(folded: str) -> bool:
    """Whether a message that speaks of the person's taste wants suggestions from it."""
    return bool(re.search(r"\b(?:recommend|suggest|something|anything|based on|find me)", folded))
