"""The int8 ONNX image tower of CLIP ViT-B/16 becomes a transformers folder.

Only the weights are taken from the ONNX file; the architecture is transformers' own. ONNX is
protobuf, of which so little is needed (names, shapes, bytes) that its wire format is read here
instead of depending on the `onnx` package.
"""

import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..packages import Progress

PREPROCESSOR: dict[str, Any] = {
    "image_processor_type": "CLIPImageProcessor",
    "do_convert_rgb": True,
    "do_resize": True,
    "size": {"shortest_edge": 224},
    "resample": 3,  # bicubic
    "do_center_crop": True,
    "crop_size": {"height": 224, "width": 224},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
}
"""How CLIP was shown images (Radford et al. 2021, and OpenAI's published configuration)."""

_DTYPES = {1: np.dtype("<f4"), 3: np.dtype("i1")}
"""TensorProto.DataType -> numpy, for the two kinds that a quantised model's weights have."""

Message = memoryview


def convert_clip_vision(onnx: Path, folder: Path, progress: Progress) -> None:
    """Write the image tower in `onnx` as a `CLIPVisionModelWithProjection` folder.

    Weights come out as float16, whose rounding is far below that of int8. Takes seconds and 1.6 GB.
    """
    import torch
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    what = f"converting {onnx.name}"
    progress(what, 0, 3)
    weights = float_weights(onnx)
    progress(what, 1, 3)
    config = CLIPVisionConfig(
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
        image_size=224,
        patch_size=16,
        projection_dim=512,
        hidden_act="quick_gelu",
    )
    model = CLIPVisionModelWithProjection(config).eval()
    model.load_state_dict({name: torch.tensor(value) for name, value in weights.items()})
    progress(what, 2, 3)
    with redirect_stderr(StringIO()):  # transformers draws bars of its own over ours
        model.half().save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR, indent=2))
    progress(what, 3, 3)


def float_weights(onnx: Path) -> dict[str, NDArray[np.float32]]:
    """Every named weight of a dynamically quantised ONNX export, in PyTorch's names and layout.

    Float initializers keep their names. An int8 matrix has none: it is named after the
    `MatMulInteger` node that reads it, `/a/b/MatMul_quant` -> `a.b.weight`, and dequantised.
    """
    nodes, tensors = read_graph(onnx)
    weights: dict[str, NDArray[np.float32]] = {}
    for name, inputs in nodes:
        quantised, zero_point = tensors[inputs[1]], tensors[inputs[3]]
        scale = tensors[inputs[1].removesuffix("_quantized") + "_scale"]
        module = name.strip("/").removesuffix("/MatMul_quant").replace("/", ".")
        # PyTorch keeps a linear layer's matrix as (out, in), ONNX multiplies by (in, out).
        weights[f"{module}.weight"] = np.ascontiguousarray(
            dequantise(quantised, scale, zero_point).T
        )
    kept = (name for name, value in tensors.items() if value.dtype == np.float32)
    return weights | {name: tensors[name] for name in kept if not name.endswith("_scale")}


def dequantise(
    quantised: NDArray[np.int8], scale: NDArray[np.float32], zero_point: NDArray[np.int8]
) -> NDArray[np.float32]:
    """`(quantised - zero_point) * scale`, the last two per column. Shape (rows, columns)."""
    return (quantised.astype(np.float32) - zero_point.astype(np.float32)) * scale


def read_graph(onnx: Path) -> tuple[list[tuple[str, list[str]]], dict[str, NDArray[Any]]]:
    """(name, inputs) of each `MatMulInteger` node, and each initializer by name."""
    nodes, tensors = [], {}
    for number, graph in _fields(memoryview(onnx.read_bytes())):
        if number != 7:  # ModelProto.graph
            continue
        for kind, part in _fields(graph):
            if kind == 1 and _text(part, 4) == ["MatMulInteger"]:  # GraphProto.node, its op_type
                nodes.append((_text(part, 3)[0], _text(part, 1)))
            elif kind == 5:  # GraphProto.initializer
                tensors[_text(part, 8)[0]] = _tensor(part)
    return nodes, tensors


def _tensor(message: Message) -> NDArray[Any]:
    """A TensorProto: dims 1, data_type 2, then float_data 4, int32_data 5 or raw_data 9."""
    shape: list[int] = []
    dtype, values = _DTYPES[1], np.empty(0)
    for number, value in _fields(message):
        if number == 1:
            shape += [value] if isinstance(value, int) else list(_varints(value))
        elif number == 2:
            dtype = _DTYPES[value]
        elif number in (4, 9):
            values = np.frombuffer(value, _DTYPES[1] if number == 4 else dtype)
        elif number == 5:
            # Negative numbers are 64-bit two's complement; the low byte is the int8.
            values = np.array([one & 0xFF for one in _varints(value)], np.uint8).view(np.int8)
    return values.reshape(shape)


def _text(message: Message, wanted: int) -> list[str]:
    return [str(value, "utf-8") for number, value in _fields(message) if number == wanted]


def _fields(message: Message) -> Iterator[tuple[int, Any]]:
    """(field number, value) of a protobuf message: an int, or a view of its bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(message, at)
        else:
            size, at = _varint(message, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value, at = message[at : at + size], at + size
        yield key >> 3, value


def _varints(packed: Message) -> Iterator[int]:
    at = 0
    while at < len(packed):
        value, at = _varint(packed, at)
        yield value


def _varint(message: Message, at: int) -> tuple[int, int]:
    """The number at `at`, seven bits a byte, lowest first; and where the next thing begins."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
