"""`tastemaker serve` and `tastemaker keys`, as processes."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from click.testing import Result
from tastemaker.errors import BadInputError, BusyError, NotFoundError
from typer.testing import CliRunner

COMMAND = [sys.executable, "-c", "from tastemaker.cli import main; main()"]
FILMS = "movie,title,year\n1,Groundhog Day,1993\n2,Clueless,1995\n3,Alien,1979\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the user's data."""
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    from tastemaker.cli import app

    return CliRunner().invoke(app, arguments)


def test_help_teaches() -> None:
    told = run("serve", "--help").output
    assert "curl http://127.0.0.1:8000/v1/chat/completions" in told and "keys add" in told


def test_keys(place: Path) -> None:
    assert "whoever" in run("keys", "list").stderr
    added = run("keys", "add", "acme", "--requests-per-minute", "60")
    key = added.stdout.strip()
    assert re.fullmatch(r"tm_[0-9a-f]{8}_[\w-]{43}", key) and key not in added.stderr
    listed = run("keys", "list", "--json").stdout
    (one,) = map(json.loads, listed.splitlines())
    assert (one["tenant"], one["requests_per_minute"], one["revoked"]) == ("acme", 60, None)
    assert "hash" not in one and key.split("_", 2)[2] not in listed
    assert run("keys", "revoke", one["id"]).exit_code == 0
    assert "revoked" in run("keys", "list").stdout
    assert isinstance(run("keys", "add", "local").exception, BadInputError)
    assert isinstance(run("keys", "revoke", "nothing").exception, NotFoundError)


def test_a_network_without_keys_and_a_port_in_use(place: Path) -> None:
    refused = run("serve", "--host", "0.0.0.0", "--port", "0").exception
    assert isinstance(refused, BadInputError) and "tastemaker keys add" in str(refused)
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused = run("serve", "--port", str(other.getsockname()[1])).exception
    assert isinstance(refused, BusyError) and "is in use" in str(refused)


@pytest.mark.packs
def test_a_server(place: Path) -> None:
    """Answers at once, then with its page, keeps to its limits, and stops when it is told to."""
    (place / "films.csv").write_text(FILMS)
    imported = run(
        "catalog", "import", "films.csv", "--name", "films", "--column", "id=movie"
    )  # fmt: skip
    assert imported.exit_code == 0, imported.output
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = place / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), "--catalog", "films", "--no-llm"],
            stdout=out, stderr=out, env={**os.environ, "TASTEMAKER_TRACING__LOG_FORMAT": "json"},
        )  # fmt: skip
    try:
        here = f"http://127.0.0.1:{port}"
        assert _first(f"{here}/healthz") == 200
        assert httpx2.get(f"{here}/chat/", timeout=60).status_code == 200
        assert _first(f"{here}/readyz") == 200
        assert "server" not in httpx2.get(f"{here}/healthz").headers
        assert b" 413 " in _raw(port, _chunked(21_000_000))
        assert b" 400 " in _raw(port, b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000)
        rebound = _raw(port, b"GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        assert b" 400 " in rebound and b"serve.hosts" in rebound
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    finally:
        server.kill()
        server.wait()
    text = log.read_text()
    assert f"{here}/chat" in text and "Ready: films" in text and "Traceback" not in text


def _first(url: str) -> int:
    """The first answer that is none of a server that is starting."""
    for _ in range(600):
        try:
            status = httpx2.get(url, timeout=60).status_code
        except httpx2.TransportError:
            status = 503
        if status != 503:
            return status
        time.sleep(0.1)
    return 503


def _raw(port: int, sent: bytes) -> bytes:
    """What comes back before the connection ends, or for a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        with contextlib.suppress(OSError):  # it may be closed before all is said
            connection.sendall(sent)
        connection.settimeout(1)
        got = b""
        with contextlib.suppress(OSError):
            while piece := connection.recv(65_536):
                got += piece
        return got


def _chunked(length: int) -> bytes:
    """A request with a body of which no length is announced."""
    piece = b"a" * 1_000_000
    head = (
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
        b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"%x\r\n%s\r\n" % (len(piece), piece)
    return head + chunk * (length // len(piece)) + b"0\r\n\r\n"
