"""Wishes of simulated people: limits that a real item meets, and how they are said."""

import random
import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ...catalog.constraints import Constraint, describe_all, plain_number
from ...catalog.records import AttributeSpec, Item
from ...catalog.store import Catalog

Kind = Literal["volunteered", "on_ask", "hidden"]
"""Said at once; said when anything is asked; said when just that is asked. What is not yet said is
said when no item that is shown will do."""

RARE, COMMON = 0.003, 0.4
"""Shares of the items that have a value between which somebody would ask for it."""
_UNASKED = re.compile(r"_id$|^code$|^votes$|^vintages$|^elaborate$")
"""Attributes that nobody asks for."""
_SAID: dict[str, tuple[str, ...]] = {
    "genres": ("{value}", "something {value}", "{value} {noun}s"),
    "director": ("directed by {value}", "by {value}"),
    "cast": ("with {value}", "starring {value}"),
    "keywords": ("about {value}",),
    "language": ("in {value}",),
    "artist": ("by {value}",),
    "nationality": ("by a {value} artist",),
    "country": ("from {value}",),
    "grapes": ("made from {value}", "{value}"),
    "harmonize": ("that goes with {value}",),
    "brand": ("by {value}",),
    "type": ("{value}",),
}
_NUMBERS: dict[str, tuple[str, str]] = {
    "runtime": ("under {bound} minutes", "at least {bound} minutes long"),
    "price": ("under {bound}", "over {bound}"),
    "rating": ("rated at most {bound}", "rated at least {bound}"),
}
_YEARS = {"year"}
_TOPICS = {"keywords", "tags"}
"""Attributes that are never fully recorded, so that nobody can promise them."""


class Wish(BaseModel):
    """One thing that a person wants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limits: list[Constraint]
    """What an item must meet; two for a span of years."""
    kind: Kind
    """When it is said."""
    words: str
    """How."""

    @property
    def attribute(self) -> str:
        """What it is about."""
        return self.limits[0].attribute

    @property
    def hard(self) -> bool:
        """Whether it must hold; what an item is about is never fully recorded, and is hoped for."""
        return self.attribute not in _TOPICS

    @property
    def value(self) -> str:
        """The value or bound that must be in its words, whoever phrases it."""
        one = self.limits[0]
        return one.values[0] if one.values else plain_number(one.bound)


def wishes_met_by(catalog: Catalog, item: Item, draw: random.Random) -> list[Wish]:
    """Every kind of wish that an item meets, one for each attribute, in random order."""
    found = []
    for spec in catalog.manifest.attributes:
        value = item.attributes.get(spec.name)
        if value is None or spec.kind in ("text", "date") or _UNASKED.search(spec.name):
            continue
        limits = _number(spec, value, draw) if spec.kind == "numeric" else None
        if isinstance(value, str | list):
            limits = _value(catalog, spec, [value] if isinstance(value, str) else value, draw)
        if limits:
            words = said(catalog, limits, draw)
            found.append(Wish(limits=limits, kind="volunteered", words=words))
    draw.shuffle(found)
    return found


def said(catalog: Catalog, limits: Sequence[Constraint], draw: random.Random) -> str:
    """A wish in everyday words."""
    first = limits[0]
    spec = catalog.spec(first.attribute)
    if first.attribute in _YEARS and len(limits) == 2:
        return f"from the {plain_number(first.bound)}s"
    if first.bound is not None:
        if first.attribute in _NUMBERS:
            form = _NUMBERS[first.attribute][first.side == "lower"]
            return form.format(bound=plain_number(first.bound))
        return describe_all(catalog, limits)[0]
    forms = _SAID.get(first.attribute, ("{label} {value}",))
    noun = catalog.manifest.item_noun
    return draw.choice(forms).format(value=first.values[0], noun=noun, label=spec.label.lower())


def _value(
    catalog: Catalog, spec: AttributeSpec, values: list[str], draw: random.Random
) -> list[Constraint] | None:
    items = catalog.manifest.items
    usual = [one for one in values if RARE <= spec.vocabulary.get(one, 0) / items <= COMMON]
    if not usual:
        return None
    return [Constraint(attribute=spec.name, operator="in", values=(draw.choice(usual),))]


def _number(spec: AttributeSpec, value: object, draw: random.Random) -> list[Constraint] | None:
    number = float(value)  # type: ignore[arg-type]
    if spec.name in _YEARS:
        if number < 1900:
            return None
        decade = number // 10 * 10
        low = Constraint(attribute=spec.name, operator="at_least", bound=decade)
        return [low, Constraint(attribute=spec.name, operator="at_most", bound=decade + 9)]
    step = 0.5 if (spec.high or 0) <= 10 else 10.0
    if spec.name == "rating":
        bound = number // step * step
        return [Constraint(attribute=spec.name, operator="at_least", bound=bound)]
    bound = (number // step + 1) * step
    return [Constraint(attribute=spec.name, operator="below", bound=bound)]
