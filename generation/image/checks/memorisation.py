"""Whether a picture was painted or remembered: how near the nearest training picture is.

Near means near in the space of `judging_encoder`, and is judged by what held-out real pictures,
which cannot have been remembered, have.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ....packages import Progress, silent
from ..records import Check
from .judging_encoder import encode


def memorisation(
    picture: Image.Image,
    training: NDArray[np.float32],
    bar: float,
    progress: Progress = silent,
) -> Check:
    """The cosine to the nearest training picture, which must not exceed the bar.

    Args:
        picture: as it was painted, before anything was set on it.
        training: unit vectors of the training pictures, shape (pictures, 384).
        bar: what `held_out_bar` gave for pictures that the painter has not seen.

    Raises:
        MissingError: onnxruntime is not installed, or the encoder cannot be fetched.
    """
    figure = float(nearest_cosines(encode([picture], progress), training)[0])
    note = "" if figure <= bar else "nearer to a training picture than unseen real ones are"
    return Check(name="memorisation", figure=round(figure, 4), bar=bar, ok=figure <= bar, note=note)


def nearest_cosines(
    vectors: NDArray[np.float32], training: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Each vector's cosine to the nearest of `training`; unit vectors in, shape (vectors,) out."""
    return (vectors @ training.T).max(axis=1)


def held_out_bar(
    held_out: NDArray[np.float32], training: NDArray[np.float32], quantile: float = 0.99
) -> float:
    """The cosine that all but `1 - quantile` of the held-out pictures stay under."""
    return float(np.quantile(nearest_cosines(held_out, training), quantile))
