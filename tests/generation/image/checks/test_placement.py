"""Boxes inside the safe area, none on another."""

import pytest
from PIL import Image
from tastemaker.generation.image.checks.placement import placement
from tastemaker.generation.image.records import Box, TextBlock

IMAGE = Image.new("RGB", (100, 100))


def at(left: int, top: int, right: int, bottom: int) -> Box:
    return Box(left=left, top=top, right=right, bottom=bottom)


def text(place: Box, role: str = "title") -> TextBlock:
    return TextBlock(role=role, text="x", box=place, size=10, bold=False, colour="#000000")


SAFE = at(10, 10, 90, 90)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"texts": [text(at(10, 10, 90, 20)), text(at(10, 20, 90, 30), "line")]}, ""),
        ({"texts": [text(at(9, 10, 90, 20))]}, "text 'title' leaves the safe area"),
        ({"texts": [text(at(20, 20, 20, 30))]}, "text 'title' leaves the safe area"),
        ({"logo": at(80, 80, 91, 90)}, "logo leaves the safe area"),
        (
            {"texts": [text(at(10, 10, 50, 30))], "product": at(49, 29, 80, 80)},
            "text 'title' stands on product",
        ),
        ({"product": at(20, 20, 60, 60), "logo": at(59, 59, 70, 70)}, "product stands on logo"),
        ({"safe": at(10, 10, 101, 90)}, "safe area is not inside the image"),
        ({"width": 101}, "image is 100×100 pixels, not what was composed"),
    ],
)
def test_what_is_wrong_is_named(composed, parts: dict, told: str):
    check = placement(IMAGE, composed(**{"width": 100, "height": 100, "safe": SAFE, **parts}))
    assert (check.note, check.ok) == (told, not told)
    assert check.figure == bool(told)
