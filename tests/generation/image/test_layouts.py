import pytest
from tastemaker.errors import BadInputError
from tastemaker.generation.image.formats import format_named, shipped_formats
from tastemaker.generation.image.layouts import (
    default_layout,
    layout_named,
    part,
    shipped_layouts,
)
from tastemaker.generation.image.records import Box

PLACES = [
    pytest.param(layout, name, slots, id=f"{layout.name} {name}{' product' if product else ''}")
    for layout in shipped_layouts().values()
    for product, table in ((False, layout.slots), (True, layout.product_slots))
    for name, slots in table.items()
]


@pytest.mark.parametrize("name", shipped_formats())
@pytest.mark.parametrize("product", [False, True])
def test_every_format_has_a_default_that_suits_it(name, product):
    assert default_layout(name, product).suits(name, product)


def test_names_carry_a_version():
    assert all(name.rpartition("-")[2].isdecimal() for name in shipped_layouts())


@pytest.mark.parametrize(("layout", "name", "slots"), PLACES)
def test_slots_lie_inside_and_product_and_column_apart(layout, name, slots):
    shape = format_named(name)
    assert part(slots.picture, shape.canvas).width > 0
    boxes = [slots.column, slots.logo] + ([slots.product] if slots.product else [])
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    if layout.picture != "cover":
        assert not _overlap(part(slots.column, shape.safe), part(slots.picture, shape.canvas))
    if slots.product:
        product = part(slots.product, shape.safe)
        assert not _overlap(product, part(slots.column, shape.safe))
        assert not _overlap(product, part(slots.logo, shape.safe))


def test_a_layout_says_no_to_formats_that_it_does_not_suit():
    with pytest.raises(BadInputError, match="split-1 does not suit the format story; these do"):
        layout_named("split-1").slots_for("story", False)
    with pytest.raises(BadInputError, match="cover-1 does not suit the format feed with a product"):
        layout_named("cover-1").slots_for("feed", True)
    with pytest.raises(BadInputError, match="did you mean poster-1"):
        layout_named("poster")


def test_fractions_become_whole_pixels():
    area = Box(left=10, top=20, right=110, bottom=220)
    assert part((0, 0.5, 0.25, 1), area) == Box(left=10, top=120, right=35, bottom=220)


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )
