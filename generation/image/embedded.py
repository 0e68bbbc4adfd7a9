"""The image generator that ships, as a diffusers folder: its own weights, joined once with the text
encoder that the recommender uses.
"""

import hashlib
import json
import shutil
from pathlib import Path

from filelock import FileLock

from ...files import building_folder, cache_dir, sha256_file
from ...packages import Progress, silent
from ...serving.models import resolve_model

WEIGHTS = Path(__file__).parents[2] / "weights" / "tastemaker-painter"
TEXT_ENCODER = "all-minilm-l6-v2"
"""Whose token states the generator was taught with."""
_PARTS = ("transformer", "vae", "scheduler")
_TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
_INDEX = {
    "_class_name": "PixArtSigmaPipeline",
    "scheduler": ["diffusers", "DPMSolverMultistepScheduler"],
    "text_encoder": ["transformers", "BertModel"],
    "tokenizer": ["transformers", "BertTokenizerFast"],
    "transformer": ["diffusers", "PixArtTransformer2DModel"],
    "vae": ["diffusers", "AutoencoderTiny"],
}


def embedded_pipeline(weights: Path = WEIGHTS, progress: Progress = silent) -> Path:
    """The folder that `DiffusionPipeline.from_pretrained` loads, made on the first call.

    Raises:
        MissingError: the text encoder cannot be fetched.
    """
    files = sorted(path for part in _PARTS for path in (weights / part).iterdir())
    identity = "".join(sha256_file(path) for path in [*files, weights / "vocabulary.json"])
    digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
    folder = cache_dir() / "models" / f"{weights.name}-{digest}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            with building_folder(folder) as target:
                join_pipeline(target, weights, resolve_model(TEXT_ENCODER, progress))
    return folder


def join_pipeline(target: Path, weights: Path, text_encoder: Path) -> None:
    """Write a pipeline into an empty folder: the taught parts, and the text encoder's."""
    for part in _PARTS:
        shutil.copytree(weights / part, target / part)
    shutil.copy(weights / "vocabulary.json", target)
    (target / "text_encoder").mkdir()
    for name in ("config.json", "model.safetensors"):
        shutil.copy(text_encoder / name, target / "text_encoder")
    (target / "tokenizer").mkdir()
    for name in _TOKENIZER:
        shutil.copy(text_encoder / name, target / "tokenizer")
    (target / "model_index.json").write_text(json.dumps(_INDEX, indent=2), encoding="utf-8")
