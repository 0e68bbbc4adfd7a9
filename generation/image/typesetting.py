"""Title, line and call under one another in a column, each as large as it may be."""

from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from ...errors import BadInputError
from .fonts import Face, Typeface, load_font, settable
from .formats import Format
from .layouts import Layout, Role, TypeStyle, in_pixels
from .records import Box
from .text_fitting import FittedText, fit_text

_GAP = 0.022
_GAP_CALL = 0.038
_GAP_TITLE = 0.42
_TITLE_TO_LINE = 1.6
_RULE = (0.07, 0.0065)
_PADDING = (1.25, 0.72)
_LINE_SHARE = 0.45


class SetText(NamedTuple):
    """One text with its place."""

    role: Role
    """In the layout."""
    fitted: FittedText
    """Its lines."""
    box: Box
    """The ink's bounds."""
    bold: bool
    """Whether its face is."""
    button: Box | None
    """Of a call: the field behind it."""


class Column(NamedTuple):
    """What stands in a column."""

    texts: list[SetText]
    """In reading order."""
    rule: Box | None
    """The bar over the title, where the layout has one."""


def set_column(
    texts: Mapping[str, str],
    layout: Layout,
    shape: Format,
    column: Box,
    title_face: Typeface,
    text_face: Typeface,
) -> Column:
    """Set the texts that a layout has a place for within a column of a format.

    Raises:
        BadInputError: there is no title, a text does not fit at the smallest legible size, or has
            a character that the font lacks.
    """
    faces: dict[Role, Face] = {
        "title": title_face.bold,
        "line": text_face.regular,
        "call": text_face.bold,
    }
    wanted: dict[Role, str] = {}
    for role in layout.texts:
        text = settable(texts.get(role, ""), load_font(faces[role].path, 32), role)
        if text:
            wanted[role] = text
    if "title" not in wanted:
        raise BadInputError("An image needs a title; give one.")
    fitted = _fit(wanted, layout, shape, column, faces)
    return _stack(fitted, layout, shape, column, faces)


def _fit(
    wanted: dict[Role, str], layout: Layout, shape: Format, column: Box, faces: dict[Role, Face]
) -> dict[Role, FittedText]:
    """Call first, then line, and the title in what is left; the line gives way where it must."""
    where = f"the format {shape.name} ({shape.width} × {shape.height}) in the layout {layout.name}"
    room = column.height - (_rule_height(shape) if layout.rule else 0)

    def fit(role: Role, height: int, style: TypeStyle, width: int) -> FittedText:
        return fit_text(
            wanted[role],
            width,
            height,
            lambda size: load_font(faces[role].path, size),
            largest=in_pixels(style.largest, shape),
            smallest=in_pixels(style.smallest, shape),
            lines=style.lines,
            leading=style.leading,
            what=role,
            where=where,
        )

    fitted: dict[Role, FittedText] = {}
    if "call" in wanted:
        style = layout.texts["call"]
        padding = 2 * round(_PADDING[0] * in_pixels(style.largest, shape))
        fitted["call"] = fit("call", room, style, column.width - padding)
        room -= _button_height(fitted["call"]) + in_pixels(_GAP_CALL, shape)
    if "line" not in wanted:
        return {**fitted, "title": fit("title", room, layout.texts["title"], column.width)}
    style, gap = layout.texts["line"], in_pixels(_GAP, shape)
    middle = (style.largest + style.smallest) / 2

    def fit_both(largest: float, share: float) -> tuple[FittedText, FittedText]:
        sized = style.model_copy(update={"largest": largest})
        line = fit("line", round(room * share), sized, column.width)
        return line, fit("title", room - line.height - gap, layout.texts["title"], column.width)

    for largest in (style.largest, middle):
        with suppress(BadInputError):
            line, title = fit_both(largest, _LINE_SHARE)
            if title.size >= line.size * _TITLE_TO_LINE:
                return {**fitted, "line": line, "title": title}
    line, title = fit_both(style.smallest, 1)
    return {**fitted, "line": line, "title": title}


def _stack(
    fitted: dict[Role, FittedText],
    layout: Layout,
    shape: Format,
    column: Box,
    faces: dict[Role, Face],
) -> Column:
    gaps: dict[Role, int] = {
        "title": 0,
        "line": in_pixels(_GAP, shape),
        "call": in_pixels(_GAP_CALL, shape),
    }
    roles: list[Role] = [role for role in layout.texts if role in fitted]
    heights: dict[Role, int] = {
        role: _button_height(fitted[role]) if role == "call" else fitted[role].height
        for role in roles
    }
    rule_height = _rule_height(shape) if layout.rule else 0
    total = rule_height + sum(heights[role] + gaps[role] for role in roles)
    spare = column.height - total
    if "line" in roles:
        wider = round(fitted["title"].size * _GAP_TITLE) - gaps["line"]
        gaps["line"] += max(min(wider, spare), 0)
        spare = column.height - total - max(min(wider, spare), 0)
    top = column.top + {"top": 0, "middle": spare // 2, "bottom": spare}[layout.anchor]
    rule = None
    if layout.rule:
        width, thick = (in_pixels(side, shape) for side in _RULE)
        left = column.left + ((column.width - width) // 2 if layout.align == "center" else 0)
        rule = Box(left=left, top=top, right=left + width, bottom=top + thick)
        top += rule_height
    out = []
    for role in roles:
        one = fitted[role]
        top += gaps[role]
        button = None
        box = one.bounds(column.left, top, column.width, layout.align)
        if role == "call":
            button = _button(one, column, top, layout)
            box = one.bounds(button.left, _call_top(one, button), button.width, "center")
        out.append(SetText(role, one, box, faces[role].bold, button))
        top += heights[role]
    return Column(out, rule)


def _rule_height(shape: Format) -> int:
    return in_pixels(_RULE[1], shape) + in_pixels(_GAP, shape) * 3 // 2


def _button_height(call: FittedText) -> int:
    return round(call.size * (1 + 2 * _PADDING[1]))


def _button(call: FittedText, column: Box, top: int, layout: Layout) -> Box:
    width = call.width + 2 * round(call.size * _PADDING[0])
    left = column.left + ((column.width - width) // 2 if layout.align == "center" else 0)
    return Box(left=left, top=top, right=left + width, bottom=top + _button_height(call))


def _call_top(call: FittedText, button: Box) -> int:
    """The ink's top at which the middle of the capitals is the middle of the button."""
    _, cap_top, _, _ = call.font.getbbox("H", anchor="ls")
    baseline = button.top + (button.height - round(cap_top)) // 2
    return baseline - (call.placed(0, 0, call.width, "left")[0][2])
