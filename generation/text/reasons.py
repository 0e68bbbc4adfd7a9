"""A reason in words from facts alone: what stands where no model's sentence survives."""

from collections.abc import Sequence

from .facts import Fact

SPOKEN = 3
"""Facts that a reason is made of."""
_TAGS = "attribute:tags"
"""What people tag freely is often an opinion; it is said when there is nothing else."""
_ORDER = {
    "look": 0, "standing": 0, "people": 1, "shared": 2, "similar": 3, "attribute": 4, "text": 5,
}  # fmt: skip


def telling(facts: Sequence[Fact]) -> list[Fact]:
    """The facts that say most: those about the person first, then the item's own, in order."""
    return sorted(facts, key=lambda fact: (fact.source == _TAGS, _ORDER[fact.source.split(":")[0]]))


def spoken(facts: Sequence[Fact], most: int = SPOKEN) -> list[Fact]:
    """The few most telling facts. The year is left to the title, where every answer shows it."""
    others = [fact for fact in telling(facts) if fact.source != "attribute:year"]
    return (others or list(facts))[:most]


def template_reason(facts: Sequence[Fact]) -> str:
    """The most telling facts as one line, each with its number."""
    return " ".join(f"{fact.text} [{fact.number}]" for fact in spoken(facts))
