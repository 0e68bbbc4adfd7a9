import io

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tastemaker.errors import BadInputError
from tastemaker.generation.image.product import (
    decode_mask,
    encode_mask,
    fit_product,
    kept_sha256,
    open_product,
    product_kept,
)
from tastemaker.generation.image.records import Box, Composition

WHOLE = Box(left=0, top=0, right=300, bottom=300)


def packshot(ground: str = "white", size: int = 200) -> Image.Image:
    """A red ring round a white label before a plain ground."""
    image = Image.new("RGB", (size, size), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((size * 0.2, size * 0.2, size * 0.8, size * 0.8), fill="#c01818")
    draw.rectangle((size * 0.45, size * 0.45, size * 0.55, size * 0.55), fill="white")
    return image


def photo() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8))


def composition(box: Box, sha256: str, mask: str | None) -> Composition:
    return Composition(
        format="square",
        layout="x-1",
        width=300,
        height=300,
        safe=WHOLE,
        picture=WHOLE,
        texts=[],
        product=box,
        product_sha256=sha256,
        product_mask=mask,
        palette=["#ffffff"],
    )


def test_a_plain_light_background_is_cut_away_and_a_label_stays():
    pixels, mask = fit_product(packshot(), 200, 200)
    assert mask is not None and pixels.size == (200, 200)
    kept = np.asarray(mask)
    assert not kept[0].any() and not kept[10, 10]
    assert kept[100, 100] and kept[100, 60]
    assert kept.mean() == pytest.approx(np.pi * 0.09, abs=0.02)


def test_photos_dark_grounds_soft_shadows_and_empty_pictures_are_framed():
    shadow = packshot()
    ramp = np.asarray(shadow).copy()
    ramp[160:180, 40:160] = np.linspace(120, 250, 20)[:, None, None]
    for image in (photo(), packshot("#303030"), Image.fromarray(ramp), Image.new("RGB", (99, 99))):
        assert fit_product(image, 200, 200).mask is None


def test_transparency_cuts_too():
    image = packshot().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    image.paste((9, 9, 9, 255), (50, 50, 150, 150))
    mask = fit_product(image, 200, 200).mask
    assert mask is not None and mask.getbbox() == (50, 50, 150, 150)


def test_nothing_is_enlarged_more_than_half():
    assert fit_product(photo(), 1000, 1000).pixels.size == (240, 180)
    assert fit_product(photo(), 80, 1000).pixels.size == (80, 60)


def test_at_its_own_size_it_keeps_its_own_pixels():
    assert fit_product(photo(), 160, 120).pixels.tobytes() == photo().tobytes()


@pytest.mark.parametrize("source", [packshot(), photo()])
def test_what_was_pasted_is_proved_and_any_change_is_seen(source):
    pixels, mask = fit_product(source, 200, 200)
    image = Image.new("RGB", (300, 300), "#204060")
    image.paste(pixels, (20, 30), mask)
    box = Box(left=20, top=30, right=20 + pixels.width, bottom=30 + pixels.height)
    coded = encode_mask(mask) if mask else None
    record = composition(box, kept_sha256(pixels, mask), coded)
    assert product_kept(image, record)
    moved = Box(left=21, top=30, right=21 + pixels.width, bottom=30 + pixels.height)
    assert not product_kept(image, record.model_copy(update={"product": moved}))
    at = (20 + pixels.width // 2, 30 + pixels.height // 2)
    red, green, blue = image.getpixel(at)  # pyright: ignore[reportGeneralTypeIssues]
    image.putpixel(at, (red, green, blue ^ 1))
    assert not product_kept(image, record)


def test_a_damaged_mask_proves_nothing():
    pixels, mask = fit_product(packshot(), 200, 200)
    assert mask
    assert (decoded := decode_mask(encode_mask(mask))) and decoded.tobytes() == mask.tobytes()
    box = Box(left=0, top=0, right=200, bottom=200)
    small = encode_mask(mask.resize((20, 20)))
    for coded in ("%", "aGVsbG8=", small):
        assert not product_kept(pixels, composition(box, kept_sha256(pixels, mask), coded))


def test_without_a_product_nothing_is_missing():
    record = composition(WHOLE, "", None).model_copy(update={"product": None})
    assert product_kept(Image.new("RGB", (300, 300)), record)


def test_files_are_opened_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo().save(tmp_path / "turned.jpg", exif=exif)
    assert open_product(tmp_path / "turned.jpg").size == (120, 160)


def test_damaged_tiny_and_missing_files_are_refused_in_a_sentence(tmp_path):
    (tmp_path / "bad.png").write_bytes(b"\x89PNG no more")
    with pytest.raises(BadInputError, match="picture of Boots cannot be decoded"):
        open_product(tmp_path / "bad.png", "Boots")
    with pytest.raises(BadInputError, match="picture of the item is missing"):
        open_product(tmp_path / "none.png")
    tiny = io.BytesIO()
    Image.new("RGB", (63, 500)).save(tiny, "PNG")
    with pytest.raises(BadInputError, match="is 63 × 500 pixels, too small"):
        open_product(tiny)
    with pytest.raises(BadInputError, match="too small"):
        fit_product(Image.new("RGB", (500, 20)), 100, 100)
