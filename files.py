"""Folders of the user, writes that are all or nothing, and hashes.

Knows nothing of catalogues or models; every other module may use it.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs


def cache_dir() -> Path:
    """Downloads, converted models and indexes: everything that can be made again.

    `TASTEMAKER_CACHE_DIR` overrides the platform's own place.
    """
    return Path(os.environ.get("TASTEMAKER_CACHE_DIR") or platformdirs.user_cache_dir("tastemaker"))


def data_dir() -> Path:
    """Catalogues, conversations, logs: what belongs to the user.

    `TASTEMAKER_DATA_DIR` overrides the platform's own place.
    """
    return Path(os.environ.get("TASTEMAKER_DATA_DIR") or platformdirs.user_data_dir("tastemaker"))


@contextmanager
def replacing_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it over `path` when the block succeeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def building_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `path`; put it in place of `path` when the block succeeds.

    An existing `path` is replaced only then, so an interrupted build leaves the old one whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o755)  # mkdtemp makes private folders
        if path.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent))
            path.replace(old)
            temporary.replace(path)
            shutil.rmtree(old)
        else:
            temporary.replace(path)
    finally:
        if temporary.exists():
            shutil.rmtree(temporary, ignore_errors=True)


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file, read in bounded memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def safe_name(text: str) -> str:
    """A file name that stands for `text`: readable, unique, and unable to leave its folder."""
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:40]
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{readable}-{digest}" if readable else digest
