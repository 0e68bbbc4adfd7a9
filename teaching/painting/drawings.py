"""The drawings that the image generator learns from: three permissively licensed sets of emoji, of
which the subjects listed in `teaching/data/subjects.tsv` are rendered once into the cache.
"""

import json
import re
import tempfile
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ...files import sha256_file
from ...packages import Progress, silent
from ..seeing.drawings import SETS as SEEN_SETS
from ..seeing.drawings import DrawingSet, emoji_of, fetched_set, rendered, renderer

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
    wanted = sha256_file(SUBJECTS)[:8]
    name = f"subjects-{one.name}-{RECIPE}-{one.sha256[:12]}-{wanted}"
    folder = rendered(name, lambda target: _render(one, target, progress))
    rows = json.loads((folder / "drawings.json").read_text(encoding="utf-8"))
    return [Drawing(subject=subject, set=one.name, file=folder / file) for subject, file in rows]


def _render(one: DrawingSet, target: Path, progress: Progress) -> None:
    resvg = renderer()
    with tempfile.TemporaryDirectory() as unpacked:
        emoji = list(emoji_of(fetched_set(one, Path(unpacked), progress)))
    by_name = {_joined(name): svg for name, _, _, svg in emoji}
    rows = []
    for number, (subject, name) in enumerate(subjects().items()):
        progress(f"rendering {one.name}", number, len(subjects()))
        if svg := by_name.get(_joined(name)):
            png = resvg.svg_to_bytes(
                svg_string=svg, width=EDGE, height=EDGE, dpi=96.0, skip_system_fonts=True
            )
            (target / f"{number}.png").write_bytes(png)
            rows.append([subject, f"{number}.png"])
    (target / "drawings.json").write_text(json.dumps(rows), encoding="utf-8")


def _joined(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name)
