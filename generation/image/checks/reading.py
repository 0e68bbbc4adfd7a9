"""Whether a machine reads the words that were meant: OCR of the finished pixels.

The reader is PP-OCRv6 (small) through rapidocr, whose wheel bundles the models; nothing is
downloaded. It tells Latin and Han letters well but not accents, and no Cyrillic, Arabic or Hebrew:
letters that it does not tell are not counted against a text, and the note says how many.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from PIL import Image
from rapidfuzz.distance import Levenshtein

from ..extra import paint_extra
from ..records import Check, Composition, TextBlock
from .onnx_files import THREADS

BAR = 0.05
"""Errors per character, at most."""
LETTERS = 32
"""Pixels of the font's size that the reader is shown; it was taught lines of about 48 pixels."""
PADDING = 0.5
"""Around a text, in sizes of its font: the reader looks for lines with room around them."""
_IDLE: list[Any] = []


def reading(image: Image.Image, composition: Composition) -> Check:
    """Errors per character of the text that is read worst; upper and lower case count as one.

    Raises:
        MissingError: rapidocr is not installed.
    """
    figure, notes = 0.0, []
    for block in composition.texts:
        read = read_block(image, block)
        errors, unjudged = character_errors(block.text, read, known_letters())
        judged = sum(not c.isspace() for c in block.text) - unjudged
        if block.text.strip() and judged <= 0:
            notes.append(f"the reader does not know the letters of '{block.role}'")
            return _check(None, notes)
        rate = errors / max(1, len(" ".join(block.text.split())))
        if rate > BAR:
            notes.append(f"'{block.role}' reads {read!r}")
        elif unjudged:
            notes.append(f"{unjudged} letters of '{block.role}' are not judged")
        figure = max(figure, rate)
    return _check(figure, notes)


def _check(figure: float | None, notes: list[str]) -> Check:
    return Check(
        name="reading",
        figure=figure if figure is None else round(figure, 4),
        bar=BAR,
        ok=figure is not None and figure <= BAR,
        note="; ".join(notes),
    )


def read_block(image: Image.Image, block: TextBlock) -> str:
    """What the reader reads where a text stands, lines joined by spaces.

    Raises:
        MissingError: rapidocr is not installed.
    """
    padding, box = round(PADDING * block.size), block.box
    crop = image.convert("RGB").crop(
        (
            max(0, box.left - padding),
            max(0, box.top - padding),
            min(image.width, box.right + padding),
            min(image.height, box.bottom + padding),
        )
    )
    scale = LETTERS / block.size
    size = max(1, round(crop.width * scale)), max(1, round(crop.height * scale))
    shown = np.asarray(crop.resize(size, Image.Resampling.LANCZOS))[..., ::-1]
    with _reader() as reader:
        found = reader(np.ascontiguousarray(shown), use_cls=False)
    return " ".join(" ".join(found.txts or ()).split())


def character_errors(meant: str, read: str, known: frozenset[str]) -> tuple[int, int]:
    """Levenshtein distance of two texts, and how many letters of `meant` were not judged.

    White space is single, case is folded; an accented letter, or one that is not in `known`, may be
    read as anything or missed.
    """
    meant, read = (
        unicodedata.normalize("NFC", " ".join(text.split())).casefold() for text in (meant, read)
    )
    free = {at for at, c in enumerate(meant) if not c.isspace() and not _judged(c, known)}
    errors = sum(
        not (edit.tag in ("replace", "delete") and edit.src_pos in free)
        for edit in Levenshtein.editops(meant, read)
    )
    return errors, len(free)


def _judged(letter: str, known: frozenset[str]) -> bool:
    return letter in known and len(unicodedata.normalize("NFD", letter)) == 1


@cache
def known_letters() -> frozenset[str]:
    """The characters that the reader can write, case folded."""
    with _reader() as reader:
        reader._load_rec_model()  # else loaded with the first image
        return frozenset(c.casefold() for c in reader.text_rec.postprocess_op.character)


@contextmanager
def _reader() -> Iterator[Any]:
    """A reader that no other thread uses meanwhile: it remembers where it is."""
    try:
        reader = _IDLE.pop()
    except IndexError:
        reader = _new_reader()
    try:
        yield reader
    finally:
        _IDLE.append(reader)


def _new_reader() -> Any:
    with paint_extra():
        from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # no text stands on its head
            # Never enlarge a line to a page: large letters fall apart into several finds.
            "Det.limit_type": "max",
            "Det.limit_side_len": 1600,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
