"""Items as the API gives them."""

from typing import Any
from urllib.parse import quote

from pydantic import Field

from ....catalog.records import AttributeValue
from ....catalog.store import Catalog
from ..paintings import address_of
from .record import Record


class ItemRecord(Record):
    """An item of the catalogue."""

    item_id: str = Field(examples=["27"])
    """Its id."""
    title: str = Field(examples=["Spirited Away"])
    """What it is called."""
    text: str
    """Its description; empty where there is none."""
    attributes: dict[str, AttributeValue]
    """What else the catalogue knows of it."""
    url: str = Field(examples=["/v1/items/27"])
    """Where it is had, relative to the server."""
    picture: str = Field(examples=["/v1/items/27/picture"])
    """Where its picture is had; painted when first asked for where it has none of its own."""


class FactRecord(Record):
    """A statement about an item that the catalogue bears out."""

    number: int
    """What a reason cites, from 1."""
    item_id: str
    """The item that it is about."""
    text: str = Field(examples=["Genre: Animation, Fantasy."])
    """The statement."""
    source: str = Field(examples=["attribute:genres"])
    """Where it is from: `attribute:NAME`, `standing:NAME`, `text`, `shared:ITEM`, `similar:ITEM`,
    `people:ITEM` or `look:picture`."""
    strength: float | None = None
    """How strong it is, where that is a number."""


class ShownItem(Record):
    """An item of an answer, with what the answer says of it."""

    item_id: str = Field(examples=["27"])
    """Its id."""
    title: str = Field(examples=["Spirited Away"])
    """What it is called."""
    rank: int
    """Its place in the answer, from 1."""
    reason: str
    """Why it is there; `[1]` cites a fact by its number."""
    facts: list[FactRecord]
    """What the reason stands on."""
    channels: dict[str, float]
    """What found it: channel -> score."""
    url: str = Field(examples=["/v1/items/27"])
    """Where it is had, relative to the server."""
    picture: str = Field(examples=["/v1/items/27/picture"])
    """Where its picture is had."""
    painted: str | None = None
    """Where a picture that this turn painted for it is had; none: it painted none."""


def item_url(item_id: str) -> str:
    """The path of an item."""
    return f"/v1/items/{quote(item_id, safe='')}"


def item_record(catalog: Catalog, item_id: str) -> ItemRecord:
    """One item of the catalogue."""
    item = catalog.item(item_id)
    url = item_url(item_id)
    return ItemRecord(
        item_id=item_id, title=item.title, text=item.text, attributes=item.attributes, url=url,
        picture=f"{url}/picture",
    )  # fmt: skip


def shown_item(item: dict[str, Any]) -> ShownItem:
    """One item of a turn's JSON object."""
    url = item_url(item["item_id"])
    painted = item.get("painted")
    return ShownItem(
        item_id=item["item_id"], title=item["title"], rank=item["rank"], reason=item["why"],
        facts=[FactRecord.model_validate(one) for one in item["facts"]], channels=item["channels"],
        url=url, picture=f"{url}/picture",
        painted=address_of(painted) if painted else None,
    )  # fmt: skip
