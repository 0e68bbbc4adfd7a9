"""An item's own picture in a finished image: its real pixels, pasted last, and proved to be there.

It is framed, or cut out where its background is plain and light. It is resized once at most. What
it shows is not judged here.
"""

import base64
import hashlib
import io
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from ...catalog.images import FORMATS, image_problem
from ...errors import BadInputError
from .backgrounds import border_colour, foreground, is_crisp
from .records import Composition

SMALLEST = 64
"""Pixels that the shorter side of an item's picture has at least."""
ENLARGED = 1.5
"""Times that it is enlarged at most."""
_LIGHT = 235
_FILLS = (0.08, 0.92)
_OPAQUE = 128


class Product(NamedTuple):
    """An item's picture at its final size."""

    pixels: Image.Image
    """RGB."""
    mask: Image.Image | None
    """Mode `1`: what of it is kept, where it was cut out; none: all."""


def open_product(source: Path | BinaryIO, name: str = "the item") -> Image.Image:
    """An item's image file, upright, RGB or RGBA.

    Raises:
        BadInputError: it is missing, damaged, too large, or under 64 pixels on the short side.
    """
    problem = image_problem(source)
    if problem:
        raise BadInputError(f"The picture of {name} {problem}; give another or compose without it.")
    if not isinstance(source, Path):
        source.seek(0)
    with Image.open(source, formats=FORMATS) as image:
        upright = ImageOps.exif_transpose(image)
        picture = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    _check_size(picture, name)
    return picture


def fit_product(picture: Image.Image, width: int, height: int) -> Product:
    """An item's picture within `width` × `height` pixels, cut out where that is safe.

    Raises:
        BadInputError: its shorter side is under 64 pixels.
    """
    _check_size(picture, "the item")
    factor = min(width / picture.width, height / picture.height, ENLARGED)
    size = max(round(picture.width * factor), 1), max(round(picture.height * factor), 1)
    ground = _cut_colour(picture) if picture.mode != "RGBA" else None
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return Product(picture.convert("RGB"), _mask(picture, ground))


def kept_sha256(pixels: Image.Image, mask: Image.Image | None) -> str:
    """Hash of the RGB values, row by row, of those pixels that the mask keeps."""
    values = np.asarray(pixels.convert("RGB"))
    kept = values if mask is None else values[np.asarray(mask)]
    return hashlib.sha256(np.ascontiguousarray(kept).tobytes()).hexdigest()


def encode_mask(mask: Image.Image) -> str:
    """A mask as a 1-bit PNG in base64, so that a composition can say what was kept."""
    stream = io.BytesIO()
    mask.save(stream, "PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def decode_mask(text: str) -> Image.Image | None:
    """The mask that `encode_mask` made; none where the text is damaged."""
    try:
        stream = io.BytesIO(base64.b64decode(text, validate=True))
    except ValueError:
        return None
    if image_problem(stream):
        return None
    stream.seek(0)
    with Image.open(stream, formats=["PNG"]) as mask:
        return mask.convert("1")


def product_kept(image: Image.Image, composition: Composition) -> bool:
    """Whether a finished image holds the item's own pixels where its composition says.

    True where it has no product; false where the composition's own mask is damaged.
    """
    box = composition.product
    if box is None or composition.product_sha256 is None:
        return True
    mask = None
    if composition.product_mask:
        mask = decode_mask(composition.product_mask)
        if mask is None or mask.size != (box.width, box.height):
            return False
    pixels = image.crop((box.left, box.top, box.right, box.bottom))
    return kept_sha256(pixels, mask) == composition.product_sha256


def _cut_colour(picture: Image.Image) -> tuple[int, int, int] | None:
    """The light ground that can be cut away, leaving a crisp edge: no soft shadow, no glow."""
    ground = border_colour(picture)
    if ground is None or min(ground) < _LIGHT:
        return None
    kept = foreground(picture, ground)
    return ground if is_crisp(picture, kept, ground) else None


def _mask(picture: Image.Image, ground: tuple[int, int, int] | None) -> Image.Image | None:
    if picture.mode == "RGBA":
        kept = np.asarray(picture)[..., 3] >= _OPAQUE
    elif ground:
        kept = foreground(picture, ground)
    else:
        return None
    if not _FILLS[0] <= kept.mean() <= _FILLS[1]:
        return None
    return Image.fromarray(kept.astype(np.uint8) * 255).convert("1")


def _check_size(picture: Image.Image, name: str) -> None:
    if min(picture.size) < SMALLEST:
        raise BadInputError(
            f"The picture of {name} is {picture.width} × {picture.height} pixels, too small for an"
            f" image; give one with {SMALLEST} or more on its shorter side."
        )
