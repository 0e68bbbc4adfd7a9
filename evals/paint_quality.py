"""How well an image generator draws: the right subject, the right style, as varied as what is real,
and not copied. One picture an order, as it comes: nothing is picked out of candidates.
"""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..generation.image.checks.judging_encoder import encode as judged
from ..generation.image.checks.memorisation import nearest_cosines
from ..generation.image.generator import Generator, PaintJob, paint
from ..generation.image.learnt import Learnt
from ..generation.image.looks import Look, caption
from ..generation.image.prototypes import Prototypes, Vectors
from ..generation.image.ranking import picture_vectors
from ..packages import Progress
from ..recommender.image_encoder import ImageEncoder
from ..teaching.painting.drawings import Drawing
from ..teaching.painting.reference import on_white
from ..teaching.painting.rendering import (
    GROUNDS,
    OWN_STYLES,
    STYLES,
    held_out_drawing,
    held_out_pair,
)
from ..teaching.painting.rendering import (
    paint as rendered,
)
from ..teaching.painting.styles import FILTERS
from .ranking import bootstrap_interval

AMONG = 50
"""Subjects that the right one is found among."""
SUBJECT = 0.5
_SUBSETS, _SUBSET = 50, 100


def quality_rows(
    generator: Generator,
    eyes: ImageEncoder,
    prototypes: Prototypes,
    learnt: Learnt,
    drawings: Sequence[Drawing],
    *,
    pictures: int,
    seed: int,
    progress: Progress,
) -> list[dict[str, Any]]:
    """Figures of pictures painted for learnt pairs of subject and style, and for held-out ones."""
    draw = random.Random(seed)
    learnt_pairs = _pairs(prototypes, draw, pictures, held_out=False)
    held_pairs = _pairs(prototypes, draw, pictures // 2, held_out=True)
    painted = _painted(generator, [*learnt_pairs, *held_pairs], draw, progress)
    seen = picture_vectors(eyes, painted)
    real_drawings = [one for one in drawings if held_out_drawing(one.subject, one.set)]
    real = [on_white(one) for one in real_drawings]
    real_seen = picture_vectors(eyes, real)
    middle = len(learnt_pairs)
    rows = [
        *_found("painted", learnt_pairs, seen[:middle], prototypes, draw, seed, SUBJECT),
        *_found("painted, held-out pairs", held_pairs, seen[middle:], prototypes, draw, seed),
        *_found(
            "real, held-out drawings",
            [(one.subject, OWN_STYLES[one.set]) for one in real_drawings],
            real_seen, prototypes, draw, seed,
        ),
    ]  # fmt: skip
    judged_painted = judged(painted, progress)
    styled = _restyled(real_drawings, len(painted), seed)
    judged_real = judged(styled, progress)
    rows += _distances(judged_painted, judged_real, learnt, seed)
    return rows


def kernel_distance(
    one: NDArray[np.float32], other: NDArray[np.float32], seed: int
) -> tuple[float, float]:
    """KID (Bińkowski et al. 2018): unbiased squared maximum mean discrepancy under the polynomial
    kernel of degree 3, mean and deviation over subsets; 0 for two samples of one distribution."""
    draw = np.random.default_rng(seed)
    size = min(_SUBSET, len(one), len(other))
    found = []
    for _ in range(_SUBSETS):
        x = one[draw.choice(len(one), size, replace=False)].astype(np.float64)
        y = other[draw.choice(len(other), size, replace=False)].astype(np.float64)
        xx, yy, xy = _kernel(x, x), _kernel(y, y), _kernel(x, y)
        within = (xx.sum() - np.trace(xx) + yy.sum() - np.trace(yy)) / (size * (size - 1))
        found.append(within - 2 * xy.mean())
    return float(np.mean(found)), float(np.std(found))


def _kernel(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    # Unit vectors are scaled to unit variance, as Inception's features roughly are.
    return (one @ other.T + 1) ** 3


def _pairs(
    prototypes: Prototypes, draw: random.Random, most: int, *, held_out: bool
) -> list[tuple[str, str]]:
    styles = list(FILTERS) if held_out else list(STYLES)
    every = [
        (subject, style)
        for subject in prototypes.subjects
        for style in styles
        if held_out_pair(subject, style) == held_out
    ]
    return draw.sample(every, min(most, len(every)))


def _painted(
    generator: Generator, pairs: Sequence[tuple[str, str]], draw: random.Random, progress: Progress
) -> list[Image.Image]:
    jobs = [
        PaintJob(
            prompt=caption(subject, Look(style=style, ground=draw.choice(list(GROUNDS)))),
            seed=draw.randrange(2**31),
        )
        for subject, style in pairs
    ]
    return paint(generator, jobs, progress)


def _found(
    what: str,
    pairs: Sequence[tuple[str, str]],
    vectors: NDArray[np.float32],
    prototypes: Prototypes,
    draw: random.Random,
    seed: int,
    target: float | None = None,
) -> list[dict[str, Any]]:
    """Shares of pictures whose subject, and whose style, the image tower finds."""
    subjects = [
        _nearest(vector, prototypes.subjects, subject, draw) == subject
        for vector, (subject, _) in zip(vectors, pairs, strict=True)
    ]
    styles = [
        _nearest(vector, prototypes.styles, style, draw) == style
        for vector, (_, style) in zip(vectors, pairs, strict=True)
    ]
    rows = []
    for measured, right, names in (
        (f"subject among {AMONG}", subjects, prototypes.subjects),
        ("style", styles, prototypes.styles),
    ):
        low, high = bootstrap_interval(np.array(right, float), seed=seed)
        row: dict[str, Any] = {
            "measured": measured,
            "pictures": what,
            "n": len(right),
            "figure": round(float(np.mean(right)), 3),
            "interval": f"{low:.3f} to {high:.3f}",
            "chance": round(1 / min(AMONG, len(names)), 3),
        }
        wanted = target if measured.startswith("subject") else None
        ok = None if wanted is None else row["figure"] >= wanted
        rows.append(row | {"target": wanted, "ok": ok})
    return rows


def _nearest(vector: NDArray[np.float32], known: Vectors, right: str, draw: random.Random) -> str:
    """The nearest of `AMONG` prototypes, the right one among them (all, where there are fewer)."""
    others = [name for name in known if name != right]
    names = [right, *draw.sample(others, min(AMONG - 1, len(others)))]
    # Prototypes share a mean that says nothing of which is which.
    shared = np.mean(list(known.values()), axis=0)
    matrix = np.stack([known[name] for name in names]) - shared
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return names[int((matrix @ (vector - shared)).argmax())]


def _restyled(drawings: Sequence[Drawing], most: int, seed: int) -> list[Image.Image]:
    """Held-out drawings in every style, as training pictures are made of the others."""
    rng = np.random.default_rng(seed)
    pictures = []
    for number in range(most):
        drawing = drawings[number % len(drawings)]
        style = STYLES[number % len(STYLES)]
        if style not in FILTERS:
            style = OWN_STYLES[drawing.set]
        look = Look(style=style, ground=str(rng.choice(list(GROUNDS))))
        image = Image.open(drawing.file).convert("RGBA")
        pictures.append(Image.fromarray(rendered(image, look, rng)))
    return pictures


def _distances(
    painted: NDArray[np.float32], real: NDArray[np.float32], learnt: Learnt, seed: int
) -> list[dict[str, Any]]:
    rows = []
    halves = np.random.default_rng(seed).permutation(len(real))
    cut = len(real) // 2
    for what, one, other in (
        ("painted against held-out real", painted, real),
        ("real against real, two halves", real[halves[:cut]], real[halves[cut:]]),
    ):
        mean, deviation = kernel_distance(one, other, seed)
        rows.append(
            {"measured": "KID (DINOv2)", "pictures": what, "figure": round(mean, 4),
             "deviation": round(deviation, 4)}
        )  # fmt: skip
    for what, vectors in (("painted", painted), ("held-out real", real)):
        near = nearest_cosines(vectors, learnt.vectors)
        rows.append(
            {
                "measured": "cosine to the nearest training drawing (DINOv2)",
                "pictures": what,
                "figure": round(float(near.mean()), 3),
                "95th": round(float(np.quantile(near, 0.95)), 3),
                "share over the bar": round(float((near > learnt.bar).mean()), 3),
            }
        )
    return rows
