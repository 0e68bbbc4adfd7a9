"""Pictures that people show: checked, made upright and small, kept under the hash of their pixels.

What is kept is what was decoded, never the file itself. A path outside the folder that the caller
allows is refused, and no address is fetched unless its host was allowed by name.
"""

import hashlib
import io
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import httpx2
from PIL import Image

from ..catalog.images import FORMATS, image_problem
from ..errors import BadInputError
from ..files import replacing_file
from ..recommender.image_encoder import read_image

MAX_BYTES = 50_000_000
"""Larger files are refused unread."""
LONGEST_EDGE = 768
"""Pixels of the longer edge that is kept; no model here looks at more."""
FETCH_SECONDS = 15.0
ID_CHARS = 32
_ID = frozenset("0123456789abcdef")
_DECODING = threading.Lock()
"""A small file may hold a picture that takes a gigabyte for some seconds: one at a time."""
_SCHEMES = ("http://", "https://", "ftp://", "data:", "file:")


class PictureStore:
    """The pictures of all conversations, in one folder."""

    def __init__(
        self, folder: Path, *, within: Path | None = None, hosts: Sequence[str] = ()
    ) -> None:
        """
        Args:
            within: the only folder that paths may lead into; none: anywhere, as for a person at
                their own terminal.
            hosts: hosts that pictures may be fetched from, over https.
        """
        self.folder = folder
        self._within = within.resolve() if within else None
        self._hosts = frozenset(host.lower() for host in hosts)

    def take(self, source: str | Path | bytes) -> tuple[str, list[str]]:
        """Keep a picture: its id, and what the person should know of how it was read.

        Raises:
            BadInputError: it is no image that can be used, or may not be read.
        """
        if isinstance(source, bytes):
            return self._keep(source, "The picture")
        name = str(source)
        if name.lower().startswith(_SCHEMES):
            return self._keep(self._fetched(name), "The picture")
        path = self._allowed(Path(name))
        try:
            if path.stat().st_size > MAX_BYTES:
                raise BadInputError(f"{path.name} is larger than {MAX_BYTES // 10**6} MB.")
            data = path.read_bytes()
        except OSError as error:
            raise BadInputError(f"{path.name} cannot be read ({type(error).__name__}).") from error
        return self._keep(data, path.name)

    def path(self, picture: str) -> Path | None:
        """The file of a picture that was taken; none when it is not here (any more)."""
        if len(picture) != ID_CHARS or set(picture) - _ID:
            return None
        path = self.folder / f"{picture}.png"
        return path if path.is_file() else None

    def _allowed(self, path: Path) -> Path:
        try:
            real = path.expanduser().resolve()
            inside = self._within is None or real.is_relative_to(self._within)
            there = inside and real.is_file()
        except (OSError, RuntimeError, ValueError):  # too long, a NUL, a loop of links
            inside, there, real = True, False, path
        if not inside:
            raise BadInputError(f"{path.name} lies outside the folder that pictures may come from.")
        if not there:
            raise BadInputError(f"There is no picture file {str(path)[:200]!r}.")
        return real

    def _fetched(self, url: str) -> bytes:
        """The bytes at an address whose host, and those it sends on to, are allowed."""
        for _ in range(4):
            if not self._allows(url):
                raise BadInputError(
                    "Pictures are not fetched from addresses; give a file, or allow the host with"
                    " the setting agent.picture_hosts (https only)."
                )
            try:
                with httpx2.stream("GET", url, timeout=FETCH_SECONDS) as response:
                    if response.is_redirect:
                        url = urljoin(url, response.headers.get("location", ""))
                        continue
                    response.raise_for_status()
                    data = bytearray()
                    for chunk in response.iter_bytes(1 << 16):
                        data += chunk
                        if len(data) > MAX_BYTES:
                            raise BadInputError("The picture at that address is too large.")
                    return bytes(data)
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise BadInputError(
                    f"The picture could not be fetched ({type(error).__name__})."
                ) from error
        raise BadInputError("The picture's address sends on too often.")

    def _allows(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:  # a host that cannot be one
            return False
        return parts.scheme == "https" and (parts.hostname or "").lower() in self._hosts

    def _keep(self, data: bytes, name: str) -> tuple[str, list[str]]:
        if not data:
            raise BadInputError(f"{name} is empty.")
        with _DECODING:
            return self._decoded(data, name)

    def _decoded(self, data: bytes, name: str) -> tuple[str, list[str]]:
        stream = io.BytesIO(data)
        problem = image_problem(stream)
        if problem:
            raise BadInputError(f"{name} {problem}.")
        notes = ["Your picture moves; I look at its first frame."] if _moves(stream) else []
        stream.seek(0)
        image = read_image(stream)
        if image is None:
            raise BadInputError(f"{name} cannot be read as an image.")
        image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
        picture = hashlib.sha256(repr(image.size).encode() + image.tobytes()).hexdigest()[:ID_CHARS]
        target = self.folder / f"{picture}.png"
        if not target.is_file():
            with replacing_file(target) as temporary:
                image.save(temporary, format="PNG")
        return picture, notes


def _moves(stream: BinaryIO) -> bool:
    """Whether an image has further frames; a photo that carries a second one (MPO) stands still."""
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large and of odd images
            with Image.open(stream, formats=FORMATS) as image:
                return image.format in FORMATS and getattr(image, "n_frames", 1) > 1
    except Exception:  # Pillow raises many kinds for damaged files; here, behind the first frame
        return False
