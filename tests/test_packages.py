"""Pinned files: found in an index, checked, kept; anything else is refused."""

import hashlib
import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tastemaker.errors import MissingError
from tastemaker.packages import PackageFile, fetch

CONTENT = b"not really a wheel"


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without writing a line for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package index of one package, served from a folder."""
    folder = tmp_path / "index" / "simple" / "tinypack"
    folder.mkdir(parents=True)
    name = "tinypack-1.0-py3-none-any.whl"
    (folder / name).write_bytes(CONTENT)
    (folder / "index.html").write_text(f'<html><body><a href="{name}">{name}</a></body></html>')
    handler = partial(QuietHandler, directory=str(tmp_path / "index"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    url = f"http://127.0.0.1:{server.server_port}/simple/"
    monkeypatch.setenv("PIP_INDEX_URL", url)
    yield url
    server.shutdown()


def pin(**changes: str) -> PackageFile:
    fields = {
        "package": "tinypack",
        "version": "1.0",
        "filename": "tinypack-1.0-py3-none-any.whl",
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
    }
    return PackageFile(**{**fields, **changes})


def test_a_pinned_file_is_fetched_once(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int]] = []
    path = fetch(pin(), lambda what, done, total: seen.append((what, done)))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == ("tinypack-1.0-py3-none-any.whl", len(CONTENT))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")  # nobody is there
    assert fetch(pin()) == path


def test_other_bytes_are_refused_and_not_kept(index: str, tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="sha256"):
        fetch(pin(sha256="0" * 64))
    assert not list((tmp_path / "cache").rglob("*.whl"))


def test_a_damaged_file_in_the_cache_is_fetched_again(index: str) -> None:
    path = fetch(pin())
    path.write_bytes(b"damaged")
    assert fetch(pin()).read_bytes() == CONTENT


def test_a_missing_file_says_so(index: str) -> None:
    with pytest.raises(MissingError, match=r"no file tinypack-2\.0"):
        fetch(pin(filename="tinypack-2.0-py3-none-any.whl"))


def test_an_index_that_is_away_says_so(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    with pytest.raises(MissingError, match="tinypack"):
        fetch(pin())
