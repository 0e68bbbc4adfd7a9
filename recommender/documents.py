"""An item as text: for the lexical index every word, for the encoder what it is about."""

from ..catalog.records import AttributeValue, Item

FROM_PEOPLE = frozenset({"rating", "votes", "tags"})
"""Attributes that come from people who met the item. A model that is evaluated on what people met
later must not read them, so they are in no vector; search by word still finds tags."""


def lexical_document(item: Item) -> str:
    """Title, text and every attribute value that has words."""
    values = (_words(value) for value in item.attributes.values())
    return " ".join(part for part in (item.title, item.text, *values) if part)


def semantic_document(item: Item) -> str:
    """Title, attribute values with their names, then the text: the encoder cuts the end off."""
    parts = [item.title]
    for name, value in item.attributes.items():
        if name not in FROM_PEOPLE and (words := _words(value)):
            parts.append(f"{name}: {words}")
    return ". ".join([*parts, item.text]) if item.text else ". ".join(parts)


def _words(value: AttributeValue) -> str:
    if isinstance(value, list):
        return ", ".join(value[:12])
    return value if isinstance(value, str) else ""
