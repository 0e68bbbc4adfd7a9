"""Drawings made into training pictures: style, ground, colours and composition drawn at random,
all of it told in the caption.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...generation.image.looks import PATTERN, Look
from .styles import FILTERS, Pixels, plain

EDGE = 128
"""Pixels of a training picture's edge."""
OWN_STYLES = {
    "noto": "cartoon",
    "noto-v1": "cartoon",
    "fluent": "glossy illustration",
    "fluent-flat": "flat illustration",
    "fxemoji": "flat illustration",
}
"""Set -> what its own style is called."""
STYLES = (*dict.fromkeys(OWN_STYLES.values()), *FILTERS)
"""Every style, by its name in captions."""
GROUNDS: dict[str, tuple[int, int, int]] = {
    "white": (250, 250, 250),
    "cream": (245, 232, 205),
    "yellow": (250, 212, 80),
    "orange": (242, 148, 62),
    "red": (208, 58, 56),
    "pink": (246, 176, 196),
    "purple": (126, 84, 168),
    "navy": (30, 42, 92),
    "sky blue": (150, 205, 240),
    "teal": (32, 140, 140),
    "green": (96, 168, 92),
    "black": (22, 22, 26),
}
"""Name in captions -> RGB of the ground."""
GRADES = ("vivid", "muted", "warm", "cool", "monochrome")
"""How all colours are shifted."""
COMPOSITIONS = ("close-up", "small", PATTERN)
"""Other than the subject alone in the middle."""
_UNTOLD = 0.15
"""Share of captions that keep silent about the ground, so that it may be left out."""


def held_out_pair(subject: str, style: str) -> bool:
    """Whether a subject is never shown in a style in training: one pair in ten of the filters'."""
    return style in FILTERS and _digest(subject, style) % 10 == 0


def held_out_drawing(subject: str, set_name: str) -> bool:
    """Whether a drawing is never shown in training: one in twenty."""
    return _digest(set_name, subject) % 20 == 0


def random_look(style: str, draw: np.random.Generator) -> Look:
    """A look of a style, the rest drawn."""
    ground = str(draw.choice(list(GROUNDS)))
    grade = str(draw.choice(GRADES)) if draw.random() < 0.3 else None
    composition = str(draw.choice(COMPOSITIONS)) if draw.random() < 0.25 else None
    return Look(style=style, ground=ground, grade=grade, composition=composition)


def told(look: Look, draw: np.random.Generator) -> Look:
    """What of a look the caption tells."""
    return look.model_copy(update={"ground": None}) if draw.random() < _UNTOLD else look


def paint(drawing: Image.Image, look: Look, draw: np.random.Generator) -> NDArray[np.uint8]:
    """A training picture (EDGE, EDGE, 3) of an RGBA drawing in a look."""
    canvas = _composed(drawing, look.composition, draw)
    pixels = np.asarray(canvas, np.float32) / 255
    tint = np.asarray(GROUNDS[look.ground or "white"], np.float32) / 255
    tint = np.clip(tint + draw.normal(0, 0.02, 3).astype(np.float32), 0, 1)
    style = FILTERS.get(look.style, plain)
    picture = _graded(np.clip(style(pixels, tint, draw), 0, 1), look.grade)
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _composed(
    drawing: Image.Image, composition: str | None, draw: np.random.Generator
) -> Image.Image:
    """The drawing on a transparent canvas of `EDGE` pixels."""
    if draw.random() < 0.5:
        drawing = drawing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas = Image.new("RGBA", (EDGE, EDGE))
    if composition == PATTERN:
        across = int(draw.integers(2, 4))
        cell = EDGE // across
        size = int(cell * draw.uniform(0.7, 0.9))
        small = drawing.resize((size, size), Image.Resampling.LANCZOS)
        for place in range(across * across):
            row, column = divmod(place, across)
            margin = (EDGE - cell * across) // 2 + (cell - size) // 2
            canvas.paste(small, (margin + column * cell, margin + row * cell), small)
        return canvas
    low, high, wander = {"close-up": (1.15, 1.4, 0.08), "small": (0.4, 0.5, 0.2)}.get(
        composition or "", (0.7, 0.88, 0.04)
    )
    size = int(EDGE * draw.uniform(low, high))
    turned = drawing.rotate(float(draw.normal(0, 4)), Image.Resampling.BICUBIC)
    turned = turned.resize((size, size), Image.Resampling.LANCZOS)
    middle = EDGE / 2 + draw.uniform(-wander, wander, 2) * EDGE
    left, top = (int(one - size / 2) for one in middle)
    canvas.paste(turned, (left, top), turned)
    return canvas


def _graded(picture: Pixels, grade: str | None) -> Pixels:
    grey = picture.mean(-1, keepdims=True)
    match grade:
        case "vivid":
            return grey + (picture - grey) * 1.5
        case "muted":
            return 0.12 + 0.8 * (grey + (picture - grey) * 0.45)
        case "warm":
            return picture * np.array([1.1, 0.98, 0.75], np.float32)
        case "cool":
            return picture * np.array([0.78, 0.97, 1.12], np.float32)
        case "monochrome":
            return grey.repeat(3, -1)
        case _:
            return picture


def _digest(*words: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(words).encode()).digest()[:4], "big")
