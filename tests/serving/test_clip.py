"""The ONNX reader on a file made by hand, and the real image tower."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tastemaker.serving.clip import PREPROCESSOR, dequantise, float_weights, read_graph
from tastemaker.serving.models import resolve_model

FLOAT, INT8 = 1, 3


def varint(number: int) -> bytes:
    """As protobuf writes an int: 64-bit two's complement, seven bits a byte, lowest first."""
    number, out = number % (1 << 64), b""
    while number > 0x7F:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def field(number: int, value: int | bytes | str) -> bytes:
    """One field of a message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    body = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(body)) + body


def tensor(name: str, shape: tuple[int, ...], kind: int, number: int, data: bytes) -> bytes:
    """An initializer whose values are in the field `number`."""
    dims = b"".join(field(1, size) for size in shape)
    return field(5, dims + field(2, kind) + field(8, name) + field(number, data))


def node(kind: str, name: str, *inputs: str) -> bytes:
    """A node with one output."""
    listed = b"".join(field(1, one) for one in inputs)
    return field(1, listed + field(2, f"{name}_output") + field(3, name) + field(4, kind))


def write_onnx(path: Path, *parts: bytes) -> Path:
    """A model of these nodes and initializers; a 64-bit and a 32-bit field that none knows."""
    unknown = varint(99 << 3 | 1) + bytes(8) + varint(98 << 3 | 5) + bytes(4)
    path.write_bytes(field(1, 7) + field(2, "a test") + field(7, b"".join(parts) + unknown))
    return path


@pytest.fixture
def onnx(tmp_path: Path) -> Path:
    """One linear layer of 3 inputs and 2 outputs, whose columns have scales 0.5 and 2."""
    matrix = np.array([[1, -1], [127, 0], [-128, 4]], np.int8)
    return write_onnx(
        tmp_path / "tiny.onnx",
        node("Constant", "/tower/fc/Constant"),
        node("MatMulInteger", "/tower/layers.0/fc/MatMul_quant", "x", "m_quantized", "xz", "m_zp"),
        node("Add", "/tower/fc/Add", "y", "tower.layers.0.fc.bias"),
        tensor("tower.layers.0.fc.bias", (2,), FLOAT, 9, np.array([7, 8], "<f4").tobytes()),
        tensor("m_scale", (2,), FLOAT, 4, np.array([0.5, 2], "<f4").tobytes()),
        tensor("m_zp", (2,), INT8, 5, varint(0) + varint(-1)),
        tensor("m_quantized", (3, 2), INT8, 9, matrix.tobytes()),
    )


def test_a_matrix_is_dequantised_by_column_turned_and_named_after_its_node(onnx: Path):
    weights = float_weights(onnx)
    assert sorted(weights) == ["tower.layers.0.fc.bias", "tower.layers.0.fc.weight"]
    assert weights["tower.layers.0.fc.weight"].tolist() == [[0.5, 63.5, -64.0], [0.0, 2.0, 10.0]]
    assert weights["tower.layers.0.fc.bias"].tolist() == [7.0, 8.0]
    assert all(value.dtype == np.float32 for value in weights.values())


def test_only_quantised_products_are_listed(onnx: Path):
    nodes, tensors = read_graph(onnx)
    assert nodes == [("/tower/layers.0/fc/MatMul_quant", ["x", "m_quantized", "xz", "m_zp"])]
    assert tensors["m_zp"].tolist() == [0, -1] and tensors["m_zp"].dtype == np.int8


@given(st.lists(st.integers(-128, 127), min_size=1, max_size=200))
def test_int8_values_are_the_same_packed_or_raw(tmp_path_factory, values: list[int]):
    path = tmp_path_factory.mktemp("onnx") / "any.onnx"
    packed = b"".join(varint(value) for value in values)
    raw = np.array(values, np.int8).tobytes()
    shape = (len(values),)
    _, tensors = read_graph(
        write_onnx(path, tensor("a", shape, INT8, 5, packed), tensor("b", shape, INT8, 9, raw))
    )
    assert tensors["a"].tolist() == tensors["b"].tolist() == values


def test_dequantising_undoes_quantising_to_half_a_step():
    weights = np.random.default_rng(0).normal(size=(20, 5)).astype(np.float32)
    scale = np.abs(weights).max(axis=0) / 127
    quantised = np.rint(weights / scale).astype(np.int8)
    back = dequantise(quantised, scale, np.zeros(5, np.int8))
    assert (np.abs(back - weights) <= scale / 2 + 1e-6).all()


@pytest.mark.packs
def test_the_converted_tower_is_whole_and_knows_a_picture_from_noise():
    import torch
    from transformers import AutoImageProcessor, CLIPVisionModelWithProjection

    folder = resolve_model("clip-vit-b-16")
    model, loaded = CLIPVisionModelWithProjection.from_pretrained(
        folder, dtype=torch.float32, output_loading_info=True
    )
    assert not loaded["missing_keys"] and not loaded["unexpected_keys"]
    assert model.num_parameters() == 86_192_640
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    assert list(processor.image_mean) == PREPROCESSOR["image_mean"]
    ramp = np.linspace(0, 255, 224 * 224 * 3).reshape(224, 224, 3).astype(np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    pixels = processor(images=[ramp, ramp[:, ::-1], noise], return_tensors="pt")["pixel_values"]
    with torch.inference_mode():
        out = model(pixel_values=pixels)
    assert out.image_embeds.shape == (3, 512) and out.last_hidden_state.shape == (3, 197, 768)
    one, mirrored, other = torch.nn.functional.normalize(out.image_embeds, dim=-1)
    assert one @ mirrored > 0.9 > one @ other
