"""How a picture is to look, and the caption that tells a generator so."""

from pydantic import BaseModel, ConfigDict


class Look(BaseModel):
    """Style, ground and composition of a picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    style: str
    """What it is made like: `watercolour`."""
    ground: str | None = None
    """Colour behind the subject, by its name; none: left to chance."""
    pattern: bool = False
    """Whether the subject is repeated, as on wallpaper; else it stands alone in the middle."""


def caption(subject: str, look: Look) -> str:
    """What a picture of a subject in a look is called, in training and in use alike."""
    parts = [f"pattern of {subject}" if look.pattern else subject, look.style]
    if look.ground:
        parts.append(f"on {look.ground}")
    return ", ".join(parts)
