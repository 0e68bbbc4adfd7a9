"""Puts pictures on a canvas: painted ones to fill a box, cards with round corners and a shadow."""

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps, ImageStat

from .backgrounds import border_colour
from .records import Box

_FINER = 4
_ACROSS = 3
_NEAR_WHITE = 232
_ROOM = 0.9
_ROOM_BESIDE = 0.74
_TRIMMED = 0.03
_CENTRAL = 0.1
_DARKENED = 0.34
_LANCZOS = Image.Resampling.LANCZOS


def place_picture(
    canvas: Image.Image,
    picture: Image.Image,
    box: Box,
    *,
    tint: str,
    radius: int = 0,
    beside: Box | None = None,
) -> None:
    """Fill a box of the canvas with a painted picture.

    A picture with a plain border stands whole on a field of that colour, `tint`ed where it is near
    white, and away from the box `beside`, which will cover a part of it. Any other is cropped to
    the box about its middle. `radius` (pixels) rounds the corners.
    """
    picture = picture.convert("RGB")
    plain = border_colour(picture)
    if plain is None:
        filled = ImageOps.fit(picture, (box.width, box.height), _LANCZOS, bleed=_TRIMMED)
    else:
        filled = Image.new("RGB", (box.width, box.height), plain)
        side = round(min(box.width, box.height) * (_ROOM_BESIDE if beside else _ROOM))
        whole = ImageOps.contain(picture, (side, side), _LANCZOS)
        filled.paste(whole, _free_corner(whole, box, beside))
        filled = _tinted(filled, plain, tint)
    canvas.paste(filled, (box.left, box.top), rounded_mask(box.width, box.height, radius))


def place_wallpaper(canvas: Image.Image, picture: Image.Image, box: Box, *, tint: str) -> None:
    """Repeat a painted picture over a box, every other row shifted by a half, as on wallpaper."""
    picture = picture.convert("RGB")
    side = -(-box.width // _ACROSS)
    tile = picture.resize((side, side), _LANCZOS)
    filled = Image.new("RGB", (box.width, box.height))
    for row in range(-(-box.height // side)):
        for column in range(-1, _ACROSS):
            filled.paste(tile, (column * side + (row % 2 + 1) * side // 2, row * side))
    plain = border_colour(picture)
    if plain is not None:
        filled = _tinted(filled, plain, tint)
    canvas.paste(filled, (box.left, box.top))


def _tinted(filled: Image.Image, plain: tuple[int, int, int], tint: str) -> Image.Image:
    """The picture, tinted where its ground is near white."""
    if min(plain) < _NEAR_WHITE:
        return filled
    return ImageChops.multiply(filled, Image.new("RGB", filled.size, tint))


def edge_of(picture: Image.Image) -> str | None:
    """The colour `#rrggbb` of a picture's (lower) edge; none where `place_picture` tints it."""
    plain = border_colour(picture)
    if plain and min(plain) >= _NEAR_WHITE:
        return None
    lowest = picture.convert("RGB").crop((0, picture.height * 9 // 10, *picture.size))
    return "#" + "".join(
        f"{round(channel):02x}" for channel in plain or ImageStat.Stat(lowest).median
    )


def rounded_mask(width: int, height: int, radius: int) -> Image.Image:
    """Coverage (mode `L`) of a rectangle whose corners are rounded by `radius` pixels, smooth."""
    large = Image.new("L", (width * _FINER, height * _FINER), 0)
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, width * _FINER - 1, height * _FINER - 1), radius * _FINER, fill=255
    )
    return large.resize((width, height), Image.Resampling.BOX)


def draw_card(canvas: Image.Image, box: Box, colour: str, radius: int, shadow: int = 0) -> None:
    """A rounded rectangle of a colour; `shadow` is how far (pixels) its soft shadow reaches."""
    mask = rounded_mask(box.width, box.height, radius)
    if shadow:
        cast_shadow(canvas, mask, box, shadow)
    canvas.paste(Image.new("RGB", mask.size, colour), (box.left, box.top), mask)


def cast_shadow(canvas: Image.Image, shape: Image.Image, box: Box, reach: int) -> None:
    """The soft shadow (`reach` in pixels) of a shape, a mask as large as the box."""
    shade = Image.new("L", canvas.size, 0)
    faint = shape.convert("L").point([round(value * _DARKENED) for value in range(256)])
    shade.paste(faint, (box.left, box.top + reach // 3))
    blurred = shade.filter(ImageFilter.GaussianBlur(reach / 2))
    canvas.paste(Image.new("RGB", canvas.size, "#0a0a12"), (0, 0), blurred)


def draw_frame(canvas: Image.Image, inset: int, width: int, colour: str) -> None:
    """A thin line (`width` pixels) round the canvas, `inset` pixels from its edge."""
    right, bottom = canvas.width - inset - 1, canvas.height - inset - 1
    ImageDraw.Draw(canvas).rectangle((inset, inset, right, bottom), outline=colour, width=width)


def _free_corner(picture: Image.Image, box: Box, beside: Box | None) -> tuple[int, int]:
    """Where a picture stands in its box: in the middle, or moved away from what will cover it."""
    free_x, free_y = box.width - picture.width, box.height - picture.height
    if beside is None:
        return free_x // 2, free_y // 2
    edge = min(free_x, free_y) // 2
    right = (beside.left + beside.right - box.left - box.right) / (2 * box.width)
    below = (beside.top + beside.bottom - box.top - box.bottom) / (2 * box.height)
    return _away(right, free_x, edge), _away(below, free_y, edge)


def _away(offset: float, free: int, edge: int) -> int:
    """Where along one side to stand, away from a neighbour that is `offset` off its middle."""
    if abs(offset) < _CENTRAL:
        return free // 2
    return edge if offset > 0 else free - edge
