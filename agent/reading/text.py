"""A message as tokens: cleaned, folded, bounded."""

import re
import unicodedata
from dataclasses import dataclass

_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[#$€£%]")
_BOUNDARY = re.compile(r"[.!?;,:\n]|\bbut\b|\band\b|\bor\b")


def clean(message: str) -> str:
    """Control, format and surrogate characters out, white space collapsed.

    Right-to-left text keeps its letters; the marks that reorder what is displayed go.
    """
    kept = (
        " " if c in "\t\n\r\v\f" else c
        for c in message
        if c in "\t\n\r\v\f\u200d" or unicodedata.category(c)[0] != "C"
    )
    return re.sub(r"\s+", " ", "".join(kept)).strip()


def fold(text: str) -> str:
    """Lower case, no accents, straight apostrophes: the form in which words are compared."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def fold_words(text: str) -> tuple[str, ...]:
    """The folded words of a text."""
    return tuple(match.group() for match in _TOKEN.finditer(fold(text)))


@dataclass(frozen=True)
class Token:
    """One word, number or sign of a message."""

    text: str
    """Folded form."""
    start: int
    """Offset in the folded message."""
    end: int
    """Offset after its last character."""
    clause: int
    """Number of the clause it stands in; negation and cues do not reach over clauses."""


def tokenize(folded: str) -> list[Token]:
    """Tokens of a folded message, numbered by clause."""
    breaks = [match.start() for match in _BOUNDARY.finditer(folded)]
    tokens, clause = [], 0
    for match in _TOKEN.finditer(folded):
        while clause < len(breaks) and breaks[clause] < match.start():
            # A point inside a number ends no clause; the token pattern already took it.
            clause += 1
        tokens.append(Token(match.group(), match.start(), match.end(), clause))
    return tokens


STOPWORDS = frozenset(
    """
    a about actually again all also am an and any anything are as at be been but by can could did do
    does doesn't don't else ever film films find for from get give go good got great had has have
    hello help hey hi how i i'd i'll i'm i've if in into is it it's its just know less let let's
    like little look looking make many maybe me mean mood more most movie movies much my need new
    nice no not now of off ok okay on one ones only or other our out over perhaps please pls quite
    really recommend recommendation recommendations rather recommended see seen should show so some
    someone something somewhat stuff suggest suggestion suggestions sure tell than thank thanks that
    that's the their them then there these they thing things think this those time to tonight too
    try um up us very wanna want wanting wants was watch watched watching way we well were what
    what's when where which who why will with without would yes yet you your item items product
    products painting paintings wine wines book books bit kind sort type feel feeling today evening
    instead no none nothing never maybe bored idea ideas pick choose options option few couple give
    there's i'm favour fancy love loved enjoy enjoyed hate hated dislike disliked prefer after before
    under below above shorter longer between around newer older
    """.split()
)


def content_words(tokens: list[Token]) -> list[str]:
    """The words that carry a wish."""
    return [
        t.text for t in tokens if t.text not in STOPWORDS and t.text.isalpha() and len(t.text) > 2
    ]
