"""Styles that a drawing is redrawn in by filters, so that one subject is seen in many.

Each is `(drawing, ground, draw) -> picture`: a float RGBA drawing (edge, edge, 4) in 0..1 on its
canvas, the ground's colour (3,) in 0..1, a NumPy generator, to a float RGB picture
(edge, edge, 3) in 0..1.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Pixels = NDArray[np.floating]
Style = Callable[[Pixels, Pixels, np.random.Generator], Pixels]

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_PAPER = np.array([0.97, 0.95, 0.9], np.float32)


def plain(drawing: Pixels, ground: Pixels, draw: np.random.Generator) -> Pixels:
    """The drawing as it is, on its ground."""
    alpha = drawing[..., 3:]
    return drawing[..., :3] * alpha + ground * (1 - alpha)


def watercolour(drawing: Pixels, ground: Pixels, draw: np.random.Generator) -> Pixels:
    """Pigment that runs at wobbling edges, pools into dark rims, and lets the paper through."""
    edge = len(drawing)
    wobble = [_cloud(edge, 6, draw) * edge / 70 for _ in range(2)]
    rows, columns = np.mgrid[:edge, :edge].astype(np.float32)
    where = [rows + wobble[0], columns + wobble[1]]
    wet = np.stack(
        [ndimage.map_coordinates(drawing[..., c], where, order=1) for c in range(4)], axis=-1
    )
    colour = ndimage.gaussian_filter(wet[..., :3] * wet[..., 3:], (1.6, 1.6, 0))
    alpha = ndimage.gaussian_filter(wet[..., 3], 1.0)
    colour = colour / np.maximum(ndimage.gaussian_filter(wet[..., 3], 1.6), 0.05)[..., None]
    rim = np.clip(np.hypot(ndimage.sobel(alpha, 0), ndimage.sobel(alpha, 1)), 0, 1) * 0.25
    thickness = np.clip(0.72 + 0.3 * _cloud(edge, 5, draw) + rim, 0, 1)[..., None]
    paper = _PAPER * (1 - 0.03 * np.abs(draw.standard_normal((edge, edge, 1), np.float32)))
    wash = np.clip(0.55 + 0.35 * _cloud(edge, 3, draw), 0, 1)[..., None]
    paper = paper * (1 - wash) + paper * ground * wash
    inked = paper * (1 - thickness) + paper * np.clip(colour, 0, 1) * thickness
    return paper * (1 - alpha[..., None]) + inked * alpha[..., None]


def ink(drawing: Pixels, ground: Pixels, draw: np.random.Generator) -> Pixels:
    """Dark lines along the drawing's edges, hatching where it is dark."""
    edge = len(drawing)
    lines = np.clip(_outlines(drawing) * 1.6 - 0.15, 0, 1)
    shade = (1 - _grey(drawing)) * drawing[..., 3]
    rows, columns = np.mgrid[:edge, :edge]
    hatch = ((rows + columns) % 5 < 2) * np.clip((shade - 0.35) * 2, 0, 0.8)
    dark = np.maximum(lines, hatch)[..., None].astype(np.float32)
    pen = np.array([0.1, 0.1, 0.16], np.float32)
    if ground @ _LUMA < 0.4:
        pen = np.array([0.96, 0.95, 0.9], np.float32)
    return ground * (1 - dark) + pen * dark


def neon(drawing: Pixels, ground: Pixels, draw: np.random.Generator) -> Pixels:
    """Glowing tubes along the edges, on a dark wall of the ground's hue."""
    lines = np.clip(_outlines(drawing) * 1.2 - 0.3, 0, 1)[..., None]
    colour = drawing[..., :3]
    colour = colour - colour.min(-1, keepdims=True) * 0.8
    colour = colour / np.maximum(colour.max(-1, keepdims=True), 0.15)
    colour = np.clip(ndimage.maximum_filter(colour * drawing[..., 3:], (3, 3, 1)), 0, 1)
    tube = lines * colour
    glow = ndimage.gaussian_filter(tube, (4, 4, 0)) * 1.6 + ndimage.gaussian_filter(tube, (1, 1, 0))
    return np.clip(ground * 0.16 + glow + lines * 0.25, 0, 1)


def pixel_art(drawing: Pixels, ground: Pixels, draw: np.random.Generator) -> Pixels:
    """Blocks of a few colours."""
    block = 4
    flat = plain(drawing, ground, draw)
    edge = len(flat) // block
    small = flat.reshape(edge, block, edge, block, 3).mean((1, 3))
    small = np.round(small * 5) / 5
    return small.repeat(block, 0).repeat(block, 1)


def paper_cut(drawing: Pixels, ground: Pixels, draw: np.random.Generator) -> Pixels:
    """Layers of flat paper that throw soft shadows."""
    alpha = (drawing[..., 3] > 0.5).astype(np.float32)
    grey = ndimage.median_filter(_grey(drawing), 5)
    steps = np.digitize(grey, (0.3, 0.55, 0.8))
    picture = np.broadcast_to(ground, (*alpha.shape, 3)).copy()
    for level in (3, 2, 1, 0):
        layer = alpha * (steps <= level) if level < 3 else alpha
        inside = (alpha * (steps == level)) > 0
        if not inside.any():
            continue
        colour = np.median(drawing[inside][:, :3], axis=0)
        shadow = ndimage.gaussian_filter(ndimage.shift(layer, (2.5, 2.5), order=1), 1.8) * 0.45
        picture = picture * (1 - shadow[..., None])
        picture = picture * (1 - layer[..., None]) + colour * layer[..., None]
    return picture


def oil(drawing: Pixels, ground: Pixels, draw: np.random.Generator) -> Pixels:
    """Thick strokes: one colour along each, lit from the side."""
    edge = len(drawing)
    wall = ground * (1 + 0.16 * _cloud(edge, 8, draw)[..., None])
    flat = np.clip(plain(drawing, wall, draw), 0, 1)
    angle = _cloud(edge, 4, draw) * 3
    where = np.mgrid[:edge, :edge].astype(np.float32)
    grain = ndimage.gaussian_filter(draw.standard_normal((edge, edge)).astype(np.float32), 0.7)
    moved = [where[0] + 2.5 * np.sin(angle) * grain, where[1] + 2.5 * np.cos(angle) * grain]
    strokes = np.stack(
        [ndimage.map_coordinates(flat[..., c], moved, order=1, mode="nearest") for c in range(3)],
        -1,
    )
    strokes = ndimage.median_filter(strokes, (3, 3, 1))
    light = ndimage.sobel(ndimage.gaussian_filter(grain, 0.8), 1)
    return np.clip(strokes * (1 + 0.1 * light[..., None]), 0, 1)


FILTERS: dict[str, Style] = {
    "watercolour": watercolour,
    "ink drawing": ink,
    "neon": neon,
    "pixel art": pixel_art,
    "paper cut": paper_cut,
    "oil painting": oil,
}
"""Name in captions -> style that any drawing is redrawn in."""


def _grey(drawing: Pixels) -> Pixels:
    return drawing[..., :3] @ _LUMA


def _outlines(drawing: Pixels) -> Pixels:
    """Strength of edges (edge, edge), of the shape and within it."""
    total = np.zeros(drawing.shape[:2], np.float32)
    for channel in (*np.moveaxis(drawing[..., :3] * drawing[..., 3:], -1, 0), drawing[..., 3]):
        soft = ndimage.gaussian_filter(channel, 0.7)
        total = np.maximum(total, np.hypot(ndimage.sobel(soft, 0), ndimage.sobel(soft, 1)))
    return total


def _cloud(edge: int, cells: int, draw: np.random.Generator) -> Pixels:
    """Smooth noise (edge, edge) of about unit variance, with so many cells a side."""
    coarse = draw.standard_normal((cells + 3, cells + 3)).astype(np.float32)
    fine = np.asarray(ndimage.zoom(coarse, edge / cells, order=3))[:edge, :edge]
    return fine / max(float(fine.std()), 1e-6)
