"""A brand's mark: whole, with clear space round it, on a plate where it would not be seen."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from ...catalog.images import FORMATS, image_problem
from ...errors import BadInputError
from .contrast import LARGE_TEXT, contrast_ratio
from .layouts import Layout
from .placing import draw_card
from .records import Box
from .scheme import Scheme

_CLEAR = 0.6


class FittedLogo(NamedTuple):
    """A mark at its final size."""

    pixels: Image.Image
    """RGBA."""
    box: Box
    """Where it stands."""
    clear: Box
    """The same with the clear space that nothing else enters."""


def fit_logo(path: Path, slot: Box, layout: Layout) -> FittedLogo:
    """A logo file within a slot; its clear space goes round it.

    Raises:
        BadInputError: it is missing or no image.
    """
    problem = image_problem(path)
    if problem:
        raise BadInputError(f"The logo {path} {problem}; give a PNG or JPEG file.")
    with Image.open(path, formats=FORMATS) as image:
        mark = image.convert("RGBA")
    mark = mark.crop(mark.getchannel("A").getbbox() or (0, 0, *mark.size))
    mark = ImageOps.contain(mark, (slot.width, slot.height))
    left = slot.left + ((slot.width - mark.width) // 2 if layout.align == "center" else 0)
    box = Box(left=left, top=slot.top, right=left + mark.width, bottom=slot.top + mark.height)
    space = round(mark.height * _CLEAR)
    clear = Box(
        left=box.left - space,
        top=box.top - space,
        right=box.right + space,
        bottom=box.bottom + space,
    )
    return FittedLogo(mark, box, clear)


def column_without(column: Box, logo: FittedLogo | None) -> Box:
    """What of a text column a logo's clear space leaves, above or below it."""
    if logo is None or logo.clear.bottom <= column.top or logo.clear.top >= column.bottom:
        return column
    if logo.clear.top + logo.clear.bottom < column.top + column.bottom:
        return column.model_copy(update={"top": logo.clear.bottom})
    return column.model_copy(update={"bottom": logo.clear.top})


def paste_logo(canvas: Image.Image, logo: FittedLogo, scheme: Scheme) -> None:
    """The mark on the canvas; on a light or dark plate where its contrast to what is there is
    under 3."""
    box = logo.box
    opaque = np.asarray(logo.pixels)[..., 3] >= 128
    mark = np.asarray(logo.pixels.convert("RGB"))[opaque]
    under = np.asarray(canvas.crop((box.left, box.top, box.right, box.bottom)))[opaque]
    if np.percentile(contrast_ratio(mark, under), 25) < LARGE_TEXT:
        plates = {one: _seen_on(mark, one) for one in ("#ffffff", scheme.dark)}
        draw_card(canvas, logo.clear, max(plates, key=lambda one: plates[one]), box.height // 4)
    canvas.paste(logo.pixels, (box.left, box.top), logo.pixels)


def _seen_on(mark: np.ndarray, plate: str) -> float:
    from PIL import ImageColor

    return float(np.percentile(contrast_ratio(mark, ImageColor.getrgb(plate)[:3]), 25))
