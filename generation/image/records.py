"""What an image asset is made of, as plain records: written beside the file, read by checks."""

from pydantic import BaseModel, ConfigDict


class Box(BaseModel):
    """A rectangle in pixels of the finished image; `right` and `bottom` are just outside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    left: int
    """First column."""
    top: int
    """First row."""
    right: int
    """Column after the last."""
    bottom: int
    """Row after the last."""

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top


class TextBlock(BaseModel):
    """One text as it was set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    """What it is in the layout: `title`, `line`, `call`."""
    text: str
    """The words, as they should be read."""
    box: Box
    """The ink's bounds."""
    size: int
    """Size of the font in pixels."""
    bold: bool
    """Whether it was set in bold, which WCAG counts as large from a smaller size on."""
    colour: str
    """Of the letters, `#rrggbb`."""


class Composition(BaseModel):
    """Where everything stands in a finished image."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    """Name of the format (`story`)."""
    layout: str
    """Name and version of the layout (`poster-1`)."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    safe: Box
    """Where text, product and logo may stand."""
    picture: Box
    """Where the painted picture stands."""
    texts: list[TextBlock]
    """In reading order."""
    product: Box | None = None
    """Where the item's own picture stands; none where it has none."""
    product_sha256: str | None = None
    """Hash of the product's pixels (RGB, row by row) as they were meant to be pasted."""
    product_mask: str | None = None
    """What of them is kept, where the product was cut out: a 1-bit PNG in base64, as large as the
    box; none: the whole box."""
    logo: Box | None = None
    """Where the brand's mark stands."""
    palette: list[str]
    """Colours that were meant, `#rrggbb`, the most important first."""


class Check(BaseModel):
    """One figure about a finished image, and whether it is good enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """`contrast`, `read_text`, …"""
    figure: float | None
    """What was measured; none where it could not be."""
    bar: float | None
    """What it had to reach, or to stay under; none where it is told only."""
    ok: bool
    """Whether it did."""
    note: str = ""
    """What a person needs to know about it, in a few words."""
