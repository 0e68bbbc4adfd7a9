"""Titles of catalogue items in a message: exact, shortened, quoted or misspelt."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from .patterns import one_of
from .stopwords import STOPWORDS
from .text import Token, fold_words, longest_by_first

LONGEST_TITLE = 12
LONGEST_MISSPELT = 8
FUZZY_SCORE = 84
FUZZY_SCORE_ORDINARY = 92
"""Needed where every word is an ordinary one: `back to the future part 2`."""
FUZZY_SCORE_NAMED = 80
"""Enough where something says that a title is meant."""
_SHORTEST_NAMED = 4
_LONG_NAMED = 7
_ORDINARY_WORDS = 4
"""Words that a misspelt title of ordinary words has at least."""
MOST_FUZZY = 12
"""Places of a message at which a misspelt title is looked for."""

_THE_NOUN = r"(?: (?:the )?(?:movie|film|book|painting|wine))?\s*[\"“'‘«]?$"
# A title is meant after these, even one of everyday words.
_CUE = re.compile(
    r"(?<!would )(?<!i'd )(?<!id )(?<!feel )(?<!we'd )\b"
    + one_of(
        "like", "liked", "loved?", "enjoyed?", "adored?", "hated?", "disliked?", "prefer",
        "seen", "saw", "watched", "rewatched", "finished", "read", "tried", "bought",
        "similar to", "reminds? me of", "in the (?:style|spirit|vein) of", "compare", "versus",
        r"vs\.?", "remember", "called", "titled", "named",
    )
    + _THE_NOUN
)  # fmt: skip
# These come before a title only in questions and comparisons; elsewhere they say nothing.
_QUESTION_CUE = re.compile(
    r"\b"
    + one_of(
        "than", "why", "about", "is", "was", "are", "directed", "made", "wrote", "in", "and", "or",
        "of", "with", "between", "stars", "does", "did", "recommend", "suggest", "to", "describe",
        "explain",
    )
    + _THE_NOUN
)  # fmt: skip
_VERDICT_AFTER = re.compile(r"\s+(?:was|were|sucked|rocks|rocked|vs|versus)\b")
_LISTED_AFTER = re.compile(r"\s+(?:or|and)\b")
_PLACE_BEFORE = re.compile(
    r"\b(?:set|place|based|happens?|happening|lives?|filmed|shot|from|in) (?:in )?$"
)
_PERSON_BEFORE = re.compile(r"\b(?:by|starring|featuring|directors?|actors?|actress) $")
_ARTICLE_BEFORE = re.compile(r"\b(?:an?|some|any|no|my|your) $")
_QUOTE_BEFORE = re.compile(r"[\"“'‘«]\s*$")
_QUOTE_AFTER = re.compile(r"\s*[\"”'’»]")
_YEAR_AFTER = re.compile(r"\s*\(?((?:1[89]|20)\d\d)\b\)?")
_ARTICLES = ("the", "a", "an")
_OTHER_TITLES = ("also_known_as", "original_title", "alternative_title", "aka")
"""Attributes that hold further titles of an item."""
_WINDOW = 48
_SPOKEN_TITLE = 3
"""Words of a title that may all be everyday ones when it is the whole message."""
_YEAR_DIGITS = 4
_PARTIAL = 3
"""From this quality on a form is only a part of its title."""
_PARTIAL_COUNTS = 8
"""How many times better known an item must be for a part of its title to mean it rather than an
item that has these words as its whole title."""


@dataclass(frozen=True)
class TitleMention:
    """A title found in a message."""

    first: int
    """Index of its first token."""
    last: int
    """Index of its last token."""
    item_id: str
    """The item; among equal titles the one with the most interactions."""


@dataclass(frozen=True)
class Message:
    """What the search for titles knows of a message."""

    original: str
    """As written."""
    folded: str
    """Folded."""
    offsets: Sequence[int]
    """For every character of `folded` its place in `original`."""
    tokens: Sequence[Token]
    """Its tokens."""
    question: bool
    """Whether it asks about items or compares them."""
    reserved: Collection[range]
    """Tokens that name a value of the catalogue."""

    def before(self, index: int) -> str:
        """The folded text before a token."""
        start = self.tokens[index].start
        return self.folded[max(0, start - _WINDOW) : start]

    def after(self, index: int) -> str:
        """The folded text after a token."""
        end = self.tokens[index].end
        return self.folded[end : end + _WINDOW]

    def is_capital(self, index: int) -> bool:
        """Whether a token was written with a capital first letter."""
        return self.original[self.offsets[self.tokens[index].start]].isupper()


class Titles:
    """The titles of one catalogue, ready to be looked up."""

    def __init__(
        self,
        item_ids: Sequence[str],
        titles: Sequence[str],
        weight: Sequence[float],
        years: Sequence[float | None] = (),
        others: Sequence[str | None] = (),
        is_value: Callable[[tuple[str, ...]], bool] = lambda words: False,
    ) -> None:
        """`weight`: how well known each item is; it decides between equal titles.

        Args:
            years: tell equal titles apart (`Solaris (1972)`).
            others: further titles of the items.
            is_value: whether words name a value of the catalogue; then a misspelt form of them
                means that.
        """
        ranked: dict[tuple[str, ...], list[tuple[float, int, int]]] = defaultdict(list)
        for row, (title, known) in enumerate(zip(titles, weight, strict=True)):
            forms = list(_forms(title))
            if others and (other := others[row]):
                forms += [(words, quality + 3) for words, quality in _forms(other)]
            for words, quality in forms:
                sureness = known / (_PARTIAL_COUNTS if quality >= _PARTIAL else 1)
                ranked[words].append((-sureness, quality, row))
        self._item_ids = item_ids
        self._years = years
        self._rows = {words: [row for *_, row in sorted(rows)] for words, rows in ranked.items()}
        self._longest = longest_by_first(self._rows)
        self._fuzzy: dict[str, list[str]] = defaultdict(list)
        self._joined: dict[str, tuple[str, ...]] = {}
        for words in self._rows:
            text = " ".join(words)
            if len(text) >= 5 and words[0] not in _ARTICLES and not is_value(words):
                self._joined[text] = words
                self._fuzzy[text[0]].append(text)

    def mentions(self, message: Message, known: Collection[str]) -> list[TitleMention]:
        """Titles in a message, left to right, never overlapping.

        A title of common words counts only where something says that a title is meant: quotes,
        a cue such as `like`, or capitals.

        Args:
            known: ordinary words; a misspelt title has at least one that is not.
        """
        found: list[TitleMention] = []
        index = 0
        speaking = _capitals_speak(message)
        while index < len(message.tokens):
            mention = self._at(message, index, speaking)
            if mention:
                found.append(mention)
            index = mention.last + 1 if mention else index + 1
        return sorted([*found, *self._misspelt(message, found, known)], key=lambda one: one.first)

    def exact(self, folded: str) -> list[str]:
        """The items whose title, or a usual form of it, is this phrase; the best known first."""
        words = fold_words(folded)
        forms = [words, words[1:]] if words and words[0] in _ARTICLES else [words]
        rows = next((self._rows[form] for form in forms if form in self._rows), [])
        return [self._item_ids[row] for row in rows]

    def nearest(self, folded: str) -> str | None:
        """The item whose title this phrase, known to be one, is a slip of."""
        words = fold_words(folded)
        if words and words[0] in _ARTICLES:
            words = words[1:]
        text = " ".join(words)
        if len(text) < _SHORTEST_NAMED:
            return None
        needed = FUZZY_SCORE_NAMED if len(text) >= _LONG_NAMED else FUZZY_SCORE
        match = process.extractOne(
            text, self._fuzzy.get(text[0], ()), scorer=fuzz.ratio, score_cutoff=needed
        )
        return self._item_ids[self._rows[self._joined[match[0]]][0]] if match else None

    def _at(self, message: Message, index: int, speaking: bool) -> TitleMention | None:
        tokens = message.tokens
        longest = min(LONGEST_TITLE, self._longest.get(tokens[index].text, 0))
        for length in range(min(longest, len(tokens) - index), 0, -1):
            words = tuple(token.text for token in tokens[index : index + length])
            rows, last = self._rows.get(words), index + length - 1
            if rows and (
                self._dated(message, last, rows) or _meant(message, index, last, speaking)
            ):
                return self._chosen(message, index, last, rows)
        return None

    def _chosen(self, message: Message, first: int, last: int, rows: list[int]) -> TitleMention:
        """The item of that title; a year right after tells equal ones apart."""
        dated = self._dated(message, last, rows)
        if dated is None:
            return TitleMention(first, last, self._item_ids[rows[0]])
        row, end = dated
        while last + 1 < len(message.tokens) and message.tokens[last + 1].start < end:
            last += 1
        return TitleMention(first, last, self._item_ids[row])

    def _dated(self, message: Message, last: int, rows: list[int]) -> tuple[int, int] | None:
        """The item whose year stands right after its title, and where that ends."""
        year = _YEAR_AFTER.match(message.after(last)) if self._years else None
        same = [row for row in rows if year and self._years[row] == float(year[1])]
        return (same[0], message.tokens[last].end + year.end()) if year and same else None

    def _misspelt(
        self, message: Message, found: list[TitleMention], known: Collection[str]
    ) -> list[TitleMention]:
        taken = {i for one in found for i in range(one.first, one.last + 1)}
        taken |= {i for span in message.reserved for i in span}
        places = [
            i
            for i in range(len(message.tokens))
            if i not in taken
            and _is_cued(message, i, alone=len(message.tokens) <= LONGEST_MISSPELT)
        ]
        corrected = []
        for index in places[:MOST_FUZZY]:
            mention = self._corrected(message, index, taken, known)
            if mention:
                corrected.append(mention)
                taken.update(range(mention.first, mention.last + 1))
        return corrected

    def _corrected(
        self, message: Message, index: int, taken: Collection[int], known: Collection[str]
    ) -> TitleMention | None:
        start = index + 1 if message.tokens[index].text in _ARTICLES else index
        clause = []
        for i in range(start, min(start + LONGEST_MISSPELT, len(message.tokens))):
            if i in taken or message.tokens[i].clause != message.tokens[index].clause:
                break
            clause.append(message.tokens[i].text)
        for length in range(len(clause), 0, -1):
            words = clause[:length]
            text = " ".join(words)
            if len(text) < 5:
                continue
            ordinary = all(word in known or not word.isalpha() for word in words)
            if ordinary and length < _ORDINARY_WORDS:
                continue
            score = FUZZY_SCORE_ORDINARY if ordinary else FUZZY_SCORE
            near = [form for form in self._fuzzy[text[0]] if abs(len(form) - len(text)) <= 3]
            match = process.extractOne(text, near, scorer=fuzz.ratio, score_cutoff=score)
            if match and match[0] != text:  # an exact one was seen, and not meant
                row = self._rows[self._joined[match[0]]][0]
                return TitleMention(index, start + length - 1, self._item_ids[row])
        return None


def other_titles(columns: Iterable[str]) -> str | None:
    """The attribute that holds further titles, if any."""
    return next((name for name in columns if name in _OTHER_TITLES), None)


def _forms(title: str) -> Iterable[tuple[tuple[str, ...], int]]:
    """How a title is said, with how sure that is (0 is surest): whole, without its article,
    without what stands in brackets, the part before a colon, the part after it."""
    bare = re.sub(r"\s*\([^)]*\)", "", title)
    head, _, tail = bare.partition(":")
    tail = tail.rpartition(" - ")[2]
    first, _, rest = bare.partition(",")
    forms = {fold_words(title): 0}
    for text, quality in (
        (bare, 1),
        (head if tail else "", 3),
        (tail, 4),
        (first if rest else "", 5),
    ):
        words = fold_words(text)
        if quality < 3 or len(words) > 1:
            forms.setdefault(words, quality)
        if words and words[0] in _ARTICLES:
            bare_words = words[1:]
            if quality < 3 or len(bare_words) > 1:
                forms.setdefault(bare_words, quality + 1)
    spelled = [(tuple("and" if w == "&" else w for w in words), q) for words, q in forms.items()]
    return [(words, quality) for words, quality in spelled if words]


def _capitals_speak(message: Message) -> bool:
    """Whether capitals tell names from other words: not where every word has one, or none."""
    letters = [i for i, token in enumerate(message.tokens) if token.text[0].isalpha()]
    small = [i for i in letters[1:] if not message.is_capital(i)]
    return bool(small) or len(letters) <= 4


def _is_cued(message: Message, index: int, *, alone: bool) -> bool:
    before = message.before(index)
    if index == 0:
        return alone
    return bool(_CUE.search(before) or (message.question and _QUESTION_CUE.search(before)))


def _meant(message: Message, first: int, last: int, speaking: bool) -> bool:
    """Whether the words of a title are meant as one."""
    before, after = message.before(first), message.after(last)
    if _QUOTE_BEFORE.search(before) and _QUOTE_AFTER.match(after):
        return True
    words = [token.text for token in message.tokens[first : last + 1]]
    content = [word for word in words if word not in STOPWORDS and not word.isdigit()]
    capital = speaking and _is_capital(message, first, last)
    cue = _is_cued(message, first, alone=False)
    whole = len(words) == len(message.tokens)
    if whole and len(words) == 1 and words[0].isdigit() and len(words[0]) != _YEAR_DIGITS:
        return True
    if whole and len(words) >= _SPOKEN_TITLE and not _names_value(message, first, last):
        return True
    if not content or any(set(range(first, last + 1)) < set(span) for span in message.reserved):
        return cue and (capital or words[0].isdigit()) and _stands_alone(message, first, last)
    reserved = _names_value(message, first, last)
    if _ARTICLE_BEFORE.search(before):
        return capital and cue and not reserved
    if cue and (capital or not reserved) and len("".join(content)) >= 4:
        return len(content) > 1 or capital or _stands_alone(message, first, last)
    if len(words) == 1 and _PERSON_BEFORE.search(before) and not message.question:
        return False
    if reserved or (_PLACE_BEFORE.search(before) and not message.question):
        return False
    opening = first == 0 and len(words) == 1 and not _is_subject(message, last)
    return whole or len(content) >= 3 or (capital and not opening)


def _names_value(message: Message, first: int, last: int) -> bool:
    """Whether all that the words say are values of the catalogue."""
    values = {i for span in message.reserved for i in span}
    words = range(first, last + 1)
    said = [i for i in words if message.tokens[i].text not in STOPWORDS] or words
    return values.issuperset(said)


def _is_subject(message: Message, last: int) -> bool:
    """Whether what follows speaks of a title, or names another."""
    after = message.after(last)
    listed = _LISTED_AFTER.match(after) and last + 2 < len(message.tokens)
    return bool(_VERDICT_AFTER.match(after) or (listed and message.is_capital(last + 2)))


def _is_capital(message: Message, first: int, last: int) -> bool:
    words = range(first, last + 1)
    content = [
        i
        for i in words
        if message.tokens[i].text not in STOPWORDS and message.tokens[i].text[0].isalpha()
    ] or list(words)
    return all(message.is_capital(i) for i in content if message.tokens[i].text[0].isalpha())


def _stands_alone(message: Message, first: int, last: int) -> bool:
    """Whether a phrase ends where its clause does, or before a word that is no part of a name."""
    if last + 1 >= len(message.tokens):
        return True
    following = message.tokens[last + 1]
    return following.clause != message.tokens[first].clause or following.text in STOPWORDS
