"""Layouts: versioned templates that say where in a format picture, product, texts and logo stand.

A layout is never changed once it was used: its next version is another table.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ...errors import BadInputError
from .fonts import Family
from .formats import Format, named
from .records import Box
from .text_fitting import Align

_SHIPPED = Path(__file__).parent / "layouts.toml"

Fractions = tuple[float, float, float, float]
"""Left, top, right, bottom, each a fraction of an area's width or height."""
Role = Literal["title", "line", "call"]


class TypeStyle(BaseModel):
    """How one text is set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    largest: float = Field(gt=0, lt=0.3)
    """Size at most, as a fraction of the format's scale."""
    smallest: float = Field(gt=0, lt=0.3)
    """The smallest that is still legible, in the same unit."""
    lines: int = Field(ge=1, le=8)
    """At most."""
    leading: float = Field(ge=1, le=2)
    """Distance of baselines as a multiple of the size."""


class Slots(BaseModel):
    """Where things stand in one format."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    picture: Fractions
    """Of the canvas: the painted picture may reach its edge."""
    column: Fractions
    """Of the safe area: title, line and call stand under one another in it."""
    logo: Fractions
    """Of the safe area; what the logo takes, the column leaves free."""
    product: Fractions | None = None
    """Of the safe area; none where no product is taken."""


class Layout(BaseModel):
    """One way to arrange an image."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Name and version."""
    ground: Literal["light", "dark", "main"]
    """Colour of the field: a tint or a shade of the palette's first colour, or that itself."""
    picture: Literal["bleed", "rounded", "cover", "wallpaper"]
    """How the picture stands: to the box's edges, with round corners, under the text, or repeated
    behind the product."""
    frame: bool = False
    """Whether a thin line runs round the image."""
    rule: bool = False
    """Whether a short bar in the accent colour opens the column."""
    font: Family
    """Of the title."""
    align: Align
    """Of the texts in their column."""
    anchor: Literal["top", "middle", "bottom"]
    """Where in the column they gather."""
    texts: dict[Role, TypeStyle]
    """The texts that it sets, in reading order; others have no place in it."""
    slots: dict[str, Slots]
    """By the format that it suits."""
    product_slots: dict[str, Slots] = {}
    """The same with an item's own picture."""

    def slots_for(self, format_name: str, product: bool) -> Slots:
        """Where things stand in a format.

        Raises:
            BadInputError: the layout does not suit the format, or takes no product in it.
        """
        slots = (self.product_slots if product else self.slots).get(format_name)
        if slots is None:
            suited = [
                one.name for one in shipped_layouts().values() if one.suits(format_name, product)
            ]
            raise BadInputError(
                f"The layout {self.name} does not suit the format {format_name}"
                f"{' with a product' if product else ''}; these do: {', '.join(sorted(suited))}."
            )
        return slots

    def suits(self, format_name: str, product: bool) -> bool:
        """Whether it has a place for everything in a format."""
        return format_name in (self.product_slots if product else self.slots)


@cache
def shipped_layouts() -> dict[str, Layout]:
    """The layouts that ship, by name."""
    tables = _tables()
    return {
        name: Layout(name=name, **table) for name, table in tables.items() if name != "defaults"
    }


def layout_named(name: str) -> Layout:
    """A layout by its name.

    Raises:
        BadInputError: there is none of that name.
    """
    return named(name, shipped_layouts(), "layout")


def default_layout(format_name: str, product: bool) -> Layout:
    """The layout that a format takes where none is asked for."""
    kind = "with_product" if product else "without_product"
    return shipped_layouts()[_tables()["defaults"][kind][format_name]]


def part(fractions: Fractions, area: Box) -> Box:
    """The rectangle that fractions mean in an area, in whole pixels."""
    left, top, right, bottom = fractions
    return Box(
        left=area.left + round(left * area.width),
        top=area.top + round(top * area.height),
        right=area.left + round(right * area.width),
        bottom=area.top + round(bottom * area.height),
    )


def in_pixels(fraction: float, shape: Format) -> int:
    """Whole pixels of a fraction of the format's scale, one at least."""
    return max(round(fraction * shape.scale), 1)


@cache
def _tables() -> dict:
    with _SHIPPED.open("rb") as file:
        return tomllib.load(file)
