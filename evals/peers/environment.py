"""RecBole's own virtual environment, made on first use.

RecBole 1.2.1 wants NumPy 1, SciPy before 1.12 (`dok_matrix._update`), pandas before 2.2 and a
setuptools that still has `pkg_resources`; the environment that runs us has newer ones.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from ...errors import MissingError
from ...files import building_folder, cache_dir
from ...packages import Progress, silent

RECBOLE = "recbole==1.2.1"
PINS = """
torch==2.13.0 numpy==1.26.4 scipy==1.11.4 pandas==2.1.4 setuptools==79.0.1 scikit-learn==1.9.1
joblib==1.6.0 threadpoolctl==3.8.0 python-dateutil==4.0.0 pytz==2026.6 tzdata==2026.6
tensorboard==2.21.0 absl-py==2.5.1 grpcio==1.85.1 Markdown==3.11.3 protobuf==7.36.2
Werkzeug==3.1.9 pillow==13.0.0 PyYAML==6.0.3 tqdm==4.70.1 colorlog==4.7.2 colorama==0.4.4
texttable==1.7.2 tabulate==0.10.0
""".split()
"""What the parts of RecBole that we run import. It declares more (ray, plotly, thop), which is left
out: ray 2.6.3 has no build for Python 3.12."""

TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""Asked only when the configured index has no such torch."""


def environment_folder() -> Path:
    """Where the environment is, or will be; the name follows from what is installed in it."""
    digest = hashlib.sha256(" ".join([sys.version, RECBOLE, *PINS]).encode()).hexdigest()[:12]
    return cache_dir() / "peers" / f"{RECBOLE.replace('==', '-')}-{digest}"


def peer_python(progress: Progress = silent) -> Path:
    """The Python of RecBole's environment, which is made (some minutes, 1.4 GB) when it is missing.

    Raises:
        MissingError: pip could not install it.
    """
    folder = environment_folder()
    python = folder / "bin" / "python"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if python.exists():  # the folder gets its name only when it is finished
            return python
        for rest in folder.parent.glob(f".{folder.name}.*"):  # of a build that was killed
            shutil.rmtree(rest)
        with building_folder(folder) as work:
            _build(work, progress)
    return python


def _build(folder: Path, progress: Progress) -> None:
    what = "installing RecBole"
    steps = 3
    progress(what, 0, steps)
    python = str(folder / "bin" / "python")
    _must(sys.executable, "-m", "venv", "--without-pip", str(folder))  # our own pip serves it
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet"]
    progress(what, 1, steps)
    try:
        _must(*install, *PINS)
    except MissingError as error:
        if "torch==" not in str(error):
            raise
        _must(*install, "--extra-index-url", TORCH_CPU_INDEX, *PINS)
    progress(what, 2, steps)
    _must(*install, "--no-deps", RECBOLE)
    progress(what, 3, steps)


def _must(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingError(
            f"RecBole cannot be installed ({_last_line(done.stdout + done.stderr)}); check the"
            " network and `pip config list`, then run the same command again."
        )


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "no message"
