"""`verify` says in one sentence what is wrong, and with its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from tastemaker.generation.image.provenance import Painting, sign

HASH = "0" * 64


@pytest.fixture
def verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-c", "from tastemaker.cli import main; main()", "verify", *arguments],
            capture_output=True, text=True, cwd=tmp_path, timeout=120,
            env={**os.environ, "COLUMNS": "200"},
        )  # fmt: skip

    return run


@pytest.fixture
def signed(verify, tmp_path: Path) -> Path:
    Image.linear_gradient("L").save(tmp_path / "plain.png")
    painting = Painting(
        model="painter [red]", model_sha256=HASH, prompt_sha256=HASH, seed=7, steps=20,
        layout="poster-1", item_sha256=HASH,
    )  # fmt: skip
    return sign((tmp_path / "plain.png").read_bytes(), tmp_path / "a.png", painting)


def test_a_signed_picture(verify, signed: Path):
    done = verify("a.png")
    assert done.returncode == 0, done.stderr
    assert "painter [red], seed 7" in done.stdout and "test key" in done.stderr
    done = verify("a.png", "--json")
    told = json.loads(done.stdout)
    assert told["ok"] and told["seed"] == 7 and told["test_key"] and done.returncode == 0


def test_a_changed_one(verify, signed: Path):
    data = signed.read_bytes()
    signed.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    done = verify("a.png")
    assert done.returncode == 1 and done.stdout == ""
    assert "changed after it was signed" in done.stderr
    done = verify("a.png", "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["problems"]


def test_an_unsigned_one(verify, signed: Path):
    done = verify("plain.png")
    assert done.returncode == 1 and "no C2PA manifest" in done.stderr


def test_what_is_no_picture(verify, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("hello")
    for name in ("notes.txt", "gone.png", "."):
        done = verify(name)
        assert done.returncode == 2 and done.stderr.startswith("error:"), done.stderr
        assert "Traceback" not in done.stderr
