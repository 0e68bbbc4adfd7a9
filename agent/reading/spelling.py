"""Number words as figures and hours as minutes, so that numbers are read in one form."""

import re

from .patterns import one_of

NUMBER = r"(?<![\d.,])[0-9]{1,9}(?:(?:,[0-9]{3})+(?![0-9])|[.,][0-9]{1,2}(?![0-9]))?(?![0-9])"
"""A figure as written: `95`, `1,000`, `19.99`, `1,5`."""

_ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60,
    "seventies": 70, "eighties": 80, "nineties": 90, "noughties": "00", "aughts": "00",
}  # fmt: skip
_UNITS = one_of(
    "hours?", "hrs?", "minutes?", "mins?", "euros?", "dollars?", "bucks", "pounds?", "quid",
    "stars?", "percent", "and a half hours?",
)  # fmt: skip
_ONE = one_of(*_ONES)
_TEN = one_of(*_TENS)
_WORDS = re.compile(
    rf"\b(?:(?P<hundred>(?:a|one|two) hundred)(?: and)?)?\s?(?P<tens>{_TEN})?[ -]?(?P<ones>{_ONE})?"
    rf"(?=[ -](?:(?:and|to|or) (?:{_ONE}|{_TEN}|\d+) )?{_UNITS}\b)"
)
_CENTURIES = {
    "sixteenth": "16th", "seventeenth": "17th", "eighteenth": "18th", "nineteenth": "19th",
    "twentieth": "20th",
}  # fmt: skip
_BARE_WORDS = re.compile(
    rf"\b(?:(?P<hundred>(?:a|one|two|three|four|five|six|seven|eight|nine) hundred)(?: and)?\b)?"
    rf"(?:(?:(?<=\w) )?(?P<tens>{_TEN}))?(?:(?<=y)[ -](?P<ones>{_ONE}))?\b"
)
"""Number words that are amounts whatever follows."""
_CENTIMETRES = {"m": 100.0, "f": 30.48}
_SIZE = re.compile(
    rf"(?P<number>{NUMBER}|\ban?) ?(?P<unit>met(?:er|re)s?|feet|foot|ft|m(?= (?:tall"
    r"|high|wide|across|long)))(?P<half> and a half)?(?!\w)"
)
_FIXED = {
    r"rom-?coms?": "romantic comedy",
    r"(\d{1,2}) and a half(?= ?(?:%|percent))": r"\1.5",
    r"([0-3])m([0-9]{2})": r"\1\2 cm",
    r"(?:from )?(?:side to side|end to end)": "across",
    r"a tenner": "10 pounds",
    r"a fiver": "5 pounds",
    r"a grand": "1000 pounds",
    r"a couple(?: of)? hundred": "200",
    r"half an hour": "30 minutes",
    r"an hour and a half": "90 minutes",
    r"(\d) and a half hours": r"\1.5 hours",
    r"(\d) hours? and a half": r"\1.5 hours",
    r"(?:an|a) hour": "1 hour",
    r"(?:a )?couple(?: of)? hours": "2 hours",
    r"(?<!\S)'([3-9]\d)(?!\w)": r"19\1",
    r"(?<!\S)'([0-2]\d)(?!\w)": r"20\1",
    **{
        rf"(?<!\w){word}(?= century| (?:or|and|to) (?:the )?\w+ century)": figure
        for word, figure in _CENTURIES.items()
    },
    **{rf"{word}": f"{decade}s" for word, decade in _DECADES.items()},
}
_REPLACED = [(re.compile(rf"(?<!\w){old}(?!\w)"), new) for old, new in _FIXED.items()]
_HOUR_RANGE = re.compile(rf"({NUMBER}) ?(and|to|or|-|–) ?({NUMBER})[ -]?(?:hours?|hrs?|h)(?!\w)")
_HOURS = re.compile(
    rf"({NUMBER})(\+?)[ -]?(?:hours?|hrs?|h(?=\d|\b))"
    r"(?: ?(?:and )?(\d{1,2})(?: ?(?:minutes?|mins?|m)\b|(?!\d| ?(?:euros?|dollars?|stars?)\b)))?"
)


def spell_out(folded: str) -> str:
    """Number words and hours as figures: `two hours` and `1h60` become `120 minutes`."""
    folded = _BARE_WORDS.sub(_figure, _WORDS.sub(_figure, folded))
    for old, new in _REPLACED:
        folded = old.sub(new, folded)
    folded = _SIZE.sub(_centimetres, folded)
    folded = _HOUR_RANGE.sub(_minute_range, folded)
    return _HOURS.sub(_minutes, folded)


def number(text: str) -> float:
    """The value of a figure as `NUMBER` matches it."""
    if re.fullmatch(r"\d+(?:,\d{3})+", text):
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


def _figure(match: re.Match[str]) -> str:
    if not any(match.groups()):
        return match[0]
    hundreds = match["hundred"].split()[0] if match["hundred"] else None
    value = 100 * _ONES.get(hundreds, 1) if hundreds else 0
    value += _TENS.get(match["tens"], 0) + _ONES.get(match["ones"], 0)
    leading = " " if match[0].startswith(" ") else ""
    return f"{leading}{value}"


def _centimetres(match: re.Match[str]) -> str:
    written = match["number"]
    value = number(written) if written[0].isdigit() else 1.0
    value += 0.5 if match["half"] else 0.0
    return f"{round(value * _CENTIMETRES[match['unit'][0]])} cm"


def _minute_range(match: re.Match[str]) -> str:
    low, high = (round(number(match[place]) * 60) for place in (1, 3))
    return f"{low} {match[2]} {high} minutes"


def _minutes(match: re.Match[str]) -> str:
    return f"{round(number(match[1]) * 60 + float(match[3] or 0))}{match[2]} minutes"
