"""What one message says, by itself: the output of a reader, before the dialogue is merged in."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ...catalog.constraints import Constraint
from .illustrating import AskedPicture

Intent = Literal[
    "recommend",  # wants suggestions, or narrows the last ones
    "more_like",  # wants what resembles something named
    "explain",  # why a suggestion
    "compare",  # two or more items side by side
    "rank",  # which of some items suits the person best
    "ask",  # a question about an item
    "feedback",  # liked, disliked, seen
    "history",  # what is known of the person
    "chat",  # greeting, thanks
    "help",  # what can you do
    "reset",  # start over
    "out_of_scope",  # not about the catalogue
]


class Wish(BaseModel):
    """Something wanted, softly."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    """In the person's words (folded)."""
    attribute: str | None = None
    """The attribute that it was linked to, if any."""
    values: tuple[str, ...] = ()
    """Values of that attribute, any of which grants it."""
    topical: bool = False
    """Whether the value is one of an open vocabulary (a keyword), never a complete description."""


class Reading(BaseModel):
    """One message, read."""

    model_config = ConfigDict(extra="forbid")

    intent: Intent | Literal["write", "illustrate", "crisis", "private"] = "recommend"
    """What the person wants to happen; a text about an item and a picture for it are asked for in
    plain words only, as is seen that somebody may be in danger, or asks for what is private: no
    model learns that."""
    channel: str = ""
    """Where such a text would go."""
    painted: AskedPicture | None = None
    """What such a picture would be."""
    constraints: list[Constraint] = []
    """Hard constraints that the message states."""
    wishes: list[Wish] = []
    """Soft wishes that it states."""
    released: list[str] = []
    """Attributes whose earlier constraints it gives up."""
    released_values: list[str] = []
    """Values, and words without one, that it no longer excludes or requires."""
    overridden: list[str] = []
    """Attributes of one value an item, whose earlier required values the new ones replace."""
    references: list[str] = []
    """Items that it speaks about, in the order named."""
    liked: list[str] = []
    """Items that it says were liked."""
    disliked: list[str] = []
    """Items that it turns down."""
    seen: list[str] = []
    """Items that it says are known already."""
    picture: str = ""
    """Id of the picture that it came with, which the answer should resemble."""
    replaces: bool = False
    """Whether new values replace earlier ones of the same attribute: a change of mind."""
    fresh: bool = False
    """Whether it asks anew, so that an earlier `like that one` no longer steers."""
    unread: list[str] = []
    """Content words that no reader explained; they are searched for as they stand."""
    notes: list[str] = []
    """What the reply should tell the person about the reading, in full sentences."""
