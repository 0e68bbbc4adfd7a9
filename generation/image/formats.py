"""Formats of finished images: how large they are, and where text may stand."""

import tomllib
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from ...errors import BadInputError
from .records import Box

T = TypeVar("T")
_SHIPPED = Path(__file__).parent / "formats.toml"


class Margins(BaseModel):
    """What the edge of a format keeps free of text, product and logo."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    left: int = Field(ge=0)
    """Pixels."""
    top: int = Field(ge=0)
    """Pixels."""
    right: int = Field(ge=0)
    """Pixels."""
    bottom: int = Field(ge=0)
    """Pixels."""


class Format(BaseModel):
    """One size of finished images."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """What it is asked for by."""
    title: str
    """Shown to people."""
    width: int = Field(ge=64, le=4096)
    """Pixels."""
    height: int = Field(ge=64, le=4096)
    """Pixels."""
    margins: Margins
    """Outside the safe area."""
    channels: list[str]
    """Channels of marketing copy that take it."""

    @property
    def safe(self) -> Box:
        """Where text, product and logo may stand."""
        margins = self.margins
        return Box(
            left=margins.left,
            top=margins.top,
            right=self.width - margins.right,
            bottom=self.height - margins.bottom,
        )

    @property
    def canvas(self) -> Box:
        """The whole of it."""
        return Box(left=0, top=0, right=self.width, bottom=self.height)

    @property
    def scale(self) -> float:
        """The geometric mean of its sides in pixels: the unit of type sizes and gaps."""
        return (self.width * self.height) ** 0.5


@cache
def shipped_formats() -> dict[str, Format]:
    """The formats that ship, by name."""
    with _SHIPPED.open("rb") as file:
        return {name: Format(name=name, **table) for name, table in tomllib.load(file).items()}


def format_named(name: str) -> Format:
    """A format by its name.

    Raises:
        BadInputError: there is none of that name.
    """
    return named(name, shipped_formats(), "format")


def named(name: str, known: dict[str, T], kind: str) -> T:
    """One of `known`, or an error that offers the nearest name and says all.

    Raises:
        BadInputError: there is none of that name.
    """
    if name in known:
        return known[name]
    from rapidfuzz import process

    nearest = process.extractOne(name, list(known), score_cutoff=60)
    meant = f" (did you mean {nearest[0]}?)" if nearest else ""
    raise BadInputError(
        f"There is no {kind} {name!r}{meant}; there are: {', '.join(sorted(known))}."
    )
