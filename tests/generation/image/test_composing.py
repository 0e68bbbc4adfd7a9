from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from tastemaker.errors import BadInputError
from tastemaker.generation.image.composing import Texts, compose
from tastemaker.generation.image.contrast import contrast_under, needed_contrast
from tastemaker.generation.image.layouts import shipped_layouts
from tastemaker.generation.image.product import product_kept
from tastemaker.generation.image.records import Box
from tastemaker.generation.text.brand import Brand

SHORT = Texts(title="Up", line="Go far.", call="Go")
LONG = Texts(
    title="The Lord of the Rings: The Fellowship of the Ring",
    line="A meek hobbit and eight companions set out on a journey to destroy the One Ring.",
    call="Watch it tonight",
)
CASES = [
    pytest.param(layout.name, name, product, id=f"{layout.name} {name}{' product' * product}")
    for layout in shipped_layouts().values()
    for product, table in ((False, layout.slots), (True, layout.product_slots))
    for name in table
]


def drawing(ground: str = "white") -> Image.Image:
    image = Image.new("RGB", (128, 128), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((14, 30, 110, 120), fill="#e07a10")
    draw.rectangle((50, 20, 70, 60), fill="#206030")
    return image


def busy() -> Image.Image:
    return Image.fromarray(np.random.default_rng(3).integers(0, 255, (64, 64, 3), np.uint8))


def item() -> Image.Image:
    return Image.fromarray(np.random.default_rng(7).integers(0, 255, (300, 240, 3), np.uint8))


@pytest.fixture(scope="module")
def brand(tmp_path_factory) -> Brand:
    folder = tmp_path_factory.mktemp("brand")
    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    (folder / "own.ttf").write_bytes(font.font_bytes)
    mark = Image.new("RGBA", (200, 80))
    ImageDraw.Draw(mark).ellipse((10, 10, 190, 70), fill="#103050")
    mark.save(folder / "logo.png")
    return Brand(font=folder / "own.ttf", logo=folder / "logo.png")


@pytest.mark.parametrize(("layout", "name", "product"), CASES)
@pytest.mark.parametrize(("texts", "picture"), [(SHORT, drawing()), (LONG, busy())])
def test_everything_stands_where_it_may_and_is_read(brand, layout, name, product, texts, picture):
    image, found = compose(
        picture,
        texts,
        format=name,
        layout=layout,
        product=item() if product else None,
        brand=brand,
    )
    assert image.size == (found.width, found.height) and image.mode == "RGB"
    assert [one.text for one in found.texts] == [
        getattr(texts, role) for role in shipped_layouts()[layout].texts
    ]
    solid = [one.box for one in found.texts] + [found.logo] + [found.product] * product
    for box in solid:
        assert found.safe.left <= box.left and box.right <= found.safe.right
        assert found.safe.top <= box.top and box.bottom <= found.safe.bottom
    assert not any(overlap(one, other) for one, other in combinations(solid, 2))
    for one in found.texts:
        around = ring(image, one.box)
        assert contrast_under(around, one.colour) >= needed_contrast(one.size, one.bold)
    assert (found.product is not None) == product
    assert product_kept(image, found)


def test_the_same_input_gives_the_same_bytes(brand):
    one, other = (
        compose(busy(), LONG, format="thumbnail_square", product=item(), brand=brand)
        for _ in range(2)
    )
    assert one[0].tobytes() == other[0].tobytes() and one[1] == other[1]


def test_a_product_is_cut_out_and_proved(brand):
    crisp = drawing().resize((256, 256), Image.Resampling.NEAREST)
    image, found = compose(busy(), SHORT, format="thumbnail_square", product=crisp, brand=brand)
    assert found.product_mask and product_kept(image, found)


def test_colours_of_the_caller_come_before_the_brands_and_the_pictures(brand):
    own = brand.model_copy(update={"palette": ["#0B5D3B"]})
    given = compose(drawing(), SHORT, format="thumbnail", palette=["#701040"], brand=own)[1]
    assert given.palette[0] == "#701040"
    assert compose(drawing(), SHORT, format="thumbnail", brand=own)[1].palette[0] == "#0b5d3b"
    of_picture = compose(drawing(), SHORT, format="thumbnail", brand=brand)[1].palette
    assert of_picture[0] == "#e07a10"


def test_a_logo_that_would_not_be_seen_stands_on_a_plate(brand):
    near = compose(drawing("#0c2840"), SHORT, format="thumbnail_square", brand=brand)
    box = near[1].logo
    assert box
    above = near[0].getpixel((box.left, box.top - 2))
    assert contrast_under([above], "#103050") >= 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "poster"}, "no format 'poster'"),
        ({"layout": "split-1"}, "does not suit the format thumbnail"),
        ({"layout": "thumbnail"}, "did you mean thumbnail-1"),
        ({"texts": Texts(title=" \u200b")}, "needs a title"),
        ({"palette": ["red"]}, "'red' is no colour; write it as #rrggbb"),
        ({"texts": Texts(title="word " * 60)}, "cannot fit the format thumbnail .*shorten it"),
        ({"texts": Texts(title="日本")}, "no glyph for 日 本 in the title"),
        ({"product": Image.new("RGB", (20, 20))}, "too small for an image"),
    ],
)
def test_what_cannot_be_composed_is_refused_in_one_sentence(brand, change, said):
    asked = {"format": "thumbnail", "texts": SHORT, "brand": brand} | change
    with pytest.raises(BadInputError, match=said) as error:
        compose(drawing(), **asked)
    assert "\n" not in str(error.value)


def test_a_logo_that_is_none_is_refused(brand, tmp_path):
    (tmp_path / "logo.svg").write_text("<svg/>")
    own = brand.model_copy(update={"logo": tmp_path / "logo.svg"})
    with pytest.raises(BadInputError, match=r"logo\.svg cannot be decoded"):
        compose(drawing(), SHORT, format="thumbnail", brand=own)


@pytest.mark.packs
def test_without_a_brand_the_shipped_fonts_set_the_text():
    image, found = compose(drawing(), LONG, format="landscape", product=item())
    assert [one.bold for one in found.texts] == [True, False, True]
    assert product_kept(image, found)


def overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )


def ring(image: Image.Image, box: Box) -> np.ndarray:
    """The pixels right outside a box."""
    pixels = np.asarray(image)
    rows, columns = slice(box.top - 2, box.bottom + 2), slice(box.left - 2, box.right + 2)
    outside = np.ones(image.size[::-1], bool)
    outside[box.top : box.bottom, box.left : box.right] = False
    return pixels[rows, columns][outside[rows, columns]]
