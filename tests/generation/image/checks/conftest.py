"""Small finished pictures, drawn here, and the compositions that describe them."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFont
from tastemaker.generation.image.records import Box, Composition, TextBlock

Composed = tuple[Image.Image, Composition]


def box(left: int, top: int, right: int, bottom: int) -> Box:
    return Box(left=left, top=top, right=right, bottom=bottom)


def composition(width: int, height: int, **more) -> Composition:
    whole = box(0, 0, width, height)
    given = {
        "format": "test", "layout": "test-1", "width": width, "height": height,
        "safe": whole, "picture": whole, "texts": [], "palette": [], **more,
    }  # fmt: skip
    return Composition(**given)


@pytest.fixture
def composed() -> Callable[..., Composition]:
    """`composed(width, height, …)`: a composition of nothing, but for what is given."""
    return composition


@pytest.fixture
def with_text() -> Callable[..., Composed]:
    """`with_text("Words", size, ink, paper)`: the words on a plain ground."""

    def draw(text: str, size: int = 40, ink: str = "#ffffff", paper: str = "#203040") -> Composed:
        font = ImageFont.load_default(size)
        bounds = ImageDraw.Draw(Image.new("RGB", (1, 1))).textbbox((size, size), text, font=font)
        at = box(*(int(edge) for edge in bounds))
        image = Image.new("RGB", (at.right + size, at.bottom + size), paper)
        ImageDraw.Draw(image).text((size, size), text, font=font, fill=ink)
        block = TextBlock(role="title", text=text, box=at, size=size, bold=False, colour=ink)
        return image, composition(*image.size, texts=[block])

    return draw
