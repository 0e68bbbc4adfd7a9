"""Whether a message asks for a picture to be made, and of what kind.

Only plain words count (`make me a poster for it in watercolour`), for the reason that `writing`
gives.
"""

import re

from pydantic import BaseModel, ConfigDict

from .patterns import one_of

_FILLER = one_of(
    "ok", "okay", "and", "now", "so", "then", "great", "nice", "cool", "thanks", "please",
    "could you", "can you", "would you", "i want you to", "i'd like you to", "let's",
)  # fmt: skip
_VERB = one_of("make", "paint", "draw", "create", "design", "generate")
"""At the start only: `a film about how to draw pictures` asks for none."""
_BETWEEN = r"(?:[\w'-]+ ){0,4}?"
_KINDS = {
    "story": ("instagram stor(?:y|ies)", "stor(?:y|ies) (?:picture|image)"),
    "landscape": ("banners?", "header images?"),
    "thumbnail": ("thumbnails?",),
    "portrait": ("posters?", "flyers?"),
    "square": (
        "pictures?", "images?", "illustrations?", "paintings?", "drawings?", "artworks?",
        "visuals?",
    ),
}  # fmt: skip
_ASKS = {
    name: re.compile(rf"^(?:{_FILLER}[, ]+){{0,3}}{_VERB} {_BETWEEN}{one_of(*kinds)}(?!\w)")
    for name, kinds in _KINDS.items()
}
_BARE = re.compile(
    rf"^(?:{_FILLER}[, ]+){{0,3}}(?:illustrate|paint|draw) (?:it|that|this|the \w+)(?!\w)"
)
_STYLE = re.compile(r"\b(?:in|as|like|using) (?:an? )?([a-z][a-z0-9 -]{2,40}?)(?: style)?[.!?]*$")
_SHOWING = re.compile(
    r"\b(?:showing|depicting|with) (?:an? |the )?([a-z][a-z -]{2,30}?)(?= in | as |[.,!?]|$)"
)
_NO_STYLE = frozenset("it that this one me us them first second third last next general".split())


class AskedPicture(BaseModel):
    """A picture that a message asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    """Name of the format that suits what it was called."""
    style: str = ""
    """In the person's words; empty where none was named."""
    subject: str = ""
    """What it should show, in the person's words; empty where they left that open."""


def asked_picture(folded: str) -> AskedPicture | None:
    """The picture that a message asks to be made; none where it asks for none."""
    found = next((name for name, pattern in _ASKS.items() if pattern.search(folded)), "")
    if not found and not _BARE.search(folded):
        return None
    style = _STYLE.search(folded)
    subject = _SHOWING.search(folded)
    named = style.group(1).strip() if style else ""
    return AskedPicture(
        format=found or "square",
        style="" if set(named.split()) & _NO_STYLE else named,
        subject=subject.group(1).strip() if subject else "",
    )
