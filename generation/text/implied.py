"""Words that a fact allows beside its own: `costs` where there is a price, `Italian` for Italy."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).parent / "implied.toml"


def implied_words(facts: Iterable[str]) -> set[str]:
    """What folded facts imply by their labels and values."""
    return {word for fact in facts for word in _of_fact(fact)}


@lru_cache(maxsize=4096)  # facts come again with every draft
def _of_fact(fact: str) -> frozenset[str]:
    label, colon, values = fact.partition(": ")
    found: set[str] = set()
    if colon and not fact.startswith("in common with"):
        found |= label_words(label)
    found |= {f"{word[:-3]}ist" for word in re.findall(r"[a-z]{3,}ism\b", fact)}
    for value, words in _table()["values"].items():
        if value in fact and re.search(rf"\b{re.escape(value)}\b", values or fact):
            found |= set(words.split())
    return frozenset(found)


@cache
def label_words(label: str) -> frozenset[str]:
    """What a folded label implies."""
    return frozenset(
        word
        for row in _table()["labels"]
        if any(re.search(rf"\b{re.escape(name)}s?\b", label) for name in row["label"])
        for word in row["words"].split()
    )


@cache
def _table() -> dict[str, Any]:
    with _TABLE.open("rb") as file:
        return tomllib.load(file)
