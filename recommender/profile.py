"""A person's taste from their history in the catalogue."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from ..catalog.store import Catalog
from .collaborative import ROUNDING


class Profile(BaseModel):
    """What a catalogue knows of a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    liked: list[str] = []
    """Items rated at least the person's own mean (all, where nothing is rated), oldest first."""
    known: list[str] = []
    """Every item that they interacted with, oldest first."""
    favourites: list[str] = []
    """The liked items, best rated first, the more recent first among equals."""


@lru_cache(maxsize=256)  # a catalogue does not change while it is open
def profile_of(catalog: Catalog, user_id: str | None) -> Profile:
    """The profile of a user; empty for a guest (`None`)."""
    if user_id is None:
        return Profile()
    history = catalog.history(user_id)
    items, values = history["item_id"].to_list(), history["value"].to_list()
    rated = [value for value in values if value is not None]
    mean = sum(rated) / len(rated) if rated else 0.0
    pairs = [
        (item, mean if value is None else value)
        for item, value in zip(items, values, strict=True)
        if value is None or value >= mean - ROUNDING
    ]
    newest_first = pairs[::-1]
    best_first = sorted(newest_first, key=lambda pair: -pair[1])
    return Profile(
        liked=list(dict.fromkeys(item for item, _ in pairs)),
        known=list(dict.fromkeys(items)),
        favourites=list(dict.fromkeys(item for item, _ in best_first)),
    )
