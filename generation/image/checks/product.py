"""Whether the item's own picture is still what it was, pixel for pixel."""

from PIL import Image

from ..product import product_kept
from ..records import Check, Composition


def product(image: Image.Image, composition: Composition) -> Check:
    """1 where the pasted pixels are identical to what was meant, else 0; none without a product."""
    if composition.product is None:
        return Check(name="product", figure=None, bar=1, ok=True, note="no product stands in it")
    kept = product_kept(image, composition)
    note = "" if kept else "pixels of the product were changed"
    return Check(name="product", figure=float(kept), bar=1, ok=kept, note=note)
