"""A second opinion on whether a statement says more than the catalogue does.

Claims are found by pattern (numbers in a role, values, names, superlatives, comparisons, what is
shared) and each is looked up in the item's row, title and description. Nothing of `generation` is
used, so that a mistake made there is not made here too.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache

from pydantic import BaseModel

from ..catalog.records import AttributeValue
from ..catalog.store import Catalog
from ..recommender.collaborative import ItemSimilarity
from .independent_patterns import (
    ALIKE,
    BOUNDS,
    CLAIMS,
    CLAUSES,
    COMPARED,
    COUNTS,
    DONE,
    KINDS,
    MONEY,
    NAME,
    NAMES,
    NUMBER,
    OTHER,
    ROLES,
    SENTENCES,
    SHARED,
    SMALL,
    SPELT,
    TALK,
    TENS,
    VERBS,
    WORD,
    N,
)

Attributes = dict[str, AttributeValue]
Found = tuple[str, list[str]]
"""A text without its claims of one sort, and what is wrong with them."""


class Ground(BaseModel):
    """What is known of an item, straight from the catalogue."""

    title: str
    noun: str
    """What one item is called."""
    attributes: Attributes
    """The item's row."""
    labels: dict[str, str]
    """Attribute -> its label."""
    units: dict[str, str]
    """Attribute -> its unit, where it has one."""
    vocabulary: frozenset[str]
    """Every categorical or multi value of the catalogue, in lower case."""
    text: str
    """The item's own description."""
    others: dict[str, Attributes]
    """Title of another item that may be named -> its row."""
    counts: list[tuple[str, int, int]]
    """Title of another item, how many people liked it, how many of these liked this item."""

    @cached_property
    def digits(self) -> str:
        """Title, description and values in lower case, with digits for number words."""
        return _plain("\n".join([self.title, self.text, _said(self.attributes)])).lower()

    @cached_property
    def folded(self) -> str:
        """The same, folded."""
        return _fold(self.digits)

    @cached_property
    def speech(self) -> str:
        """Labels, units and what an item is called, folded."""
        return _fold("\n".join([*self.labels.values(), *self.units.values(), self.noun]))

    @cached_property
    def described(self) -> dict[str, str]:
        """Attribute -> its name, label and unit in lower case."""
        labels = {name: f"{name.replace('_', ' ')} {label}" for name, label in self.labels.items()}
        return {one: _plain(f"{labels[one]} {self.units.get(one, '')}").lower() for one in labels}

    def about(self, pattern: str) -> list[str]:
        """The attributes whose name, label or unit matches."""
        return [name for name, words in self.described.items() if re.search(pattern, words)]

    def rows(self, marks: Iterable[str]) -> list[Attributes]:
        """The rows of the items for whose titles `marks` stand."""
        rows = list(self.others.values())
        return [rows[ord(mark) - 0xE001] for mark in marks]


def ground_of(
    catalog: Catalog, item_id: str, other_ids: Sequence[str], people: ItemSimilarity
) -> Ground:
    """The ground of an item beside which `other_ids` may be named.

    Raises:
        BadInputError: one of the items is not in the catalogue.
    """
    item, row, specs = catalog.item(item_id), catalog.item_ids.index, catalog.manifest.attributes
    others = [catalog.item(one) for one in dict.fromkeys(other_ids) if one != item_id]
    liked = [people.liked_both(row(one.item_id), row(item_id)) for one in others]
    return Ground(
        title=item.title,
        noun=catalog.manifest.item_noun,
        attributes=item.attributes,
        labels={spec.name: spec.label for spec in specs},
        units={spec.name: spec.unit for spec in specs if spec.unit},
        vocabulary=frozenset(value.lower() for spec in specs for value in spec.vocabulary),
        text=item.text,
        others={other.title: other.attributes for other in others},
        counts=[(other.title, *both) for other, both in zip(others, liked, strict=True)],
    )


def unsupported(statement: str, ground: Ground) -> list[str]:
    """What a statement says that the catalogue does not: short reasons, empty when none."""
    reasons: list[str] = []
    for sentence in SENTENCES.split(_plain(_mask(statement, ground))):
        named = re.findall(OTHER, sentence)
        sentence, wrong = _counts(sentence, ground, named)
        reasons += wrong
        for clause in filter(None, CLAUSES.split(sentence)):
            here = re.findall(OTHER, clause) or named
            for rule in (_comparisons, _numbers, _roles, _values, _claims, _names):
                clause, wrong = rule(clause, ground, here)
                reasons += wrong
    return list(dict.fromkeys(reasons))


def _take(
    patterns: Iterable[str], text: str, judge: Callable[[re.Match[str]], str | None]
) -> Found:
    """Take out what matches; `judge` says what is wrong with it, or None when it is no claim."""
    wrong: list[str] = []

    def put(match: re.Match[str]) -> str:
        reason = judge(match)
        wrong.extend([f"“{match[0].strip()}”: {reason}"] if reason else [])
        return match[0] if reason is None else f" {DONE} "

    for pattern in patterns:
        text = re.sub(pattern, put, text)
    return text, wrong


def _counts(text: str, ground: Ground, named: list[str]) -> Found:
    """How many people liked what."""
    titles = list(ground.others)

    def judge(match: re.Match[str]) -> str:
        said = {key: value for key, value in match.groupdict().items() if value}
        meant = [titles[ord(mark) - 0xE001] for mark in said.pop("title", None) or named] or titles
        for title, people, both in ground.counts:
            known = {"people": people, "both": both, "share": 100 * both / max(people, 1)}
            gaps = [abs(_number(said[key]) - known[key]) - (key == "share") / 2 for key in said]
            if title in meant and max(gaps) <= 0:
                return ""
        return "not the count"

    return _take(COUNTS, text, judge)


def _comparisons(text: str, ground: Ground, named: list[str]) -> Found:
    """Comparisons with another item by a numeric attribute."""

    def judge(match: re.Match[str]) -> str:
        kind, sign = COMPARED[match["how"].lower().replace("-", " ")]
        rows = [ground.attributes, *ground.rows(match["title"])]
        mine, theirs = (list(_numbers_in(row, ground.about(KINDS[kind]))) for row in rows)
        true = any(sign * (one - two) > 0 for one in mine for two in theirs)
        return "" if true else "not so by the rows"

    how = "|".join(COMPARED).replace(" ", "[ -]")
    return _take([rf"\b(?P<how>(?i:{how}))\s+than\s+(?=(?P<title>{OTHER}))"], text, judge)


def _numbers(text: str, ground: Ground, named: list[str]) -> Found:
    """Numbers, each in the role that the words around it give it."""
    alike = named and re.search(rf"\b(?i:both|same)\b|^\W*(?i:like)\s+{OTHER}", text)

    def judge(match: re.Match[str]) -> str:
        said, fitting = _number(match["n"]), _fitting(match, ground)
        unit = match["scale"] or match["unit"] or ""
        bound = (match["bound"] or "").lower()
        sign, reached = BOUNDS.get(bound), bound in ("at least", "since", "at most", "up to")
        theirs = re.search(rf"({OTHER})(?:'s)?\s*\(?$", match.string[: match.start()])
        rows = ground.rows(theirs[1]) if theirs else [ground.attributes]
        for row in [*rows, *ground.rows(named if alike else [])]:
            gaps = [known - said for known in _numbers_in(row, fitting)]
            if unit == "s":
                right = any(0 <= gap < 10 for gap in gaps)
            elif sign:
                right = any(sign * gap > 0 or (reached and gap == 0) for gap in gaps)
            else:
                near = 1e-6 if sign is None else min(said / 10, 5)
                right = any(abs(gap) <= near for gap in gaps)
            beside = rf"[\s-]?{re.escape(unit.lower())}" if fitting else ""
            phrase = rf"(?<![\w.]){re.escape(match['n'])}{beside}(?!\w)"
            if not right and (alike or not re.search(phrase, ground.digits)):
                return "not in the row"
        return ""

    return _take([NUMBER], text, judge)


def _fitting(number: re.Match[str], ground: Ground) -> list[str] | None:
    """The attributes that a number can be of; None when the words around it do not say."""
    unit = (number["scale"] or number["unit"] or "").lower()
    unit = "" if unit in SMALL else unit
    before = re.split(r"[,;(\d]| and ", number.string[: number.start()].lower())[-1]
    words = [word for word in WORD.findall(before) if word not in SMALL]
    for word in (unit, *([] if number["scale"] or unit in MONEY.values() else words[-1:])):
        kinds = [kind for kind in KINDS.values() if re.search(kind, word)]
        named = ground.about(rf"\b{re.escape(word)}\b") if word else []
        words_in = [one for one in named if isinstance(ground.attributes.get(one), list | str)]
        fitting = [one for one in named if word == unit or one not in words_in]
        if fitting or kinds:
            return fitting or ground.about(kinds[0])
    if unit == "s" or re.fullmatch(r"1\d{3}|20\d\d", number["n"]):
        return ground.about(KINDS["year"])
    return [] if unit else None


def _roles(text: str, ground: Ground, named: list[str]) -> Found:
    """Names of those who directed, played, wrote, made."""
    wrong: list[str] = []
    for before, after, fit in ROLES:
        row = {one: ground.attributes.get(one, "") for one in ground.about(fit)}
        held = _fold(_said(row))
        held = held if held.strip() else _fold(_plain(ground.text))

        def judge(match: re.Match[str], held: str = held) -> str | None:
            names = [_fold(name) for name in re.findall(NAME, match["names"])]
            if names[0].strip() in SMALL:
                return None
            right = all(name in held or f" by{name}" in ground.folded for name in names)
            return None if right else "not in that attribute"

        patterns = (
            rf"\b(?i:{before})(?:\s+(?:is|are|was|the))*:?\s+{NAMES}",
            rf"{NAMES}\s+(?:(?:is|was)\s+(?:the|its)\s+(?:{before})|{after})\b(?!\s+by)",
        )
        text, found = _take(patterns, text, judge)
        wrong += found
    return text, wrong


def _values(text: str, ground: Ground, named: list[str]) -> Found:
    """Values of the catalogue, and what is said to be shared."""
    wrong: list[str] = []
    span, others = _shared(text), ground.rows(named)
    theirs = [_fold(_said(row)) for row in others]
    mentions = list(_mentions(text, ground))
    for start, _, value in mentions:
        if not _holds(ground.folded, value):
            wrong.append(f"“{value.strip()}”: not one of its values")
        elif start in span and not all(_holds(row, value) for row in theirs):
            wrong.append(f"“{value.strip()}”: not shared")
    told = text[span.start : span.stop]
    if others and re.search("same|shar|common", told):
        stated = DONE in told or any(start in span for start, *_ in mentions)
        wrong += [] if stated else [f"“{told.strip()}”: no value"]
    for start, end, _ in reversed(mentions):
        text = f"{text[:start]} {DONE} {text[end:]}"
    return text, wrong


def _holds(folded: str, value: str) -> bool:
    """Whether a folded text has a value, or each word of it as a value of its own."""
    words = [word for word in value.split() if word not in SMALL]
    return value in folded or all(f"| {word} |" in f"|{folded}|" for word in words)


def _mentions(text: str, ground: Ground) -> Iterator[tuple[int, int, str]]:
    """Where a value of the catalogue is said, the longest first: start, end, folded value."""
    phrases, longest = _phrases(ground.vocabulary)
    words = list(WORD.finditer(text))
    folded = [_singular(word[0].casefold()) for word in words]
    at = 0
    while at < len(words):
        for size in range(min(longest.get(folded[at], 0), len(words) - at), 0, -1):
            start, end = words[at].start(), words[at + size - 1].end()
            value = f" {' '.join(folded[at : at + size])} "
            idle = value.strip() in SMALL | TALK or re.fullmatch(r" (..?|\d+) ", value)
            idle = idle or value in ground.speech
            apart = re.search("[,;:()\ue000-\uf8ff]", text[start:end])
            if value in phrases and not idle and (not apart or value in ground.folded):
                yield start, end, value
                at += size - 1
                break
        at += 1


@lru_cache(maxsize=8)
def _phrases(vocabulary: frozenset[str]) -> tuple[set[str], dict[str, int]]:
    """The folded values, and by first word the most words that one has."""
    phrases = {_fold(_plain(value)) for value in vocabulary}
    longest: dict[str, int] = {}
    for words in filter(None, map(str.split, phrases)):
        longest[words[0]] = max(longest.get(words[0], 0), len(words))
    return phrases, longest


def _shared(text: str) -> range:
    """The part of a clause that says what is shared with the items named in it."""
    found = re.search(SHARED, text)
    if not found:
        return range(0)
    listed = re.search(rf"\b(?:shar(?:es?|ing)|ha[sd]|have) (?!with|in\b)(.+?) with {OTHER}", text)
    if listed and set(listed[1].split()) - SMALL:
        return range(*listed.span())
    ends = [match.end() for match in re.finditer(OTHER, text)]
    whole = rf"^\W*(?:{ALIKE})|{OTHER}(?::|\s+(?:is|are)\b)"
    begin = max(text.rfind(f", {word} ", 0, found.start()) for word in ("and", "it", "the"))
    if not ends or ends[-1] <= found.start() or re.search(whole, text):
        return range(max(begin, 0), len(text))
    return range(max(begin, 0), ends[-1])


def _claims(text: str, ground: Ground, named: list[str]) -> Found:
    """Superlatives, quantities, negations, comparisons, sales talk."""

    def judge(match: re.Match[str]) -> str:
        before = WORD.findall(match.string[: match.start()])[-1:]
        after = WORD.findall(match.string[match.end() :])[:1]
        phrases = [f"{word} {match[0]}" for word in before if word not in SMALL]
        phrases += [f"{match[0]} {word}" for word in after if word not in SMALL]
        return "" if any(_fold(one) in ground.folded for one in phrases) else "not said of it"

    return _take([CLAIMS], text, judge)


def _names(text: str, ground: Ground, named: list[str]) -> Found:
    """Names that no other rule has met."""
    known = "|".join([ground.folded, ground.speech, _fold("\n".join(ground.others))])

    def judge(match: re.Match[str]) -> str | None:
        words = match[0].split()
        while words and words[0].lower() in SMALL:
            words.pop(0)
        first = not WORD.search(match.string[: match.start()]) and match[0] == "".join(words)
        if not words or (first and not re.match(VERBS, match.string[match.end() :])):
            return None
        values = all(f"|{_fold(word)}|" in f"|{ground.folded}|" for word in words)
        return "" if values or _fold(" ".join(words)) in known else "not named"

    return _take([NAME], text, judge)


def _mask(statement: str, ground: Ground) -> str:
    """The statement without citations and quotations, with one character for each title."""

    def quoted(match: re.Match[str]) -> str:
        return DONE if _fold(_plain(match[1])) in ground.folded else match[0]

    text = _typed(re.sub(r"[\ue000-\uf8ff]|\[[\d\s,;–-]*\]", "", statement))
    text = re.sub(r'[“"]([^“”"]+)[”"]', quoted, text)
    marks = {title: chr(0xE001 + at) for at, title in enumerate(ground.others)}
    marks[ground.title] = "\ue000"
    for title in sorted(marks, key=len, reverse=True):
        if re.search(r"[^\W\d]", title):  # "300" may be a number of people
            pattern = rf"(?<!\w){re.escape(_typed(title))}(?!\w)"
            text = re.sub(pattern, marks[title], text, flags=re.I if " " in title else 0)
    return text


def _typed(text: str) -> str:
    """The text with plain apostrophes and letters of one form.

    A Turkish i counts as an i for patterns, not for `lower`.
    """
    return unicodedata.normalize("NFKC", text).translate(str.maketrans("’‘İı", "''Ii"))


def _plain(text: str) -> str:
    """The text with digits for number words, minutes for hours, years for decades."""
    tens, ones = "|".join(TENS), "|".join(word for word in SPELT if word not in TENS)

    def digits(match: re.Match[str]) -> str:
        return str(sum(SPELT[word.lower()] for word in match.groups() if word))

    def minutes(match: re.Match[str]) -> str:
        hours = 1 if match[1].lower() in ("a", "an") else _number(match[1])
        return f"{60 * hours + _number(match[2] or '0'):g} minutes"

    text = _typed(text)
    text = re.sub(rf"(?i)\b(?:({tens})(?:[ -]({ones}))?|(?<!\bthe )({ones}))\b", digits, text)
    for ten in TENS:
        decade = rf"(?i)\b{ten[:-1]}ies\b|(?<![\w.])'?{SPELT[ten]}s\b"
        text = re.sub(decade, f"19{SPELT[ten]}s", text)
    text = re.sub(rf"([$€£])\s?({N})", r"\2 \1", text)
    for currency, word in MONEY.items():
        text = re.sub(rf"(?i){currency}", word, text)
    hours = rf"(?i)\b({N}|an?)[\s-]?(?:hours?|h)(?![a-z])(?:(?:\s*and)?\s*(\d+)\s?(?:m\w*)?)?"
    text = re.sub(hours, minutes, text)
    scale = rf"(?<![\w.])({N})(?:\s+stars?)?(?:/|\s+(?:out\s+)?of\s+)(\d+)\b(?:\s+stars?)?"
    return re.sub(scale, r"\1 of \2", text)


def _fold(text: str) -> str:
    """Its words in lower case, singular, without accents; lines as ` one | another `."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    lines = "".join(one for one in letters if not unicodedata.combining(one)).split("\n")
    return "|".join(f" {' '.join(map(_singular, WORD.findall(line)))} " for line in lines)


def _singular(word: str) -> str:
    return re.sub(r"(?<=\w\w[^su])s$", "", re.sub(r"ies$", "y", word.removesuffix("'s")))


def _said(row: Attributes) -> str:
    """The values of a row, one a line; numbers say nothing by themselves."""
    told = [value for value in row.values() if not isinstance(value, float)]
    return "\n".join("\n".join(one) if isinstance(one, list) else str(one) for one in told)


def _number(digits: str) -> float:
    return float(digits.replace(",", ""))


def _numbers_in(row: Attributes, names: list[str] | None) -> Iterator[float]:
    """The numbers in some attributes, all when none are named, and how many values a list has."""
    for name in row if names is None else names:
        value = row.get(name, "")
        value = value.year if isinstance(value, date) else value
        yield from map(_number, re.findall(N, str(value)))
        if names and isinstance(value, list):
            yield len(value)
