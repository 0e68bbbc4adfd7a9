"""One changed pixel of the product is one too many."""

import pytest
from PIL import Image
from tastemaker.generation.image.checks.product import product
from tastemaker.generation.image.product import encode_mask, kept_sha256
from tastemaker.generation.image.records import Box

BOX = Box(left=2, top=3, right=10, bottom=9)


@pytest.fixture
def pasted() -> Image.Image:
    image = Image.new("RGB", (20, 20), "#336699")
    image.paste(Image.linear_gradient("L").resize((8, 6)), (2, 3))
    return image


def crop(image: Image.Image) -> Image.Image:
    return image.crop((BOX.left, BOX.top, BOX.right, BOX.bottom))


def test_a_changed_pixel_is_seen(composed, pasted: Image.Image):
    meant = composed(20, 20, product=BOX, product_sha256=kept_sha256(crop(pasted), None))
    assert product(pasted, meant).ok
    pasted.putpixel((9, 8), (255, 0, 0))
    check = product(pasted, meant)
    assert not check.ok and check.figure == 0 and "changed" in check.note


def test_what_was_cut_away_does_not_count(composed, pasted: Image.Image):
    mask = Image.new("1", (8, 6))
    mask.paste(1, (0, 0, 4, 6))
    meant = composed(
        20, 20, product=BOX, product_sha256=kept_sha256(crop(pasted), mask),
        product_mask=encode_mask(mask),
    )  # fmt: skip
    pasted.putpixel((9, 8), (255, 0, 0))
    assert product(pasted, meant).ok
    pasted.putpixel((2, 3), (255, 0, 0))
    assert not product(pasted, meant).ok


def test_no_product(composed, pasted: Image.Image):
    check = product(pasted, composed(20, 20))
    assert check.ok and check.figure is None
