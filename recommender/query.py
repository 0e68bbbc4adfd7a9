"""What the recommender is asked, and what it answers."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ..catalog.constraints import Constraint


class Preference(BaseModel):
    """A soft wish that names attribute values: items that have one of them come first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attribute: str
    """Name of the attribute."""
    values: tuple[str, ...]
    """Any of these values grants the wish."""


class Query(BaseModel):
    """One request for candidates."""

    model_config = ConfigDict(extra="forbid")

    text: str = ""
    """What the person said they want, in words; empty when they said nothing of content."""
    constraints: tuple[Constraint, ...] = ()
    """What every candidate must satisfy."""
    preferences: tuple[Preference, ...] = ()
    """What candidates should satisfy; those that satisfy more of them come first."""
    similar_to: tuple[str, ...] = ()
    """Item ids that the answer should resemble."""
    picture: Path | None = None
    """A picture that the answer should resemble; `text` says what is to be different."""
    user: str | None = None
    """Whose history in the catalogue speaks for their taste; none: that of a guest."""
    liked: tuple[str, ...] = ()
    """Item ids that the person liked, oldest first."""
    exclude: tuple[str, ...] = ()
    """Item ids that must not come back: seen, rejected, shown."""


class Candidate(BaseModel):
    """An item with the channels that found it."""

    item_id: str
    """The item."""
    score: float
    """Fused score; comparable within one answer, among items that grant equally many."""
    channels: dict[str, float]
    """Channel name -> that channel's own score of the item."""
    granted: int
    """How many of the query's preferences the item satisfies."""
