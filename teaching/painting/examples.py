"""The training pictures on disk: rendered once from drawings, with captions and splits."""

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict

from ...files import building_folder
from ...generation.image.looks import Look, caption
from ...packages import Progress
from .drawings import Drawing
from .rendering import (
    EDGE,
    FILTERED,
    OWN_STYLES,
    held_out_drawing,
    held_out_pair,
    paint,
    random_look,
    told,
)

Split = Literal["train", "pair", "drawing"]
_AT_ONCE = 50


class Example(BaseModel):
    """What one training picture shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    """What is drawn."""
    set: str
    """By which set."""
    look: Look
    """How."""
    caption: str
    """What the generator is told."""
    split: Split
    """`pair`: its subject is never learnt in its style; `drawing`: the drawing is never learnt."""


class Examples:
    """Training pictures and what they show, in one order."""

    def __init__(self, folder: Path) -> None:
        self.pictures: NDArray[np.uint8] = np.load(folder / "pictures.npy", mmap_mode="r")
        """(n, EDGE, EDGE, 3), read from disk as they are asked for."""
        lines = (folder / "examples.jsonl").read_text(encoding="utf-8").splitlines()
        self.about = [Example.model_validate_json(line) for line in lines]
        """One for each picture."""

    def of(self, split: Split) -> NDArray[np.int64]:
        """Positions of a split's pictures."""
        return np.array([n for n, one in enumerate(self.about) if one.split == split], np.int64)


def make_examples(
    folder: Path, drawings: list[Drawing], *, own: int, filtered: int, seed: int, progress: Progress
) -> Examples:
    """Render every drawing `own` times in its set's style, `filtered` times in each that it is
    redrawn in.

    Made once: a folder that exists is read.
    """
    if not folder.exists():
        with building_folder(folder) as target:
            _render(target, drawings, own, filtered, seed, progress)
    return Examples(folder)


def _render(
    target: Path, drawings: list[Drawing], own: int, filtered: int, seed: int, progress: Progress
) -> None:
    count = sum(own + filtered * len(FILTERED[one.set]) for one in drawings)
    pictures = np.lib.format.open_memmap(
        target / "pictures.npy", mode="w+", dtype=np.uint8, shape=(count, EDGE, EDGE, 3)
    )
    parts = [drawings[start : start + _AT_ONCE] for start in range(0, len(drawings), _AT_ONCE)]
    with (
        ProcessPoolExecutor() as pool,
        (target / "examples.jsonl").open("w", encoding="utf-8") as out,
    ):
        work = [
            pool.submit(_rendered, part, own, filtered, seed + number)
            for number, part in enumerate(parts)
        ]
        done = 0
        for job in work:
            painted, lines = job.result()
            pictures[done : done + len(painted)] = painted
            out.writelines(line + "\n" for line in lines)
            done += len(painted)
            progress("rendering pictures", done, len(pictures))
    pictures.flush()


def _rendered(
    drawings: list[Drawing], own: int, filtered: int, seed: int
) -> tuple[NDArray[np.uint8], list[str]]:
    draw = np.random.default_rng(seed)
    painted, lines = [], []
    for drawing in drawings:
        image = Image.open(drawing.file).convert("RGBA")
        styles = [OWN_STYLES[drawing.set]] * own
        styles += [style for style in FILTERED[drawing.set] for _ in range(filtered)]
        for style in styles:
            look = random_look(style, draw)
            example = Example(
                subject=drawing.subject, set=drawing.set, look=look,
                caption=caption(drawing.subject, told(look, draw)), split=_split(drawing, style),
            )  # fmt: skip
            painted.append(paint(image, look, draw))
            lines.append(json.dumps(example.model_dump(), ensure_ascii=False))
    return np.stack(painted), lines


def _split(drawing: Drawing, style: str) -> Split:
    if held_out_drawing(drawing.subject, drawing.set):
        return "drawing"
    return "pair" if held_out_pair(drawing.subject, style) else "train"
