"""How a picture is to look, and the caption that tells a generator so."""

from pydantic import BaseModel, ConfigDict

PATTERN = "pattern"


class Look(BaseModel):
    """Style, ground, colours and composition of a picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: str
    """What it is made like: `watercolour`."""
    ground: str | None = None
    """Colour behind the subject, by its name; none: left to chance."""
    grade: str | None = None
    """How all colours are shifted: `muted`; none: as they are."""
    composition: str | None = None
    """`close-up`, `small` or `pattern`; none: the subject alone in the middle."""


def caption(subject: str, look: Look) -> str:
    """What a picture of a subject in a look is called, in training and in use alike."""
    head = f"{PATTERN} of {subject}" if look.composition == PATTERN else subject
    parts = [head, look.style]
    if look.composition and look.composition != PATTERN:
        parts.append(look.composition)
    if look.grade:
        parts.append(f"{look.grade} colours")
    if look.ground:
        parts.append(f"on {look.ground}")
    return ", ".join(parts)
