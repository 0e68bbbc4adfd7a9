"""Freely licensed drawings with their names, from pinned packages: Noto Emoji, Fluent Emoji and the
Open Clip Art Library. Rendered once into the cache; a package's code is never run.
"""

import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from ...errors import MissingError
from ...files import building_folder, cache_dir, sha256_file
from ...packages import Progress, silent
from .pictures import Picture

RECIPE = 1
"""Raised when other drawings would be kept, or rendered otherwise."""
EDGE = 224
"""Pixels of a rendered drawing's edge: what CLIP looks at."""


class DrawingSet(BaseModel):
    """One package of drawings, pinned by its hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """What the set is called here."""
    client: str
    """The package client that fetches it: `npm` or `apt-get`."""
    package: str
    """Name and version, as the client wants them."""
    filename: str
    """The file that the client leaves."""
    sha256: str
    """Hex digest; a file that differs is refused."""
    licence: str
    """SPDX identifier of the drawings' licence."""


SETS = (
    DrawingSet(
        name="noto",
        client="npm",
        package="@iconify-json/noto@1.2.9",
        filename="iconify-json-noto-1.2.9.tgz",
        sha256="3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
        licence="Apache-2.0",
    ),
    DrawingSet(
        name="fluent",
        client="npm",
        package="@iconify-json/fluent-emoji@1.2.7",
        filename="iconify-json-fluent-emoji-1.2.7.tgz",
        sha256="8044210dbf11e016d4de85f15d01a243423bd832457e7e2491df1b751c0e272b",
        licence="MIT",
    ),
    DrawingSet(
        name="clipart",
        client="apt-get",
        package="openclipart-svg=1:0.18+dfsg-19",
        filename="openclipart-svg_1%3a0.18+dfsg-19_all.deb",
        sha256="989712d90d57dfa3230049f553bb43b76c30ee4d4b8c5f6e106e33f7db5cbdc5",
        licence="CC-PDDC",
    ),
)

_SKIN_TONE = re.compile(r"skin-tone|-(light|medium|medium-light|medium-dark|dark)$")
_CLIPART_FOLDERS = re.compile(
    r"(animals|buildings|containers|decorations|education|electronics|food|office|people|plants"
    r"|science|tools|transportation|computer/hardware|signs_and_symbols/weather"
    r"|recreation/(holiday|music|party|sports|toys))/"
)
"""Pictures of things; the rest is themes of icons, geometric shapes, flags and maps."""
_MOST_ALIKE = 3
"""Drawings of one title that are kept: most that share theirs with more have an empty one."""


def drawings(progress: Progress = silent) -> list[Picture]:
    """Every drawing of every set, rendered once into the cache.

    Raises:
        MissingError: a set cannot be fetched, or what renders it is not installed.
    """
    return [picture for one in SETS for picture in _pictures_of(one, progress)]


def _pictures_of(one: DrawingSet, progress: Progress) -> list[Picture]:
    name = f"{one.name}-{RECIPE}-{one.sha256[:12]}"
    folder = rendered(name, lambda target: _render_set(one, target, progress))
    rows = map(json.loads, (folder / "drawings.jsonl").read_text(encoding="utf-8").splitlines())
    return [Picture(**{**row, "image": folder / row["image"], "drawn": True}) for row in rows]


def rendered(name: str, render: Callable[[Path], None]) -> Path:
    """The folder of drawings of that name in the cache; `render` fills it once."""
    folder = cache_dir() / "drawings" / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            with building_folder(folder) as target:
                render(target)
    return folder


def renderer() -> Any:
    """resvg.

    Raises:
        MissingError: it is not installed.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise MissingError(
            "Rendering drawings needs resvg-py, which is not installed: run"
            ' `pip install "tastemaker[train]"`.'
        ) from error
    return resvg_py


def _render_set(one: DrawingSet, target: Path, progress: Progress) -> None:
    resvg = renderer()
    with tempfile.TemporaryDirectory() as unpacked:
        package = fetched_set(one, Path(unpacked), progress)
        found = list(
            _clipart(package, Path(unpacked)) if one.client == "apt-get" else emoji_of(package)
        )
    rows = []
    for number, (key, caption, kind, svg) in enumerate(found):
        progress(f"rendering {one.name}", number, len(found))
        try:
            png = resvg.svg_to_bytes(
                svg_string=svg, width=EDGE, dpi=96.0, background="#ffffff", skip_system_fonts=True
            )
        except ValueError:  # not a sound SVG
            continue
        (target / f"{number}.png").write_bytes(png)
        row = {"set": one.name, "key": key, "image": f"{number}.png", "caption": caption}
        rows.append(json.dumps({**row, "kind": kind}, ensure_ascii=False))
    (target / "drawings.jsonl").write_text("\n".join(rows), encoding="utf-8")


def fetched_set(one: DrawingSet, folder: Path, progress: Progress) -> Path:
    """The package file, downloaded into `folder` by its client and checked."""
    if shutil.which(one.client) is None:
        raise MissingError(
            f"The drawings of {one.name} are fetched with {one.client}, which is not installed;"
            " install it, or train on a machine that has it."
        )
    progress(f"fetching {one.package}", 0, None)
    commands = {
        "npm": ["npm", "pack", "--silent", one.package],
        "apt-get": ["apt-get", "download", "-q", one.package],
    }
    done = subprocess.run(
        commands[one.client], cwd=folder, capture_output=True, text=True, check=False
    )
    file = folder / one.filename
    if not file.is_file():
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise MissingError(f"{one.client} did not fetch {one.package}: {said}")
    if sha256_file(file) != one.sha256:
        raise MissingError(f"{one.filename} is not the pinned file; nothing was kept.")
    return file


def emoji_of(package: Path) -> Iterator[tuple[str, str, str, str]]:
    """(key, caption, kind, SVG) of an Iconify set, each emoji once whatever its skin tone."""
    with tarfile.open(package) as archive:
        icons, about = (
            json.load(cast(IO[bytes], archive.extractfile(f"package/{name}.json")))
            for name in ("icons", "metadata")
        )
    listed = about.get("categories")
    kinds = {
        name: kind.lower()
        for kind, names in (listed.items() if isinstance(listed, dict) else ())
        for name in names
    }
    for name, icon in sorted(icons["icons"].items()):
        if _SKIN_TONE.search(name) or icon.get("hidden"):
            continue
        size = [icon.get(edge, icons.get(edge, 16)) for edge in ("width", "height")]
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' viewBox="0 0 {size[0]} {size[1]}">{icon["body"]}</svg>'
        )
        yield name, name.replace("-", " "), kinds.get(name, ""), svg


def _clipart(package: Path, folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """(key, caption, kind, SVG) of Debian's copy of the Open Clip Art Library."""
    subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    root = folder / "usr/share/openclipart/svg"
    found = []
    for path in sorted(root.rglob("*.svg")):
        key = path.relative_to(root).as_posix()
        if _CLIPART_FOLDERS.match(key):
            svg = path.read_text(encoding="utf-8", errors="replace")
            # One prolific artist's titles are Italian.
            if "rollandin" not in svg.lower() and (caption := _title(svg)):
                kind = key.split("/")[1] if key.startswith("recreation") else key.split("/")[0]
                found.append((key, caption, kind, svg))
    alike = Counter(caption for _, caption, _, _ in found)
    yield from (one for one in found if alike[one[1]] <= _MOST_ALIKE)


def _title(svg: str) -> str:
    """The title that the drawing's metadata gives it, in lower case; empty where it has none."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        return ""
    element = root.find(".//{*}Work/{http://purl.org/dc/elements/1.1/}title")
    lines = (element.text or "").strip().splitlines() if element is not None else []
    text = re.sub(r"[\W\d_]+", " ", lines[0]).strip().lower() if lines else ""
    return text if text.isascii() and 3 <= len(text) <= 60 else ""
