"""Demo packs: pinned package files, the few members that are read out of them, and what they say.

The packages are containers only: nothing in them is imported, built or unpickled.
"""

import shutil
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import IO

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field

from ..errors import BadInputError, MissingError
from ..packages import PackageFile, Progress, fetch, silent
from .importers.art import read_art
from .importers.movielens import read_movielens
from .importers.movies import read_movies
from .importers.recbole import read_recbole
from .records import About
from .rejects import Rejects
from .source import Source
from .store import Catalog, catalog_folder
from .writer import write_catalog


class PackFile(BaseModel):
    """One pinned file and what is taken out of it."""

    model_config = ConfigDict(extra="forbid")

    pin: PackageFile
    """Where it comes from."""
    members: dict[str, str]
    """End of a member's path in the archive -> file name that the importer reads."""
    suffix: str | None = None
    """Also every member that ends so, under its own last name."""


class Pack(BaseModel):
    """One demo catalogue."""

    model_config = ConfigDict(extra="forbid")

    importer: str
    """Which importer reads the members."""
    about: About
    """Title, licence, hints and synonyms."""
    files: list[PackFile] = Field(min_length=1)
    """What it is made of."""
    rename: dict[str, str] = Field(default_factory=dict)
    """Source attribute -> attribute, where the source's own name says little."""


@cache
def pack_data() -> dict[str, dict]:
    """packs.toml as it stands."""
    text = Path(__file__).with_name("packs.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def film_about(title: str, source: str, licence: str) -> About:
    """About any film catalogue: hints and synonyms that hold for MovieLens' attributes."""
    return About(
        title=title, item_noun="film", source=source, licence=licence, **pack_data()["films"]
    )


def _load_packs() -> dict[str, Pack]:
    data = pack_data()
    packs: dict[str, Pack] = {}
    for name, entry in data["packs"].items():
        shared = data[entry.pop("vocabulary")] if "vocabulary" in entry else {}
        packs[name] = Pack.model_validate({**entry, "about": {**shared, **entry["about"]}})
    return packs


PACKS: dict[str, Pack] = _load_packs()
"""The demo packs by name."""


def fetch_pack(name: str, progress: Progress = silent, replace: bool = False) -> Catalog:
    """The opened catalogue of a demo pack, downloaded and imported unless it is here already.

    Raises:
        BadInputError: there is no such pack.
        MissingError: the package index cannot give a file, or the file lacks a member.
    """
    if name not in PACKS:
        raise BadInputError(f"There is no demo pack {name}; there are {', '.join(PACKS)}.")
    folder = catalog_folder(name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{name}.fetch.lock"):
        if folder.exists() and not replace:
            return Catalog.open(folder)
        pack = PACKS[name]
        with tempfile.TemporaryDirectory(prefix="tastemaker-pack-") as temporary:
            work = Path(temporary)
            for file in pack.files:
                extract(fetch(file.pin, progress), file, work)
            rejects = Rejects()
            source = _READERS[pack.importer](work, pack, rejects, progress)
            write_catalog(folder, source, rejects, replace=True, progress=progress)
    return Catalog.open(folder)


def extract(archive: Path, wanted: PackFile, folder: Path) -> None:
    """Copy the wanted members into `folder` under plain names, so that no path can leave it.

    Raises:
        MissingError: a member is not in the archive.
    """
    left = dict(wanted.members)

    def take(path: str, opened: Callable[[], IO[bytes] | None]) -> None:
        end = next((end for end in left if path == end or path.endswith(f"/{end}")), None)
        if end is not None:
            name = left.pop(end)
        elif wanted.suffix and path.endswith(wanted.suffix):
            name = Path(path).name
        else:
            return
        stream = opened()
        if stream is not None:
            with stream, (folder / name).open("wb") as out:
                shutil.copyfileobj(stream, out, 1 << 20)

    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as zipped:
            for member in zipped.infolist():
                take(member.filename, lambda member=member: zipped.open(member))
    else:
        with tarfile.open(archive) as tarred:
            for entry in tarred:
                if entry.isfile():
                    take(entry.name, lambda entry=entry: tarred.extractfile(entry))
    if left:
        raise MissingError(f"{archive.name} has no {', '.join(left)}; the pinned file has changed.")


Reader = Callable[[Path, Pack, Rejects, Progress], Source]

_READERS: dict[str, Reader] = {
    "movies": lambda folder, pack, rejects, progress: read_movies(
        folder, pack.about, pack_data()["languages"], rejects, progress
    ),
    "art": lambda folder, pack, rejects, progress: read_art(folder, pack.about, rejects),
    "movielens": lambda folder, pack, rejects, progress: read_movielens(
        folder, pack.about, rejects, progress
    ),
    "recbole": lambda folder, pack, rejects, progress: read_recbole(
        folder, pack.about, rejects, progress, rename=pack.rename
    ),
}
