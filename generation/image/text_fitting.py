"""Text in a box: the largest size at which it fits, in balanced lines, whole or not at all."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from PIL.ImageFont import FreeTypeFont

from ...errors import BadInputError
from .records import Box

Align = Literal["left", "center"]


class FittedText(NamedTuple):
    """A text broken into lines at a size."""

    lines: tuple[str, ...]
    """In reading order; together they are the whole text."""
    font: FreeTypeFont
    """At the size that was found."""
    pitch: int
    """Pixels from one baseline to the next."""

    @property
    def size(self) -> int:
        """Of the font, in pixels."""
        return int(self.font.size)

    @property
    def width(self) -> int:
        """Pixels of the widest line's ink."""
        return max(right - left for left, _, right, _ in map(self._ink, self.lines))

    @property
    def height(self) -> int:
        """Pixels from the top of the first line's ink to the bottom of the lowest ink."""
        top, bottom = self._extent()
        return bottom - top

    def placed(self, left: int, top: int, width: int, align: Align) -> list[tuple[str, int, int]]:
        """Each line with the x and y of its baseline's start, where the ink's top is at `top`."""
        baseline = top - self._extent()[0]
        out = []
        for number, line in enumerate(self.lines):
            ink_left, _, ink_right, _ = self._ink(line)
            shift = (width - (ink_right - ink_left)) // 2 if align == "center" else 0
            out.append((line, left + shift - ink_left, baseline + number * self.pitch))
        return out

    def bounds(self, left: int, top: int, width: int, align: Align) -> Box:
        """The ink's bounds where the lines are `placed`."""
        shift = (width - self.width) // 2 if align == "center" else 0
        return Box(
            left=left + shift,
            top=top,
            right=left + shift + self.width,
            bottom=top + self.height,
        )

    def _extent(self) -> tuple[int, int]:
        inks = [self._ink(line) for line in self.lines]
        tops = [ink[1] + number * self.pitch for number, ink in enumerate(inks)]
        bottoms = [ink[3] + number * self.pitch for number, ink in enumerate(inks)]
        return min(tops), max(bottoms)

    def _ink(self, line: str) -> tuple[int, int, int, int]:
        return _ink(line, self.font)


def fit_text(
    text: str,
    width: int,
    height: int,
    font_of: Callable[[int], FreeTypeFont],
    *,
    largest: int,
    smallest: int,
    lines: int,
    leading: float = 1.2,
    what: str = "text",
    where: str = "its box",
) -> FittedText:
    """A text at the largest whole size (pixels) at which it fits `width` × `height` pixels.

    Lines break at spaces only, `lines` of them at most, about equally long; `leading` is the
    distance of baselines as a multiple of the size; `font_of` gives the font at a size.

    Raises:
        BadInputError: it does not fit at the smallest size; nothing is ever cut.
    """
    for size in range(largest, smallest - 1, -1):
        fitted = _fitted(text, width, height, font_of(size), lines, leading)
        if fitted:
            return fitted
    font = font_of(smallest)
    room = _longest(text, lambda part: bool(_fitted(part, width, height, font, lines, leading)))
    shown = text if len(text) <= 40 else text[:39].rstrip() + "…"
    raise BadInputError(
        f"The {what} “{shown}” cannot fit {where}; shorten it to about {room} characters."
        if room
        else f"The {what} “{shown}” cannot fit {where}: there is no room for it; leave it out."
    )


def _fitted(
    text: str, width: int, height: int, font: FreeTypeFont, lines: int, leading: float
) -> FittedText | None:
    words = [word for word in text.split(" ") if word]
    if font.getlength(text) > lines * (width + font.size):
        return None
    broken = _broken(words, width, font)
    pitch = math.ceil(font.size * leading)
    if broken is None or len(broken) > lines or (len(broken) - 1) * pitch + font.size / 3 > height:
        return None
    fitted = FittedText(_balanced(words, width, font, broken), font, pitch)
    return fitted if fitted.height <= height else None


def _broken(words: list[str], width: int, font: FreeTypeFont) -> tuple[str, ...] | None:
    """Lines as full as they go, or none where a word is wider than `width`."""
    out = [""]
    for word in words:
        longer = f"{out[-1]} {word}" if out[-1] else word
        if _line_width(longer, font) <= width:
            out[-1] = longer
        elif _line_width(word, font) <= width:
            out.append(word)
        else:
            return None
    return tuple(out)


def _balanced(
    words: list[str], width: int, font: FreeTypeFont, full: tuple[str, ...]
) -> tuple[str, ...]:
    """As many lines as the full ones, at the least width that gives so many."""
    low, high, best = 0, width, full
    while len(full) > 1 and low < high:
        middle = (low + high) // 2
        tried = _broken(words, middle, font)
        if tried and len(tried) <= len(full):
            best, high = tried, middle
        else:
            low = middle + 1
    return best


@lru_cache(4096)
def _ink(line: str, font: FreeTypeFont) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the drawn pixels from the baseline's start; `getbbox` has the
    white space before the first letter, too."""
    mask, (x, y) = font.getmask2(line, mode="L", anchor="ls")
    left, top, right, bottom = mask.getbbox() or (0, 0, *mask.size)
    return x + left, y + top, x + right, y + bottom


@lru_cache(16384)
def _line_width(line: str, font: FreeTypeFont) -> int:
    left, _, right, _ = font.getbbox(line, anchor="ls")
    return math.ceil(right) - math.floor(left)


def _longest(text: str, fits: Callable[[str], bool]) -> int:
    """Characters of the longest beginning that fits."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle].strip()):
            low = middle
        else:
            high = middle - 1
    return low
