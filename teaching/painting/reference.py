"""What the taught generator is compared with in use: what its subjects and styles look like, and
what it learnt from.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...generation.image.checks.judging_encoder import encode as judged
from ...generation.image.checks.memorisation import held_out_bar
from ...generation.image.learnt import Learnt
from ...generation.image.prototypes import Prototypes
from ...generation.image.ranking import picture_vectors
from ...packages import Progress
from ...recommender.image_encoder import BATCH, ImageEncoder
from .drawings import Drawing
from .examples import Examples
from .rendering import STYLES, held_out_drawing

EACH = 60
"""Training pictures that a style's prototype is the mean of."""


def on_white(drawing: Drawing) -> Image.Image:
    """A drawing as its set has it, on white, RGB."""
    image = Image.open(drawing.file).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def make_prototypes(
    eyes: ImageEncoder, drawings: Sequence[Drawing], examples: Examples, progress: Progress
) -> Prototypes:
    """Means over the drawings that were learnt, and over learnt pictures of each style."""
    learnt = [one for one in drawings if not held_out_drawing(one.subject, one.set)]
    vectors = _seen(eyes, [on_white(one) for one in learnt], progress, "looking at drawings")
    subjects = _means(vectors, [one.subject for one in learnt])
    rows = [row for style in STYLES for row in _of_style(examples, style)]
    pictures = [Image.fromarray(np.array(examples.pictures[row])) for row in rows]
    vectors = _seen(eyes, pictures, progress, "looking at styles")
    styles = _means(vectors, [examples.about[row].look.style for row in rows])
    return Prototypes(subjects, styles)


def make_learnt(drawings: Sequence[Drawing], progress: Progress) -> Learnt:
    """Every drawing that was learnt as the judging encoder sees it, and how near others come."""
    vectors = judged([on_white(one) for one in drawings], progress)
    held = np.array([held_out_drawing(one.subject, one.set) for one in drawings])
    return Learnt(vectors[~held], held_out_bar(vectors[held], vectors[~held]))


def _of_style(examples: Examples, style: str) -> list[int]:
    rows = [n for n in examples.of("train").tolist() if examples.about[n].look.style == style]
    return rows[:: max(1, len(rows) // EACH)][:EACH]


def _seen(
    eyes: ImageEncoder, pictures: Sequence[Image.Image], progress: Progress, what: str
) -> NDArray[np.float32]:
    parts = []
    for start in range(0, len(pictures), BATCH):
        parts.append(picture_vectors(eyes, pictures[start : start + BATCH]))
        progress(what, min(start + BATCH, len(pictures)), len(pictures))
    return np.concatenate(parts)


def _means(vectors: NDArray[np.float32], names: Sequence[str]) -> dict[str, NDArray[np.float32]]:
    which = np.array(names)
    means = {name: vectors[which == name].mean(0) for name in dict.fromkeys(names)}
    return {name: mean / np.linalg.norm(mean) for name, mean in means.items()}
