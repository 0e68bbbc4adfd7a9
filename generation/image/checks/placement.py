"""Whether everything stands where it may: inside the safe area, and nothing on anything else."""

from itertools import combinations

from PIL import Image

from ..records import Box, Check, Composition


def placement(image: Image.Image, composition: Composition) -> Check:
    """How many rules text, product and logo break; none may be."""
    things = [(f"text '{text.role}'", text.box) for text in composition.texts]
    things += [("product", composition.product)] if composition.product else []
    things += [("logo", composition.logo)] if composition.logo else []
    whole = Box(left=0, top=0, right=image.width, bottom=image.height)
    problems = []
    if image.size != (composition.width, composition.height):
        problems.append(f"image is {image.width}×{image.height} pixels, not what was composed")
    if not _inside(composition.safe, whole):
        problems.append("safe area is not inside the image")
    problems += [
        f"{name} leaves the safe area" for name, box in things if not _inside(box, composition.safe)
    ]
    problems += [
        f"{name} stands on {other}"
        for (name, box), (other, its) in combinations(things, 2)
        if _overlap(box, its)
    ]
    return Check(
        name="placement",
        figure=len(problems),
        bar=0,
        ok=not problems,
        note="; ".join(problems),
    )


def _inside(box: Box, outer: Box) -> bool:
    return (
        outer.left <= box.left < box.right <= outer.right
        and outer.top <= box.top < box.bottom <= outer.bottom
    )


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )
