"""A short loop over one finished image: the painted layer drifts and breathes, the rest stands."""

import math

from PIL import Image

from ...packages import Progress, silent
from .painting import Painted, composed_with
from .studio import Studio

FRAMES = 24
"""Of two seconds."""
ZOOM = 0.05
"""How much nearer the picture comes, as a share of its size."""
DRIFT = 0.02
"""How far it wanders, as a share of its size."""


def moving(studio: Studio, painted: Painted, progress: Progress = silent) -> list[Image.Image]:
    """The frames of a seamless loop of two seconds; the first is where the drift begins.

    Text, product and logo are the same pixels in every frame.
    """
    frames = []
    for number in range(FRAMES):
        layer = drifted(painted.layer, number / FRAMES)
        image, _ = composed_with(studio, painted.report.plan, layer, painted.colours)
        frames.append(image)
        progress("animating", number + 1, FRAMES)
    return frames


def drifted(layer: Image.Image, phase: float) -> Image.Image:
    """A square picture as the loop shows it at a phase from 0 to 1, as large as before."""
    edge = layer.width
    turn = 2 * math.pi * phase
    seen = edge * (1 - ZOOM * (0.5 - 0.5 * math.cos(turn)) - 2 * DRIFT)
    left = (edge - seen) / 2 + DRIFT * edge * math.sin(turn)
    top = (edge - seen) / 2 + DRIFT * edge * 0.5 * math.sin(2 * turn)
    box = (left, top, left + seen, top + seen)
    return layer.resize((edge, edge), Image.Resampling.BICUBIC, box=box)
