"""A tiny image tower with random weights: which files are read, and as what."""

import json
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tastemaker.errors import BadInputError
from tastemaker.recommender.image_encoder import BATCH, DECODED_EDGE, ImageEncoder, read_image
from tastemaker.serving.clip import PREPROCESSOR


def tiny_clip(folder: Path, edge: int = 32) -> Path:
    """A CLIP image tower of two layers that looks at `edge` x `edge` pixels; 8-d vectors."""
    import torch
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(0)
    config = CLIPVisionConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=edge,
        patch_size=8,
        projection_dim=8,
    )
    CLIPVisionModelWithProjection(config).save_pretrained(folder)
    sizes = {"size": {"shortest_edge": edge}, "crop_size": {"height": edge, "width": edge}}
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR | sizes))
    return folder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> ImageEncoder:
    return ImageEncoder(tiny_clip(tmp_path_factory.mktemp("clip")))


@pytest.fixture
def scene() -> Image.Image:
    """Red left, blue right, 80 x 60."""
    image = Image.new("RGB", (80, 60), "red")
    image.paste("blue", (40, 0, 80, 60))
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims this size and holds almost nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + check

    data = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_unit_vectors_whatever_the_batch(encoder: ImageEncoder, tmp_path: Path):
    paths = []
    for number in range(BATCH + 3):
        paths.append(tmp_path / f"{number}.png")
        Image.new("RGB", (40 + number, 50), (number * 10, 255 - number * 10, 90)).save(paths[-1])
    seen = []
    vectors, readable = encoder.encode(paths, lambda done, total: seen.append((done, total)))
    assert vectors.shape == (BATCH + 3, 8) and vectors.dtype == np.float32 and readable.all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert seen == [(BATCH, BATCH + 3), (BATCH + 3, BATCH + 3)]
    alone, _ = encoder.encode([paths[-1]])
    assert alone[0] == pytest.approx(vectors[-1], abs=1e-5)
    assert encoder.encode([])[0].shape == (0, 8)


def test_what_cannot_be_read_is_a_zero_row(
    encoder: ImageEncoder, scene: Image.Image, tmp_path: Path
):
    good = tmp_path / "good.jpg"
    scene.save(good)
    bad = {
        "cut.jpg": good.read_bytes()[:-150],
        "empty.jpg": b"",
        "text.png": b"<html>no image</html>",
        "bomb.png": png_header(60_000, 60_000),
        "large.png": png_header(10_001, 10_000),
        "nothing.png": png_header(0, 10),
        "hollow.png": png_header(50, 50),
    }
    for name, body in bad.items():
        (tmp_path / name).write_bytes(body)
    scene.save(tmp_path / "other.tiff")  # a format that catalogues do not take
    paths = [tmp_path / name for name in (*bad, "other.tiff", "gone.jpg")] + [tmp_path, good]
    vectors, readable = encoder.encode(paths)
    assert readable.tolist() == [False] * (len(paths) - 1) + [True]
    assert not vectors[:-1].any() and vectors[-1].any()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP"]))
def test_no_damage_is_an_exception(scene: Image.Image, tmp_path: Path, at: int, byte: int, kind):
    out = BytesIO()
    scene.save(out, kind)
    body = bytearray(out.getvalue())
    body[at % len(body)] = byte
    (tmp_path / "any").write_bytes(body)
    image = read_image(tmp_path / "any")
    assert image is None or image.mode == "RGB"


def colours(image: Image.Image | None) -> list[tuple[int, ...]]:
    """A pixel from the left and one from the right, in steps of 16."""
    assert image is not None and image.mode == "RGB"
    found = []
    for share in (0.25, 0.75):
        pixel = image.getpixel((int(image.width * share), image.height // 2))
        assert isinstance(pixel, tuple)
        found.append(tuple(round(int(value) / 16) for value in pixel))
    return found


RED_BLUE = [(16, 0, 0), (0, 0, 16)]


MODES = [(f"a.{kind}", mode) for kind in ("png", "gif", "webp") for mode in ("RGB", "P", "RGBA")]


@pytest.mark.parametrize(("name", "mode"), [*MODES, ("a.jpg", "RGB")])
def test_colours_survive_format_and_mode(scene: Image.Image, tmp_path: Path, name: str, mode: str):
    scene.convert(mode).save(tmp_path / name, lossless=True)
    left, right = colours(read_image(tmp_path / name))
    assert left[0] >= 15 and left[2] <= 1 and right[0] <= 1 and right[2] >= 15


def test_cmyk(tmp_path: Path):
    """Cyan ink on the left takes the red away; on the right there is no ink."""
    image = Image.new("CMYK", (80, 60), (255, 0, 0, 0))
    image.paste((0, 0, 0, 0), (40, 0, 80, 60))
    image.save(tmp_path / "a.jpg", quality=100)
    assert colours(read_image(tmp_path / "a.jpg")) == [(0, 16, 16), (16, 16, 16)]


def test_grey_of_8_and_16_bits_is_the_same(tmp_path: Path):
    eight = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    Image.fromarray(eight).save(tmp_path / "8.png")
    Image.fromarray(eight.astype(np.uint16) * 257).save(tmp_path / "16.png")
    one, other = read_image(tmp_path / "8.png"), read_image(tmp_path / "16.png")
    assert one is not None and other is not None
    assert (np.asarray(one) == np.asarray(other)).all() and np.asarray(one).max() == 255


def test_what_is_transparent_is_white(scene: Image.Image, tmp_path: Path):
    scene.putalpha(0)
    scene.save(tmp_path / "clear.png")
    scene.convert("LA").save(tmp_path / "grey.png")
    Image.new("P", (80, 60), 0).save(tmp_path / "palette.gif", transparency=0)
    for name in ("clear.png", "grey.png", "palette.gif"):
        assert colours(read_image(tmp_path / name)) == [(16, 16, 16)] * 2, name


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_a_turned_photo_is_set_upright(scene: Image.Image, tmp_path: Path, name: str):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: show it rotated by 90 degrees clockwise
    lying = scene.transpose(Image.Transpose.ROTATE_90)
    lying.save(tmp_path / name, exif=exif, quality=95)
    found = read_image(tmp_path / name)
    assert found is not None and found.size == (80, 60)
    left, right = colours(found)
    assert left[0] >= 14 and right[2] >= 14


def test_a_broken_orientation_is_no_reason_to_refuse(scene: Image.Image, tmp_path: Path):
    scene.save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f garbage", quality=95)
    assert read_image(tmp_path / "a.jpg") is not None


def test_long_strips_and_large_images_stay_small(encoder: ImageEncoder, tmp_path: Path):
    Image.new("RGB", (40_000, 2), "red").save(tmp_path / "strip.png")
    Image.new("RGB", (1, 1), "red").save(tmp_path / "dot.png")
    Image.new("L", (3, 3), 9).save(tmp_path / "three.png")
    Image.new("RGB", (2800, 2100), "red").save(tmp_path / "large.jpg")
    Image.new("RGB", (2800, 2100), "red").save(tmp_path / "large.png")
    strip = read_image(tmp_path / "strip.png")
    assert strip is not None and strip.size == (4, 2)
    for name in ("large.jpg", "large.png"):
        large = read_image(tmp_path / name)
        assert large is not None and DECODED_EDGE <= large.height < 2 * DECODED_EDGE
        assert abs(large.width - large.height * 4 / 3) <= 1
    paths = sorted(tmp_path.iterdir())
    vectors, readable = encoder.encode(paths)
    assert len(paths) == 5 and readable.all() and np.isfinite(vectors).all()


def test_other_models_and_halves_of_one_are_refused(tmp_path: Path, scene: Image.Image):
    from safetensors.torch import load_file, save_file

    scene.save(tmp_path / "a.png")
    folder = tiny_clip(tmp_path / "clip")
    weights = load_file(folder / "model.safetensors")
    save_file(
        {name: value for name, value in weights.items() if "visual_projection" not in name},
        folder / "model.safetensors",
        {"format": "pt"},
    )
    with pytest.raises(BadInputError, match=r"not whole: it lacks visual_projection\.weight"):
        ImageEncoder(folder).encode([tmp_path / "a.png"])
    (folder / "config.json").write_text('{"model_type": "siglip"}')
    with pytest.raises(BadInputError, match="type siglip, not CLIP"):
        ImageEncoder(folder).encode([])
