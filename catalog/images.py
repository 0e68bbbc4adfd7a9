"""Image files on their way into a catalogue: found, checked by decoding, copied as they are."""

import shutil
import warnings
from pathlib import Path
from typing import BinaryIO

from .rejects import Rejects

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MAX_PIXELS = 100_000_000
"""Larger images are refused, as decoding them would take gigabytes."""


def image_problem(source: Path | BinaryIO) -> str | None:
    """Why a file cannot be used as an image, or None when it decodes: `is missing`, …"""
    from PIL import Image

    if isinstance(source, Path) and not source.is_file():
        return "is missing"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(source, formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    return f"has more than {MAX_PIXELS:,} pixels"
                image.draft(
                    "RGB", (64, 64)
                )  # a JPEG is decoded at an eighth: enough to find damage
                image.load()
    except Image.DecompressionBombError:
        return f"has more than {MAX_PIXELS:,} pixels"
    except Exception as error:  # Pillow raises many kinds for damaged files
        return f"cannot be decoded as {', '.join(FORMATS)} ({type(error).__name__})"
    return None


def copy_images(
    sources: list[Path], stem: str, folder: Path, where: str, rejects: Rejects
) -> list[str]:
    """Copy what decodes into `folder/images`; the rest is recorded. Returns the stored paths."""
    stored: list[str] = []
    for source in sources:
        problem = image_problem(source)
        if problem:
            rejects.problem(where, f"has an image that {problem}", source.name)
            continue
        suffix = source.suffix.lower() or ".img"
        name = f"images/{stem}{f'-{len(stored) + 1}' if stored else ''}{suffix}"
        (folder / "images").mkdir(exist_ok=True)
        shutil.copyfile(source, folder / name)
        stored.append(name)
    return stored
