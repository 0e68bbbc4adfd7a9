"""Words and patterns of `independent_rules`."""

import re

DONE = "\uf8ff"
"""Stands for a claim that was dealt with; \ue000 stands for the item's title."""
OTHER = "[\ue001-\uf8fe]"
"""Stands for the title of another item."""
UPPER = "[" + "".join(letter for letter in map(chr, range(0x600)) if letter.isupper()) + "]"
NAME = rf"\b{UPPER}[\w'.&-]*(?:(?:\s+(?:of|d[aei]|van|von|der|la)){{,2}}\s+{UPPER}[\w'.&-]*){{,7}}"
NAMES = rf"(?P<names>{NAME}(?:(?:,|,?\s+and|\s+&)\s+{NAME}){{,7}})"
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
SENTENCES = re.compile(r"(?<=[.!?])(?<!\b\w\.)(?<!\b[MDSJ][rt]\.)\s+")
CLAUSES = re.compile(
    r"[;—]|,?\s+(?=(?:and|but|while|whereas|though|yet|so)\s+(?:(?:it|its|this|is|was|runs?|has"
    r"|comes?|stars?|costs?|dates|\d+|people|viewers|you)\b|\uf8ff))"
    r"|\s+(?=(?:that|which)\s)|,\s+(?=and\s+the\s)"
    r"|,\s+(?=(?:with|at|from|in|by|directed|starring|tagged|begun|made)\s+[^\ue000-\uf8fe])"
)
SMALL = set(
    "a about after also an and any are as at be because but by can do each for from give had has"
    " have he her here his how i if in into is it its just let like my of on one or our out so some"
    " such than that the their them then there these they this those though to too try up us was we"
    " were what when where which while who why will with you your".split()
)
"""Words that are no value, no name and no unit."""
TALK = set(
    "choice common date dating description fan fit like liked love loved offer part people place"
    " plot run share story take tale taste want well wish".split()
)
"""Words for speaking of items, some of which catalogues hold as tags."""
ONES = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
SPELT = {one: at for at, one in enumerate(f"{ONES} sixteen seventeen eighteen nineteen".split(), 2)}
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SPELT |= {ten: 10 * at for at, ten in enumerate(TENS, 2)}
N = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
FOLK = r"(?:people|viewers?|fans?|users?|drinkers?|customers?|readers?|buyers?|others)"
WHO = rf"(?:\s+(?:who|that)\s+(?:also\s+)?\w+\s+(?P<title>{OTHER}))?"
OF = r"of\s+(?:the\s+|those\s+|all\s+)?"
COUNTS = (
    rf"\b(?P<both>{N})\s+(?:out\s+)?{OF}(?P<people>{N})\s+(?:{FOLK}|(?=who)){WHO}",
    rf"\b(?i:among\s+the\s+|{OF})(?P<people>{N})\s+{FOLK}{WHO}[^\d.]{{0,40}}?(?P<both>{N})\b",
    rf"\b(?P<share>{N})\s?(?:%|per ?cent)\s+{OF}(?:(?P<people>{N})\s+)?{FOLK}{WHO}",
    rf"\b(?P<people>{N})\s+{FOLK}(?=\s+(?:who|that)){WHO}",
    rf"\b(?P<both>{N})\s+{FOLK}\b",
)
KINDS = {
    "time": r"minute|\bmins?\b|runtime|running|\bruns\b|lasts|duration",
    "money": r"price|cost",
    "year": r"\byear|\bdate|vintage|decade|release",
    "rating": r"rating\b|\brated|score|\bstars?\b",
    "votes": r"ratings|votes|reviews",
    "alcohol": r"alcohol|abv|%|percent",
}
"""What an attribute is, by its name, label and unit, or a number, by the words around it."""
MONEY = {r"\$|\bUSD\b|\bdollars?\b": "dollars", r"€|\bEUR\b|\beuros?\b": "euros"}
MONEY |= {r"£|\bGBP\b|\bpounds?\b": "pounds"}
COMPARED = {
    "longer": ("time", 1), "shorter": ("time", -1), "older": ("year", -1), "newer": ("year", 1),
    "more recent": ("year", 1), "cheaper": ("money", -1), "less expensive": ("money", -1),
    "more expensive": ("money", 1), "stronger": ("alcohol", 1), "weaker": ("alcohol", -1),
    "better rated": ("rating", 1), "higher rated": ("rating", 1), "lower rated": ("rating", -1),
}  # fmt: skip
BOUNDS = {f"{how} than": sign for how, (_, sign) in COMPARED.items()}
BOUNDS |= dict.fromkeys(("more than", "over", "above", "after", "at least", "since"), 1)
BOUNDS |= dict.fromkeys(("less than", "under", "below", "before", "at most", "up to"), -1)
BOUNDS |= dict.fromkeys(("about", "around", "nearly", "almost", "just over", "just under"), 0)
NUMBER = (
    rf"(?i:\b(?P<bound>{'|'.join(reversed(BOUNDS))})\s+)?(?<![\w.])(?P<n>{N})"
    r"(?: (?P<scale>of \d+)\b)?(?=[\s-]?(?P<unit>%|[^\W\d_]+)?)"
)
ROLES = (
    ("direct(?:ed by|ors?)", "direct(?:ed|s)", "direct"),
    ("star(?:ring|s|red)|played by|cast|act(?:ors?|ress)", "(?:stars|plays) in", "cast|actor|star"),
    ("written by|writers?|authors?", "wr(?:ote|ites)", "writ|author"),
    ("painted by|artists?|painter", "paint(?:ed|s)", "artist|paint|creat"),
    ("brand|(?:brewed|designed) by", "brewed|designed", "brand|mak|manu|brew|design"),
    ("winery|produced by", "produce[sd]", "winery|produc"),
    (
        "by",
        "makes|made|publishe[sd]",
        "direct|writ|author|artist|paint|creat|brand|mak|manu|brew|winery|publ",
    ),
)
"""Words before and after the name of who did something, and the attributes that hold such names."""
ALIKE = rf"\b(?i:both|same)\b|(?<!you )(?<!who )\b(?i:like|as in|as with|similar to)\s+{OTHER}"
SHARED = (
    rf"{ALIKE}|\b(?i:common (?:to|with|ground)|in common|shar(?:e[sd]?|ing)|links?|connects?|ties?"
    rf"|joins?|unites?|bond)\b|\bas {OTHER}|{OTHER} (?:too|as well)\b"
)
CLAIMS = (
    r"\b(?i:best|most|greatest|finest|top|cheapest|longest|shortest|oldest|newest|funniest|scariest"
    r"|highest|lowest|largest|biggest|smallest|only|first|last|all|every\w*|always|none|nothing"
    r"|nobody|many|countless|half|unique|no|not|\w+n't|never|without|nor|neither|cannot|unlike"
    r"|lacks?|absent|than|more|less|longer|shorter|older|newer|cheaper|better|worse|higher|lower"
    r"|stronger|lighter|awards?|winn(?:er|ing)|best-?sell\w+|popular|acclaimed|famous|beloved"
    r"|legendary|masterpiece|must-\w+|perfect\w*|highly|hated|disliked|critic\w*|in stock|sold out"
    r"|discount\w*|on sale|shipping|delivery|guarantee\w*|bargain|exclusive|limited)\b"
)
VERBS = (
    r"\s+(?:is|was|ha[sd]|direct(?:s|ed)|star(?:s|red)|play(?:s|ed)|love[sd]|wrote|won|praised)\b"
)
