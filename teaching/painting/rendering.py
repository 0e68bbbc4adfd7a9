"""Drawings made into training pictures: style and ground drawn at random, all of it told in the
caption.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...generation.image.looks import Look
from .styles import FILTERS, plain

EDGE = 128
"""Pixels of a training picture's edge."""
OWN_STYLES = {
    "noto": "cartoon",
    "fluent": "glossy illustration",
    "fluent-flat": "flat illustration",
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
FILTERED = {
    "noto": ("watercolour", "pixel art", "oil painting"),
    "fluent": (),
    "fluent-flat": ("ink drawing", "neon", "paper cut"),
}
"""Set -> styles that its drawings are redrawn in: one drawing for each subject and style."""
_PATTERNS = 0.1
"""Share of pictures that repeat the subject."""
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
    return Look(style=style, ground=ground, pattern=bool(draw.random() < _PATTERNS))


def told(look: Look, draw: np.random.Generator) -> Look:
    """What of a look the caption tells."""
    return look.model_copy(update={"ground": None}) if draw.random() < _UNTOLD else look


def paint(drawing: Image.Image, look: Look, draw: np.random.Generator) -> NDArray[np.uint8]:
    """A training picture (EDGE, EDGE, 3) of an RGBA drawing in a look."""
    canvas = _composed(drawing, look.pattern, draw)
    pixels = np.asarray(canvas, np.float32) / 255
    tint = np.asarray(GROUNDS[look.ground or "white"], np.float32) / 255
    tint = np.clip(tint + draw.normal(0, 0.02, 3).astype(np.float32), 0, 1)
    style = FILTERS.get(look.style, plain)
    picture = np.clip(style(pixels, tint, draw), 0, 1)
    return (picture * 255 + 0.5).astype(np.uint8)


def _composed(drawing: Image.Image, pattern: bool, draw: np.random.Generator) -> Image.Image:
    """The drawing on a transparent canvas of `EDGE` pixels."""
    canvas = Image.new("RGBA", (EDGE, EDGE))
    across = 2 if pattern else 1
    cell = EDGE // across
    size = int(cell * draw.uniform(0.78, 0.84))
    small = drawing.resize((size, size), Image.Resampling.LANCZOS)
    for place in range(across * across):
        row, column = divmod(place, across)
        left, top = ((cell - size) / 2 + draw.uniform(-0.02, 0.02, 2) * cell).astype(int).tolist()
        canvas.paste(small, (column * cell + left, row * cell + top), small)
    return canvas


def _digest(*words: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(words).encode()).digest()[:4], "big")
