"""Composes finished images: a painted picture, an item's own, texts and a logo in one layout.

Letters are set by code, never painted by a model, and every one of them is measured against what
is under it. The same input gives the same bytes. What the picture shows is not judged here.
"""

import re
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw
from pydantic import BaseModel, ConfigDict

from ...errors import BadInputError
from ..text.brand import Brand
from .contrast import fading_scrim, needed_contrast, overlaid, readable_colour, scrim_opacity
from .fonts import own_typeface, shipped_typeface
from .formats import Format, format_named
from .layouts import Layout, default_layout, in_pixels, layout_named, part
from .logo import FittedLogo, column_without, fit_logo, paste_logo
from .palette import palette_of
from .placing import cast_shadow, draw_card, draw_frame, edge_of, place_picture, place_wallpaper
from .product import Product, encode_mask, fit_product, kept_sha256
from .records import Box, Composition, TextBlock
from .scheme import Scheme, scheme_of
from .typesetting import Column, SetText, set_column

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_RADIUS = 0.022
_MAT = 0.014
_SHADOW = 0.03
_FRAME = (0.034, 0.0022)
_FADE = 0.3
_ON_SCRIM = 9.0


class Texts(BaseModel):
    """The words of an image."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    """What it is about, in a few words."""
    line: str = ""
    """A sentence under the title; none where empty."""
    call: str = ""
    """What to do, on a button; none where empty."""


def compose(
    picture: Image.Image,
    texts: Texts,
    *,
    format: str,
    layout: str | None = None,
    product: Image.Image | None = None,
    palette: Sequence[str] | None = None,
    brand: Brand | None = None,
) -> tuple[Image.Image, Composition]:
    """A finished image (RGB, as large as the format) and where everything stands in it.

    `picture` is square, of any size; `product` is the item's own picture; without a `layout` the
    format's default is taken; without a `palette` (`#rrggbb`, the most important first) the
    brand's, else the picture's own. A layout for small sizes has places for few texts: the
    composition names those that were set.

    Raises:
        BadInputError: an unknown format or layout, one that does not suit the other, a text that
            does not fit or cannot be set, a product or a logo that cannot be used.
        MissingError: the fonts cannot be fetched, or an optional package is not installed.
    """
    brand = brand or Brand()
    shape = format_named(format)
    plan = layout_named(layout) if layout else default_layout(format, product is not None)
    slots = plan.slots_for(format, product is not None)
    for one in palette or ():
        if not _COLOUR.fullmatch(one):
            raise BadInputError(f"{one!r} is no colour; write it as #rrggbb.")
    colours = list(palette or brand.palette or palette_of(picture))
    scheme = scheme_of(colours, plan.ground, edge_of(picture))
    own = own_typeface(brand.font) if brand.font else None
    logo = fit_logo(brand.logo, part(slots.logo, shape.safe), plan) if brand.logo else None
    column_box = column_without(part(slots.column, shape.safe), logo)
    column = set_column(
        texts.model_dump(),
        plan,
        shape,
        column_box,
        own or shipped_typeface(plan.font),
        own or shipped_typeface("sans"),
    )
    picture_box = part(slots.picture, shape.canvas)
    placed = None
    if product is not None and slots.product:
        placed = _fit_in_slot(product, part(slots.product, shape.safe), shape)

    covered = column_box if plan.picture == "cover" else placed[1] if placed else None
    canvas = Image.new("RGB", (shape.width, shape.height), scheme.ground)
    if plan.picture == "wallpaper":
        place_wallpaper(canvas, picture, picture_box, tint=scheme.panel)
    else:
        place_picture(
            canvas,
            picture,
            picture_box,
            tint=scheme.panel,
            radius=in_pixels(_RADIUS, shape) if plan.picture == "rounded" else 0,
            beside=covered,
        )
    if plan.frame:
        inset, thick = (in_pixels(side, shape) for side in _FRAME)
        draw_frame(canvas, inset, thick, scheme.accent)
    if plan.picture == "cover":
        canvas = _under_scrim(canvas, column, scheme)
    blocks = _draw_column(canvas, column, plan, scheme)
    if logo:
        paste_logo(canvas, logo, scheme)
    if placed:
        _paste_product(canvas, *placed, shape)
    return canvas, _record(shape, plan, picture_box, blocks, placed, logo, colours, scheme)


def _fit_in_slot(picture: Image.Image, slot: Box, shape: Format) -> tuple[Product, Box]:
    """A product with the box of its pixels, in the middle of its slot, with its mat."""
    mat = in_pixels(_MAT, shape)
    product = fit_product(picture, slot.width - 2 * mat, slot.height - 2 * mat)
    width, height = product.pixels.size
    left, top = slot.left + (slot.width - width) // 2, slot.top + (slot.height - height) // 2
    return product, Box(left=left, top=top, right=left + width, bottom=top + height)


def _under_scrim(canvas: Image.Image, column: Column, scheme: Scheme) -> Image.Image:
    """The canvas under the thinnest dark scrim on which the column's light letters are read."""
    top = (column.rule or column.texts[0].box).top
    base = np.asarray(canvas)
    under = base[top : column.texts[-1].box.bottom]
    opacity = scrim_opacity(under.reshape(-1, 3), scheme.light, scheme.dark, _ON_SCRIM)
    rows = fading_scrim(canvas.height, top, round(canvas.height * _FADE), opacity)
    return Image.fromarray(overlaid(base, scheme.dark, np.tile(rows[:, None], canvas.width)))


def _draw_column(
    canvas: Image.Image, column: Column, plan: Layout, scheme: Scheme
) -> list[TextBlock]:
    draw = ImageDraw.Draw(canvas)
    if column.rule:
        rule = column.rule
        draw_card(canvas, rule, scheme.accent, rule.height // 2)
    blocks = []
    for one in column.texts:
        align = "center" if one.button else plan.align
        if one.button:
            draw_card(canvas, one.button, scheme.accent, one.button.height // 2)
        needed = needed_contrast(one.fitted.size, one.bold)
        colour = readable_colour(_around(canvas, one), (scheme.light, scheme.dark), needed)
        for line, x, y in one.fitted.placed(one.box.left, one.box.top, one.box.width, align):
            draw.text((x, y), line, fill=colour, font=one.fitted.font, anchor="ls")
        blocks.append(
            TextBlock(
                role=one.role,
                text=" ".join(one.fitted.lines),
                box=one.box,
                size=one.fitted.size,
                bold=one.bold,
                colour=colour,
            )
        )
    return blocks


def _around(canvas: Image.Image, one: SetText) -> np.ndarray:
    """The pixels that a text will cover, and those between its letters."""
    box = one.box
    return np.asarray(canvas.crop((box.left, box.top, box.right, box.bottom))).reshape(-1, 3)


def _paste_product(canvas: Image.Image, product: Product, box: Box, shape: Format) -> None:
    mat, reach = in_pixels(_MAT, shape), in_pixels(_SHADOW, shape)
    if product.mask is None:
        card = Box(
            left=box.left - mat, top=box.top - mat, right=box.right + mat, bottom=box.bottom + mat
        )
        draw_card(canvas, card, "#ffffff", mat, reach)
    else:
        cast_shadow(canvas, product.mask, box, reach)
    canvas.paste(product.pixels, (box.left, box.top), product.mask)


def _record(
    shape: Format,
    plan: Layout,
    picture: Box,
    blocks: list[TextBlock],
    placed: tuple[Product, Box] | None,
    logo: FittedLogo | None,
    colours: list[str],
    scheme: Scheme,
) -> Composition:
    product = placed[0] if placed else None
    meant = [one.lower() for one in (*colours, scheme.ground, scheme.panel, scheme.accent)]
    return Composition(
        format=shape.name,
        layout=plan.name,
        width=shape.width,
        height=shape.height,
        safe=shape.safe,
        picture=picture,
        texts=blocks,
        product=placed[1] if placed else None,
        product_sha256=kept_sha256(*product) if product else None,
        product_mask=encode_mask(product.mask) if product and product.mask else None,
        logo=logo.box if logo else None,
        palette=list(dict.fromkeys(meant)),
    )
