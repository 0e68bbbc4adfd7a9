"""Quantities that follow from facts by arithmetic, said literally.

`An hour and 38 minutes`, `less than two hours`, `a nineties film`, `three quarters of the 24
people` state nothing that `98 minutes`, `1994` and `18 of 24 people` do not. Each such phrase that
is true of a fact is replaced by the fact's own words; one that is not is left as it is, and found
out.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from .implied import label_words

_ONES = ("no one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
         " fifteen sixteen seventeen eighteen nineteen").split()  # fmt: skip
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: n for n, word in enumerate(_ONES)} | {
    word: 10 * n for n, word in enumerate(_TENS, 2)
}
del _WORDS["no"]
_DECADES = {"twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960,
            "seventies": 1970, "eighties": 1980, "nineties": 1990}  # fmt: skip
_CENTURIES = ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
              " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
              " twentieth twenty-first").split()  # fmt: skip
# Unit -> (dimension, how many of the dimension's smallest).
_UNITS = {
    "minute": ("time", 1.0), "hour": ("time", 60.0), "day": ("time", 1440.0),
    "week": ("time", 10080.0),
    "gram": ("weight", 1.0), "g": ("weight", 1.0), "kg": ("weight", 1000.0),
    "kilo": ("weight", 1000.0), "kilogram": ("weight", 1000.0),
    "ml": ("volume", 1.0), "cl": ("volume", 10.0), "litre": ("volume", 1000.0),
    "liter": ("volume", 1000.0), "l": ("volume", 1000.0),
    "mm": ("length", 1.0), "cm": ("length", 10.0), "centimetre": ("length", 10.0),
    "metre": ("length", 1000.0), "meter": ("length", 1000.0), "m": ("length", 1000.0),
    "usd": ("USD", 1.0), "dollar": ("USD", 1.0), "$": ("USD", 1.0),
    "eur": ("EUR", 1.0), "euro": ("EUR", 1.0), "€": ("EUR", 1.0),
    "gbp": ("GBP", 1.0), "pound": ("GBP", 1.0), "£": ("GBP", 1.0),
    "percent": ("percent", 1.0), "%": ("percent", 1.0), "page": ("pages", 1.0),
}  # fmt: skip
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_UNIT = rf"(?:{'|'.join(sorted((re.escape(u) + ('s?' if len(u) > 2 else '') for u in _UNITS if u not in _SIGNS), key=len, reverse=True))})"  # noqa: E501
_NUMBER = r"[0-9]+(?:[.,][0-9]+)*"
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})[\s-]?(?P<unit>{_UNIT})(?!\w)")
_COUNT_FACT = re.compile(r"([^:\d]+): (\d+)\.?$")
_PEOPLE_FACT = re.compile(r"of (\d+) people who liked (.+), (\d+) liked (?:it|this)")

# What stands before a number -> whether a value is so, given the number.
_BOUNDS: dict[str, Callable[[float, float], bool]] = {
    r"(?:just|slightly|a little|a bit) (?:under|below|less than)|almost|nearly|not quite|close to":
        lambda value, bound: 0.88 * bound <= value < bound,
    r"(?:just|slightly|a little|a bit) (?:over|above|more than)":
        lambda value, bound: bound < value <= 1.12 * bound,
    r"(?:well |far )?(?:under|below|short of|before(?: the)?"
    r"|(?:less|fewer|shorter|lighter|cheaper) than)":
        lambda value, bound: value < bound,
    r"(?:well |far )?(?:over|above|after|since|past(?: the)?|a good"
    r"|(?:more|longer|heavier) than)":
        lambda value, bound: value > bound,
    r"at most|no more than|no longer than|not more than":
        lambda value, bound: value <= bound,
    r"at least|no less than|not less than": lambda value, bound: value >= bound,
    r"about|around|roughly|some": lambda value, bound: abs(value - bound) <= 0.06 * bound,
    r"exactly|only|just": lambda value, bound: value == bound,
}  # fmt: skip
_BOUNDED = re.compile(rf"\b({'|'.join(_BOUNDS)}) ({_NUMBER})(?: ({_UNIT}))?(?!\w)")
_SHARE_OF = re.compile(
    rf"(?P<bound>{'|'.join(_BOUNDS)})?\s*\b(?P<share>most|half|one in (?P<in>\d+|\w+)"
    r"|(?P<percent>[0-9]+) ?(?:percent|per cent|%)"
    r"|(?P<over>one|two|three|four|1|2|3|4) (?P<under>thirds?|quarters?|fifths?)"
    r"|a (?P<one>third|quarter|fifth))"
    r"(?: of)?(?: (?:all|the|those))?(?: (?P<all>\d+))?(?P<rest>(?: people)? who liked)"
)
_FEW_OF_MANY = re.compile(
    r"(?<![\d.,])(?P<both>\d+)(?: people)?(?: out)? of (?:the |all )?"
    r"(?:(?P<people>\d+)(?: people)?|people)"
    r"(?=,|\.| who| liked|$)"
)
WRONG = "¿"
"""Stands for what no fact says; no sentence that is read has it."""
_PARTS = {"third": 3, "quarter": 4, "fifth": 5}


@dataclass(frozen=True)
class _Known:
    """A number that a fact states."""

    literal: str
    value: float
    dimension: str
    label: str


def literally(said: str, facts: Iterable[str]) -> str:
    """A sentence with every derived quantity that is true of the facts in the facts' own words.

    Args:
        said: folded to lower case, as `verify.fold` does.
        facts: folded, too.
    """
    listed = list(facts)
    text = in_digits(said)
    known = [one for fact in listed for one in _known(fact)]
    words = set(re.findall(r"[a-z]+", text))
    text = _BOUNDED.sub(lambda match: _bounded(match, known, words), text)
    text = _QUANTITY.sub(lambda match: _exact(match, known), text)
    years = sorted({one.literal for one in known if one.dimension == "year"})
    text = _of_an_age(text, years)
    return _shares(_counts(text, listed), listed)


def plain_number(text: str) -> str:
    """A number without trailing noughts and thousands' commas: `49.90` is `49.9`."""
    bare = re.sub(r",(?=\d{3}\b)", "", text)
    return f"{float(bare):g}" if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]+)?", bare) else text


@lru_cache(maxsize=4096)  # facts come again with every draft
def in_digits(text: str) -> str:
    """Number words and mixed durations as digits."""
    for pattern, replacement in _IN_DIGITS:
        text = pattern.sub(replacement, text)
    return text


def _part(word: str) -> float:
    return {"half": 0.5, "quarter": 0.25, "quarters": 0.75}[word]


_Replacement = str | Callable[[re.Match[str]], str]
_IN_DIGITS: list[tuple[re.Pattern[str], _Replacement]] = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (
            rf"\b({'|'.join(_TENS)})(?:-({'|'.join(_ONES[1:10])}))?\b",
            lambda m: str(_WORDS[m[1]] + (_WORDS[m[2]] if m[2] else 0)),
        ),
        (
            rf"\b(?!one\b(?! {_UNIT}))({'|'.join(_ONES[1:])})\b",
            lambda m: str(_WORDS[m[1]]),
        ),
        (r"([$€£])\s?(\d+(?:[.,]\d+)*)", lambda m: f"{m[2]} {_SIGNS[m[1]].lower()}"),
        (r"\bhalf a dozen\b", "6"),
        (r"\b(?:(\d+) |a )dozen\b", lambda m: str(12 * int(m[1] or 1))),
        (r"\b(?:a|(\d+)) hundred\b", lambda m: str(100 * int(m[1] or 1))),
        (  # an hour and a half
            rf"\b(?:(\d+)|an?) ({_UNIT}) and a (half|quarter)\b",
            lambda m: f"{int(m[1] or 1) + _part(m[3]):g} {m[2]}",
        ),
        (  # 2 and a quarter hours
            rf"\b(\d+) and (?:a|3) (half|quarters?)(?=[ -]{_UNIT})",
            lambda m: f"{int(m[1]) + _part(m[2]):g}",
        ),
        (  # 3 quarters of a litre
            rf"\b(half|3 quarters of|a quarter of) an? ({_UNIT})\b",
            lambda m: f"{({'h': 0.5, '3': 0.75, 'a': 0.25})[m[1][0]]:g} {m[2]}",
        ),
        (rf"\b({'|'.join(_BOUNDS)}) an? ({_UNIT})(?!\w)", r"\1 1 \2"),
        (r"\ban? (hour)\b", r"1 \1"),
        (  # 1 hour and 38 minutes
            r"\b(\d+(?:\.\d+)?)[ -]hours?(?: and|,)? (\d+)[ -]min(?:ute)?s?\b",
            lambda m: f"{float(m[1]) * 60 + int(m[2]):g} minutes",
        ),
        (r"-(hour|minute) mark\b", r" \1s"),
    )
]


def _known(fact: str) -> list[_Known]:
    """Numbers of a fact, with what they count."""
    found = []
    label = fact.partition(": ")[0]
    for match in _QUANTITY.finditer(fact):
        dimension, size = _UNITS[_unit(match["unit"])]
        found.append(_Known(match.group(), _value(match["number"]) * size, dimension, label))
    if (match := _COUNT_FACT.match(fact)) and not found:
        is_year = "year" in label and 1000 <= int(match[2]) <= 2100
        dimension = "year" if is_year else "count"
        found.append(_Known(match[2], float(match[2]), dimension, label))
    return found


def _unit(text: str) -> str:
    return text if text in _UNITS else text.removesuffix("s")


def _value(number: str) -> float:
    return float(re.sub(r",(?=\d{3}\b)", "", number).replace(",", "."))


def _bounded(match: re.Match[str], known: list[_Known], words: set[str]) -> str:
    """The literal of a fact for which a bound holds. Of several of one dimension those are meant
    whose label the sentence speaks of (`wide`: the width), else all."""
    holds = _bound(match[1])
    dimension, size = _UNITS[_unit(match[3])] if match[3] else ("count", 1.0)
    if not match[3] and known and 1000 <= _value(match[2]) <= 2100:
        dimension = "year"
    own = [one for one in known if one.dimension == dimension]
    own = [one for one in own if label_words(one.label) & words] or own
    if own and all(holds(one.value, _value(match[2]) * size) for one in own):
        return own[0].literal
    return match.group()


@lru_cache(maxsize=256)
def _bound(words: str) -> Callable[[float, float], bool]:
    return next(test for pattern, test in _BOUNDS.items() if re.fullmatch(pattern, words))


def _exact(match: re.Match[str], known: list[_Known]) -> str:
    dimension, size = _UNITS[_unit(match["unit"])]
    value = _value(match["number"]) * size
    for one in known:
        if one.dimension == dimension and abs(one.value - value) < 1e-6 * max(value, 1.0):
            return one.literal
    return match.group()


def _of_an_age(text: str, years: list[str]) -> str:
    """Decades and centuries that a fact's year lies in, as the year."""
    for year in years:
        text = _age(year).sub(year, text)
    return text


@lru_cache(maxsize=1024)
def _age(year: str) -> re.Pattern[str]:
    """What a year may be called."""
    decade, place = int(year) // 10 * 10, int(year) % 10
    parts = {"early": place <= 4, "mid": 3 <= place <= 6, "late": place >= 6}
    part = "|".join(name for name, fits in parts.items() if fits)
    names = [word for word, first in _DECADES.items() if first == decade]
    spoken = "|".join([f"{decade}s", f"{decade % 100:02d}s", *names])
    century = _CENTURIES[(int(year) - 1) // 100]
    return re.compile(rf"\b(?:(?:(?:{part})[ -])?(?:{spoken})|{century}[ -]century)\b")


def _counts(text: str, facts: list[str]) -> str:
    """However two numbers of people are said, as the fact says them; others become unreadable."""
    pairs = [(match[1], match[3]) for fact in facts if (match := _PEOPLE_FACT.search(fact))]

    def of_all(match: re.Match[str]) -> str:
        both, people = match["both"], match["people"]
        if people is None:
            return f"{both} people" if both in [one for _, one in pairs] else WRONG
        if (people, both) in pairs:
            return f"of {people} people {both}"
        return WRONG if "people" in match.group() else match.group()

    text = _FEW_OF_MANY.sub(of_all, text)
    return re.sub(
        r"\bof (?:the |all )?(\d+) (?:people )?(?=who (?:liked|loved|enjoyed))",
        lambda m: f"of {m[1]} people ",
        text,
    )


def _shares(text: str, facts: list[str]) -> str:
    """Shares of people that a fact's two numbers make, as these."""
    for fact in facts:
        if not (known := _PEOPLE_FACT.search(fact)):
            continue
        people, both = int(known[1]), int(known[3])

        def literal(match: re.Match[str], people: int = people, both: int = both) -> str:
            if match["all"] and int(match["all"]) != people:
                return match.group()
            share, bound = _share_of(match), (match["bound"] or "").strip()
            if match["share"] == "most":
                holds = 2 * both > people and not bound
            elif bound:
                holds = _bound(bound)(both / people, share)
            else:
                holds = both == round(share * people, 6)
            return f"of {people} people {both} who liked" if holds else match.group()

        text = _SHARE_OF.sub(literal, text)
    return text


def _share_of(match: re.Match[str]) -> float:
    if match["share"] == "half":
        return 0.5
    if match["percent"]:
        return int(match["percent"]) / 100
    if match["in"]:
        return 1 / (_WORDS.get(match["in"]) or int(match["in"] if match["in"].isdigit() else 10**9))
    if match["under"]:
        over = _WORDS.get(match["over"]) or int(match["over"])
        return over / _PARTS[match["under"].removesuffix("s")]
    return 1 / _PARTS[match["one"]] if match["one"] else 1.0
