"""Finished images to signed files, with what is known of them beside."""

import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from ...errors import BadInputError
from ...files import replacing_file
from .painting import Report
from .provenance import Painting, sign

FRAME_MILLISECONDS = 83
"""Of a moving picture: twelve frames a second."""
STILL, MOVING = (".png", ".webp"), (".webp", ".gif")
"""Endings of lossless files, in which a product's pixels stay as they are; and of moving ones."""


def check_target(path: Path, *, moving: bool, replace: bool) -> None:
    """Whether an image can be written there; asked before anything is painted.

    Raises:
        BadInputError: its ending is another, it exists, or its folder is not there or not writable.
    """
    endings = MOVING if moving else STILL
    if path.suffix.lower() not in endings:
        what = "A moving picture" if moving else "An image"
        raise BadInputError(f"{what} is written as {' or '.join(endings)}, not as {path.name!r}.")
    if not path.parent.is_dir():
        raise BadInputError(f"There is no folder {path.parent}; make it first.")
    if not os.access(path.parent, os.W_OK):
        raise BadInputError(f"The folder {path.parent} cannot be written to.")
    if not replace:
        for file in (path, report_file(path)):
            if file.exists():
                raise BadInputError(f"{file} exists; name another file, or give --replace.")


def report_file(path: Path) -> Path:
    """Where the report of an image lies."""
    return path.with_suffix(".json")


def save_image(
    frames: Sequence[Image.Image], report: Report, path: Path, *, replace: bool = False
) -> None:
    """Write one frame, or several that move, signed; and the report beside it.

    Raises:
        BadInputError: it exists, or cannot be signed with the configured key.
        MissingError: the configured key is not there.
    """
    try:
        sign(_encoded(frames, path.suffix.lower()), path, painting_of(report), replace=replace)
        with replacing_file(report_file(path)) as temporary:
            temporary.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
            temporary.chmod(0o644)
    except OSError as error:
        raise BadInputError(f"{path} cannot be written: {error.strerror}.") from error


def _encoded(frames: Sequence[Image.Image], ending: str) -> bytes:
    file = io.BytesIO()
    first, *others = frames
    if others:
        first.save(
            file, ending[1:].upper(), save_all=True, append_images=others, loop=0,
            duration=FRAME_MILLISECONDS,
        )  # fmt: skip
    elif ending == ".webp":
        first.save(file, "WEBP", lossless=True, quality=80)
    else:
        first.save(file, "PNG", compress_level=6)
    return file.getvalue()


def painting_of(report: Report) -> Painting:
    """What a signed manifest says of an image."""
    plan = report.plan
    return Painting(
        model=report.generator,
        model_sha256=report.generator_sha256,
        prompt_sha256=hashlib.sha256(report.sketch.prompt.encode()).hexdigest(),
        seed=report.sketch.seed,
        steps=report.steps,
        layout=report.composition.layout,
        item_sha256=hashlib.sha256(plan.order.item_id.encode()).hexdigest(),
    )
