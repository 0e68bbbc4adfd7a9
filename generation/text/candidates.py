"""Several texts for one purpose, each cut to what facts support; the best one is taken.

What ranks them is known without the model: how much of a text survived, whether it speaks of the
person, whether it answers, how long it is, whether it repeats itself.
"""

import re
from collections.abc import Collection, Sequence

from pydantic import BaseModel, ConfigDict

from .facts import Fact
from .verify import supported
from .wording import sentences_of, speakable, without_names, written_reason

PERSONAL = ("people:", "shared:", "similar:")
"""Sources of facts that speak of the person."""
_REQUEST = re.compile(
    r"(?i)\b(?:you(?:'ve| have)? (?:also )?(?:want|wanted|ask|asked|mention|mentioned|request"
    r"|requested|said|named|wished|looked|told)"
    r"|as (?:you )?(?:asked|requested|expected|wanted|mentioned|named)"
    r"|your (?:\w+ )?(?:request|wish|question|list))\b"
)
"""Says that the person asked for something."""
_WORDS_AT_BEST = 30
_CITED = re.compile(r"\s*\[\d+\]")
_WORD = re.compile(r"\w+")


class Statement(BaseModel):
    """One sentence and what it rests on."""

    model_config = ConfigDict(extra="forbid")

    text: str
    """The sentence, without numbers of facts."""
    facts: list[int]
    """Numbers of the facts that say it, never none."""

    @property
    def marked(self) -> str:
        """The sentence with the numbers behind it."""
        return f"{self.text} {''.join(f'[{number}]' for number in self.facts)}"


class Draft(BaseModel):
    """One text of a model's after checking."""

    model_config = ConfigDict(extra="forbid")

    written: str
    """As it came."""
    text: str
    """What is left of it, with numbers of facts; empty where nothing is."""
    statements: list[Statement]
    """The same, sentence by sentence."""
    cut: list[str]
    """Sentences that no fact supports, or that are not whole."""
    score: float
    """How good it is; 0 where nothing is left."""


def checked(
    written: str, title: str, facts: Sequence[Fact], titles: Collection[str] = frozenset(),
    wanted: Collection[int] = (), asked: bool = False,
) -> Draft:  # fmt: skip
    """A model's text, cut to what its facts support, and its score.

    Args:
        titles: every title of the catalogue, as `title_forms` makes them; no other is named.
        wanted: numbers of the facts that the question asks for.
        asked: whether the person asked for something, so that a sentence may say so.
    """
    statements, cut = [], []
    by_number = {fact.number: fact for fact in facts}
    for sentence in dict.fromkeys(sentences_of(_CITED.sub("", written), [title])):
        kept = written_reason(sentence, title, facts, titles)
        cited = [by_number[int(number)] for number in re.findall(r"\[(\d+)\]", kept)]
        text = _CITED.sub("", kept)
        # What it cites must say all of it, not only some fact here and some there.
        invented = _REQUEST.search(text) and not asked
        if cited and not invented and supported(without_names(text, [title]), speakable(cited)):
            statements.append(Statement(text=text, facts=[fact.number for fact in cited]))
        else:
            cut.append(sentence)
    return Draft(
        written=written,
        text=" ".join(one.marked for one in statements),
        statements=statements,
        cut=cut,
        score=_score(statements, cut, facts, wanted) if statements else 0.0,
    )


def best(drafts: Sequence[Draft]) -> Draft | None:
    """The draft that scores best, the first among equals; none where nothing is left of any."""
    left = [one for one in drafts if one.score > 0]
    return max(left, key=lambda one: one.score) if left else None


def completed(
    taken: Draft, drafts: Sequence[Draft], facts: Sequence[Fact], most: int
) -> list[Statement]:
    """The statements of a draft, and those of others that say more of the person, up to `most`."""
    personal = {fact.number for fact in facts if fact.source.startswith(PERSONAL)}
    found = list(taken.statements)
    said = {number for one in found for number in one.facts}
    for draft in sorted(drafts, key=lambda one: -one.score):
        for one in draft.statements:
            new = set(one.facts) & personal - said
            if new and len(found) < most:
                found.append(one)
                said |= set(one.facts)
    return found


def _score(
    statements: Sequence[Statement],
    cut: Sequence[str],
    facts: Sequence[Fact],
    wanted: Collection[int],
) -> float:
    """From 0 to 4.5: support, person, answer, brevity without repetition."""
    said = {number for one in statements for number in one.facts}
    known = {fact.number: fact for fact in facts}
    support = len(statements) / (len(statements) + len(cut))
    personal = sum(known[number].source.startswith(PERSONAL) for number in said)
    answers = bool(said & set(wanted)) if wanted else False
    words = [word.lower() for one in statements for word in _WORD.findall(one.text)]
    variety = len(set(words)) / len(words)
    brevity = min(1.0, _WORDS_AT_BEST / len(words))
    return support + (0.0, 1.0, 1.5)[min(personal, 2)] + answers + variety * brevity
