"""The drawings that the image generator learns from: three permissively licensed sets of emoji, of
which the subjects listed in `teaching/data/subjects.tsv` are rendered once into the cache.
"""

import json
import re
import tempfile
from functools import cache
from pathlib import Path

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from ...errors import MissingError
from ...files import building_folder, cache_dir
from ...packages import Progress, silent
from ..seeing.drawings import SETS as SEEN_SETS
from ..seeing.drawings import DrawingSet, emoji_of, fetched_set

EDGE = 256
"""Pixels of a rendered drawing's edge."""
RECIPE = 1
"""Raised when other drawings would be kept, or rendered otherwise."""
SUBJECTS = Path(__file__).parent.parent / "data" / "subjects.tsv"


SETS = (
    *(one for one in SEEN_SETS if one.name in ("noto", "fluent")),
    DrawingSet(
        name="fluent-flat",
        client="npm",
        package="@iconify-json/fluent-emoji-flat@1.2.6",
        filename="iconify-json-fluent-emoji-flat-1.2.6.tgz",
        sha256="7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
        licence="MIT",
    ),
)


class Drawing(BaseModel):
    """One subject as one set draws it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str
    """What it shows."""
    set: str
    """Name of the set."""
    file: Path
    """RGBA PNG, `EDGE` pixels wide and high."""


@cache
def subjects() -> dict[str, str]:
    """Subject -> the name that emoji sets have for it."""
    rows = SUBJECTS.read_text(encoding="utf-8").splitlines()
    return dict(row.split("\t") for row in rows)


def subject_drawings(progress: Progress = silent) -> list[Drawing]:
    """Every subject as every set draws it, by set and subject.

    Raises:
        MissingError: a set cannot be fetched, or what renders it is not installed.
    """
    return [drawing for one in SETS for drawing in _drawings_of(one, progress)]


def _drawings_of(one: DrawingSet, progress: Progress) -> list[Drawing]:
    folder = cache_dir() / "drawings" / f"subjects-{one.name}-{RECIPE}-{one.sha256[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            with building_folder(folder) as target:
                _render(one, target, progress)
    rows = json.loads((folder / "drawings.json").read_text(encoding="utf-8"))
    known = subjects()
    return [
        Drawing(subject=subject, set=one.name, file=folder / file)
        for subject, file in rows
        if subject in known
    ]


def _render(one: DrawingSet, target: Path, progress: Progress) -> None:
    try:
        import resvg_py
    except ImportError as error:
        raise MissingError(
            "Rendering drawings needs resvg-py, which is not installed: run"
            ' `pip install "tastemaker[train]"`.'
        ) from error
    with tempfile.TemporaryDirectory() as unpacked:
        emoji = list(emoji_of(fetched_set(one, Path(unpacked), progress)))
    by_name = {_joined(name): svg for name, _, _, svg in emoji}
    rows = []
    for number, (subject, name) in enumerate(subjects().items()):
        progress(f"rendering {one.name}", number, len(subjects()))
        if svg := by_name.get(_joined(name)):
            png = resvg_py.svg_to_bytes(
                svg_string=svg, width=EDGE, height=EDGE, dpi=96.0, skip_system_fonts=True
            )
            (target / f"{number}.png").write_bytes(png)
            rows.append([subject, f"{number}.png"])
    (target / "drawings.json").write_text(json.dumps(rows), encoding="utf-8")


def _joined(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)
