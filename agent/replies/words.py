"""Small matters of wording."""

from ...catalog.store import Catalog


def plural(noun: str, count: int) -> str:
    """The noun for a count of things; `match` after a count is a verb: one matches, two match."""
    if noun == "match":
        return "matches" if count == 1 else "match"
    if count == 1:
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def display_title(catalog: Catalog, item_id: str) -> str:
    """Title, with the year where the catalogue has one."""
    item = catalog.item(item_id)
    year = item.attributes.get("year")
    return f"{item.title} ({year:g})" if isinstance(year, int | float) else item.title
