"""What a question about an item asks for, and the facts that answer it."""

import re
from collections.abc import Sequence

import numpy as np

from ...catalog.records import AttributeSpec, Item
from ...catalog.store import Catalog
from ...recommender.profile import profile_of
from ...recommender.recommender import Recommender
from .facts import Fact, gather_facts
from .verify import fold

LIKED = 20
"""Liked items that may speak for an item."""
GATHERED = 16
"""Facts that are looked through for those that answer a question."""
# Questions whose words are not the attribute's own.
_ASKED = {"who": ("director", "artist", "author", "maker"), "when": ("year", "date")}
_LOOSE_CUES = frozenset({"with", "about"})
# How a number compares with others, by what it counts.
_MORE = {
    "minutes": ("longer", "shorter"), "pages": ("longer", "shorter"), "year": ("newer", "older"),
    "price": ("dearer", "cheaper"),
}  # fmt: skip
_WHY = re.compile(r"^\W*(?:$|why\b|how come|convince|what (?:speaks|makes)|reasons?\b)")


def asked_attributes(catalog: Catalog, question: str) -> list[AttributeSpec]:
    """The attributes that a question asks for, by their names and cue words."""
    text = fold(question)
    specs = [spec for spec in catalog.manifest.attributes if spec.kind != "text"]
    found = [spec for spec in specs if _asks_for(spec, text)]
    if not found:
        words = set(re.findall(r"[a-z]+", text))
        names = [name for word, listed in _ASKED.items() if word in words for name in listed]
        found = [spec for spec in specs if spec.name in names]
    return found


def asks_why(question: str) -> bool:
    """Whether a question asks for reasons; no question does, too."""
    return bool(_WHY.match(fold(question)))


def evidence(
    recommender: Recommender,
    item_id: str,
    *,
    user: str | None = None,
    liked: Sequence[str] = (),
    question: str = "",
    limit: int = 10,
) -> list[Fact]:
    """Numbered facts about an item, those that answer the question first.

    To "why" the facts about the person come first; to another question the attributes that it asks
    for, how their numbers compare with the other items', and what is closest to it in meaning.

    Args:
        liked: items that the person named; where there are none, the user's own favourites speak.
    """
    catalog = recommender.catalog
    grounds = list(liked) or profile_of(catalog, user).favourites[:LIKED]
    facts = gather_facts(recommender, item_id, liked=grounds, words=question, limit=GATHERED)
    if not asks_why(question):
        facts = _for_question(recommender, catalog.item(item_id), facts, question)
    return [fact.model_copy(update={"number": n}) for n, fact in enumerate(facts[:limit], 1)]


def standing(catalog: Catalog, spec: AttributeSpec, item: Item) -> str:
    """How an item's number compares with the catalogue's: `Longer than 87 of 100 films here.`

    Empty where it has none, or where it lies in the middle.
    """
    value = item.attributes.get(spec.name)
    if spec.kind != "numeric" or not isinstance(value, int | float):
        return ""
    values = catalog.items[spec.name].drop_nulls().to_numpy()
    below, above = (round(100 * float(np.mean(side))) for side in (values < value, values > value))
    more, less = _MORE.get(spec.unit or "", _MORE.get(spec.name, ("higher", "lower")))
    word, share = (more, below) if below >= above else (less, above)
    if not 50 < share < 100:
        return ""
    return f"{spec.label}: {word} than {share} of 100 {catalog.manifest.item_noun}s here."


def _for_question(
    recommender: Recommender, item: Item, facts: list[Fact], question: str
) -> list[Fact]:
    catalog = recommender.catalog
    asked = asked_attributes(catalog, question)
    sources = [f"attribute:{spec.name}" for spec in asked]
    first = [fact for fact in facts if fact.source in sources]
    for spec in asked:
        if said := standing(catalog, spec, item):
            source = f"standing:{spec.name}"
            first.append(Fact(number=1, item_id=item.item_id, text=said, source=source))
    rest = [fact for fact in facts if fact.source not in sources]
    if rest:
        meanings = recommender.encoder.encode([question, *(fact.text for fact in rest)])
        nearest = np.argsort(-(meanings[1:] @ meanings[0]), kind="stable")
        rest = [rest[n] for n in nearest]
    return [*first, *rest]


def _asks_for(spec: AttributeSpec, text: str) -> bool:
    cues = {spec.name, spec.label.lower(), *(set(spec.cues) - _LOOSE_CUES)}
    return any(re.search(rf"\b{re.escape(cue)}\b", text) for cue in cues)
