"""Candidates of one picture, ordered by the image tower: does it show the subject, does it suit."""

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...recommender.image_encoder import ImageEncoder
from .prototypes import Prototypes

OF_TASTE, OF_STYLE = 1.0, 0.5
"""Weights of a person's taste, or of the style where nobody's is known, beside the subject's."""


def subject_scores(
    vectors: NDArray[np.float32], subject: str, prototypes: Prototypes
) -> NDArray[np.float32]:
    """How much nearer each vector is to the subject than to the other subjects on average, (n,)."""
    names = list(prototypes.subjects)
    matrix = np.stack([prototypes.subjects[name] for name in names])
    near = vectors @ matrix.T
    return near[:, names.index(subject)] - near.mean(1)


def best_candidate(
    encoder: ImageEncoder,
    candidates: Sequence[Image.Image],
    *,
    subject: str,
    style: str,
    prototypes: Prototypes,
    taste: NDArray[np.float32] | None = None,
) -> tuple[int, list[float]]:
    """Which candidate is the best, and the score of each.

    `taste`: unit vector towards what a person's pictures have beyond all others; without it the
    style's prototype stands for the taste.
    """
    vectors = picture_vectors(encoder, candidates)
    fit = subject_scores(vectors, subject, prototypes)
    if taste is None:
        scores = fit + OF_STYLE * (vectors @ prototypes.styles[style])
    else:
        scores = fit + OF_TASTE * (vectors @ taste)
    return int(scores.argmax()), [round(float(one), 4) for one in scores]


def picture_vectors(encoder: ImageEncoder, pictures: Sequence[Image.Image]) -> NDArray[np.float32]:
    """Unit vectors of the image tower, shape (pictures, dimensions)."""
    files = []
    for picture in pictures:
        file = io.BytesIO()
        picture.save(file, "PNG")
        file.seek(0)
        files.append(file)
    return encoder.encode(files)[0]
