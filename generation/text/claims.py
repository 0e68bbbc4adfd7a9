"""Whether a piece of copy says only what may be said: the gate that every asset passes."""

import re
from collections.abc import Collection, Sequence

from .brand import Brand, banned_in
from .channels import FieldSpec
from .facts import Fact
from .verify import fold, supported
from .wording import names_another, sentences_of, speakable, without_names

_QUOTE = re.compile(r"[“\"«]([^“”\"«»]+)[”\"»]")


def unsupported(
    text: str, title: str, facts: Sequence[Fact], titles: Collection[str] = frozenset(),
    brand: Brand | None = None, noun: str = "item",
) -> list[str]:  # fmt: skip
    """The sentences of a text that neither the facts nor the brand's own claims say.

    Args:
        titles: every title of the catalogue, as `title_forms` makes them.
    """
    ground = [*speakable(facts), noun, title]
    if brand is not None:
        ground += [*brand.claims, *brand.disclaimers, brand.name]
    found = []
    for sentence in sentences_of(text, [title]):
        bare = without_names(sentence, [title])
        bare = _without_quotes(bare, facts)
        if bare.strip(" .!?:,") in ("it", ""):
            continue
        if not supported(bare, ground) or names_another(bare, ground, titles):
            found.append(sentence)
    return found


def problems(
    text: str,
    spec: FieldSpec,
    title: str,
    facts: Sequence[Fact],
    brand: Brand,
    titles: Collection[str] = frozenset(),
    noun: str = "item",
) -> list[str]:
    """Why a piece of copy does not pass; empty where it does."""
    found = []
    if not text.strip():
        return ["it is empty"]
    if len(text) > spec.limit:
        found.append(f"it has {len(text)} characters, {spec.limit} are allowed")
    found += [f"it has the banned word {one!r}" for one in banned_in(text, brand.banned_words)]
    for sentence in unsupported(text, title, facts, titles, brand, noun):
        found.append(f"no fact says {sentence!r}")
    return found


def _without_quotes(sentence: str, facts: Sequence[Fact]) -> str:
    """The sentence without quotations that are the item's own text, word for word."""
    own = [fold(fact.text) for fact in facts if fact.source == "text"]

    def known(match: re.Match[str]) -> str:
        quoted = fold(match[1]).strip(" .,!?…")
        return "it" if quoted and any(quoted in text for text in own) else match.group()

    return _QUOTE.sub(known, sentence)
