"""Pages of pictures drawn by seed, failures among them: what an image generator really does."""

import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from ..files import replacing_file
from ..generation.image.generator import Generator, PaintJob, paint
from ..generation.image.looks import Look, caption
from ..generation.image.painting import Painted
from ..generation.image.vocabulary import Vocabulary
from ..packages import Progress

CELL, ACROSS = 128, 9
_POSTER = 360
_GAP = 12


def subjects_page(
    generator: Generator,
    vocabulary: Vocabulary,
    file: Path,
    *,
    rows: int,
    seed: int,
    progress: Progress,
) -> list[str]:
    """Write a sheet: in each row a random subject in every style; returns the captions by row."""
    draw = random.Random(seed)
    subjects = draw.sample(vocabulary.subjects, rows)
    styles = list(vocabulary.styles)
    looks = [
        Look(style=style, ground=draw.choice(list(vocabulary.grounds)))
        for _ in subjects
        for style in styles
    ]
    captions = [
        caption(subject, looks[row * len(styles) + column])
        for row, subject in enumerate(subjects)
        for column in range(len(styles))
    ]
    jobs = [PaintJob(prompt=one, seed=seed + number) for number, one in enumerate(captions)]
    pictures = paint(generator, jobs, progress)
    sheet = Image.new("RGB", (CELL * len(styles), CELL * rows), "white")
    for number, picture in enumerate(pictures):
        row, column = divmod(number, len(styles))
        sheet.paste(picture.resize((CELL, CELL)), (column * CELL, row * CELL))
    _save(sheet, file)
    return [f"{subject}: {', '.join(styles)}" for subject in subjects]


def posters_page(painted: Sequence[Painted], file: Path, across: int = 4) -> None:
    """Write a sheet of finished images, in order, all of one width."""
    small = [
        one.image.resize((_POSTER, round(one.image.height * _POSTER / one.image.width)))
        for one in painted
    ]
    columns: list[list[Image.Image]] = [[] for _ in range(across)]
    heights = [_GAP] * across
    for image in small:
        at = heights.index(min(heights))
        columns[at].append(image)
        heights[at] += image.height + _GAP
    sheet = Image.new("RGB", ((_POSTER + _GAP) * across + _GAP, max(heights)), "#e9e7e2")
    for at, column in enumerate(columns):
        top = _GAP
        for image in column:
            sheet.paste(image, (_GAP + at * (_POSTER + _GAP), top))
            top += image.height + _GAP
    _save(sheet, file)


def _save(sheet: Image.Image, file: Path) -> None:
    with replacing_file(file) as temporary:
        sheet.save(temporary, "WEBP", quality=86, method=6)
        temporary.chmod(0o644)
