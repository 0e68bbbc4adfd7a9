"""Numbered facts about an item, for a person: the only ground that an answer may stand on.

A fact is a sentence, its source, and the values it states. Facts are made by code from catalogue
rows and interactions; a model may cite them, never add to them.
"""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from ...catalog.constraints import Constraint, plain_number
from ...catalog.records import AttributeSpec, AttributeValue, Item
from ...recommender.query import Preference
from ...recommender.recommender import Recommender

SHOWN_VALUES = 3
"""Values of one multi-valued attribute that a fact names."""
SNIPPET_CHARS = 160
MIN_SUPPORT = 3
"""People behind a statement about what people liked."""
MIN_SHARE = 0.1
"""Share of them that makes the statement worth saying."""
MIN_SURPRISE = 1.0
"""Standard deviations above chance that make the statement worth saying."""
MIN_LIKENESS = 0.995
"""Share of the catalogue that a liked item must resemble less for likeness to be a fact."""


Said = tuple[str, str, float | None]
"""Source, statement and strength of a fact that has no number yet."""


class Fact(BaseModel):
    """One checkable statement."""

    model_config = ConfigDict(extra="forbid")

    number: int
    """What an answer cites, from 1."""
    item_id: str
    """The item that the fact is about."""
    text: str
    """The statement, a full sentence."""
    source: str
    """Where it is from: `attribute:NAME`, `standing:NAME` (how its value compares with the other
    items'), `text`, `shared:ITEM`, `similar:ITEM`, `people:ITEM`, `look:picture`. A name is a
    column of the catalogue's items, an ITEM one of its rows."""
    strength: float | None = None
    """How strong it is, where that is a number: cosine of the likeness, share of the people."""


def gather_facts(
    recommender: Recommender,
    item_id: str,
    *,
    liked: Sequence[str] = (),
    constraints: Sequence[Constraint] = (),
    wishes: Sequence[Preference] = (),
    words: str = "",
    look: str = "",
    limit: int = 8,
    start: int = 1,
) -> list[Fact]:
    """Facts about an item, the most telling for this person and request first.

    Args:
        liked: items that the person liked or asked to resemble, most telling first.
        words: what the person said; a sentence of the item's text that shares a word is quoted.
        look: what is known of how it looks beside the person's picture.
        start: number of the first fact.
    """
    item = recommender.catalog.item(item_id)
    asked = [one.attribute for one in (*constraints, *wishes)]
    wanted = {value for one in (*constraints, *wishes) for value in one.values}
    texts: list[Said] = [("look:picture", look, None)] if look else []
    texts += _attributes(recommender, item, list(dict.fromkeys(asked)), wanted)
    texts += _shared(recommender, item, liked)
    texts += _people(recommender, item_id, liked)
    texts += _similar(recommender, item, liked)
    rest = [spec.name for spec in recommender.catalog.manifest.attributes if spec.name not in asked]
    snippet = _snippet(item.text, words)
    attributes = _attributes(recommender, item, [n for n in rest if n != "votes"], wanted)
    texts += [*attributes[:4], *snippet, *attributes[4:]]
    return [
        Fact(number=number, item_id=item_id, source=source, text=text, strength=strength)
        for number, (source, text, strength) in enumerate(texts[:limit], start)
    ]


def attribute_sentence(spec: AttributeSpec, value: AttributeValue, first: set[str]) -> str:
    """An attribute value as a sentence, the values in `first` named before the others.

    Empty when nothing in the value is worth saying.
    """
    if isinstance(value, list):
        ordered = sorted(value, key=lambda one: one not in first)
        shown = [one for one in ordered if not _one_off(spec, one)][:SHOWN_VALUES]
        return f"{spec.label}: {', '.join(shown)}." if shown else ""
    if isinstance(value, float | int):
        unit = f" {spec.unit}" if spec.unit else ""
        return f"{spec.label}: {plain_number(value)}{unit}."
    return f"{spec.label}: {value}."


def _attributes(
    recommender: Recommender, item: Item, names: list[str], wanted: set[str]
) -> list[Said]:
    found: list[Said] = []
    for name in names:
        value = item.attributes.get(name)
        spec = recommender.catalog.spec(name)
        if value is not None and spec.kind != "text":
            sentence = attribute_sentence(spec, value, wanted)
            found += [(f"attribute:{name}", sentence, None)] if sentence else []
    return found


def _one_off(spec: AttributeSpec, value: str) -> bool:
    """A free word that one person put on one item: a remark, not a fact."""
    return spec.kind == "multi" and value.islower() and spec.vocabulary.get(value, 0) < 2


def _shared(recommender: Recommender, item: Item, liked: Sequence[str]) -> list[Said]:
    """What the item shares with the liked item that it shares most with."""
    best: tuple[float, str, list[str]] = (0.0, "", [])
    for other_id in liked:
        if other_id == item.item_id:
            continue
        other = recommender.catalog.item(other_id)
        rarity, shared = _common_values(recommender, item, other)
        if rarity > best[0]:
            best = (rarity, other_id, shared)
    if not best[1]:
        return []
    title = recommender.catalog.item(best[1]).title
    said = f"In common with {title}: {', '.join(best[2][:SHOWN_VALUES])}."
    return [(f"shared:{best[1]}", said, None)]


def _common_values(recommender: Recommender, item: Item, other: Item) -> tuple[float, list[str]]:
    """Shared attribute values, rarest first, and how telling they are together."""
    found: list[tuple[float, str]] = []
    for spec in recommender.catalog.manifest.attributes:
        mine, theirs = item.attributes.get(spec.name), other.attributes.get(spec.name)
        if spec.kind not in ("multi", "categorical") or mine is None or theirs is None:
            continue
        for value in _values(mine):
            count = spec.vocabulary.get(value, 0)
            if value in _values(theirs) and 0 < count < recommender.catalog.manifest.items / 3:
                found.append((1.0 / count, value))
    found.sort(key=lambda pair: -pair[0])
    unique = list(dict.fromkeys(value for _, value in found))
    return sum(rarity for rarity, _ in found), unique


def _people(recommender: Recommender, item_id: str, liked: Sequence[str]) -> list[Said]:
    """The most surprising statement of the form: of so many who liked X, so many liked this.

    Surprising against the share of all people who liked this, in standard deviations; what only
    says that the item is popular is not said.
    """
    row = recommender.catalog.row_of(item_id)
    least = MIN_SURPRISE
    best: list[Said] = []
    for other_id in liked:
        other = recommender.catalog.row_of(other_id)
        if other is None or row is None or other == row:
            continue
        people, both = recommender.people.liked_both(other, row)
        if both < MIN_SUPPORT or both < MIN_SHARE * people:
            continue
        expected = people * float(recommender.people.popularity[row]) / recommender.people.people
        surprise = (both - expected) / expected**0.5
        if surprise > least:
            title = recommender.catalog.titles[other]
            text = f"Of {people} people who liked {title}, {both} liked this too."
            least = surprise
            best = [(f"people:{other_id}", text, round(both / people, 2))]
    return best


def _similar(recommender: Recommender, item: Item, liked: Sequence[str]) -> list[Said]:
    """The liked item whose description is closest in meaning, where it is among the closest of the
    whole catalogue."""
    row = recommender.catalog.row_of(item.item_id)
    if not (item.text or item.attributes):
        return []  # a title alone says little
    rows = [recommender.catalog.row_of(one) for one in liked]
    others = [one for one in rows if one is not None and one != row]
    if row is None or not others:
        return []
    own = recommender.vectors.vectors([row])[0]
    cosines = recommender.vectors.vectors(others) @ own
    best = int(cosines.argmax())
    closest = max(round((1 - MIN_LIKENESS) * recommender.vectors.count), 1) + 1  # itself is one
    _, scores = recommender.vectors.search(own, closest)
    if cosines[best] < scores[-1]:
        return []
    title, other_id = (
        side[others[best]] for side in (recommender.catalog.titles, recommender.catalog.item_ids)
    )
    said = f"Close to {title} in content."
    return [(f"similar:{other_id}", said, round(float(cosines[best]), 2))]


def _snippet(text: str, words: str) -> list[Said]:
    """The sentence of the item's text that shares most words with the request, else the first."""
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", text) if part]
    if not sentences:
        return []
    asked = set(re.findall(r"\w{4,}", words.lower()))
    best = max(sentences, key=lambda one: len(asked & set(re.findall(r"\w{4,}", one.lower()))))
    if len(best) > SNIPPET_CHARS:
        best = best[:SNIPPET_CHARS].rsplit(" ", 1)[0] + "…"
    return [("text", f"Its description: “{best}”", None)]


def _values(value: AttributeValue) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def as_dicts(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Facts as plain dicts, for state and JSON."""
    return [fact.model_dump() for fact in facts]
