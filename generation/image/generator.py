"""The image generator: any diffusers pipeline, from a folder, a hub id, or the one that ships.

On a CPU every image is computed alone, one on each core, so that the same job gives the same bytes
alone or among others; on an accelerator they are computed together.
"""

import hashlib
import inspect
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from ...errors import BadInputError
from ...files import sha256_file
from ...packages import Progress, silent
from ...recommender.image_encoder import read_image
from ...serving.loading import one_at_a_time
from ...serving.models import resolve_model
from .embedded import embedded_pipeline
from .extra import paint_extra
from .vocabulary import FILE, Vocabulary, read_vocabulary

EMBEDDED = "tastemaker-painter"
"""Name of the generator that ships."""
AT_ONCE = 8
"""Images in one batch on an accelerator."""


class PaintJob(BaseModel):
    """One picture to be painted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: str
    """What it shows."""
    seed: int
    """Draws its noise."""
    start: Path | None = None
    """A picture to begin from, where the pipeline can (image to image)."""
    repaint: Path | None = None
    """With `start`: white where it is painted anew, black where it stays (inpainting)."""
    strength: float = Field(default=0.6, gt=0, le=1)
    """With `start`: how far from it the picture may go."""


@dataclass
class Generator:
    """A loaded pipeline."""

    name: str
    """As the settings name it."""
    pipeline: Any
    """A diffusers text-to-image pipeline."""
    vocabulary: Vocabulary | None
    """What it can draw; none: anything."""
    digest: str
    """Hash of its weights' files and of the LoRA: another digest paints other pictures."""
    device: str = "cpu"
    """Where it runs."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def call(self) -> dict[str, Any]:
        """Arguments of the pipeline's call beside prompt and noise."""
        return dict(self.vocabulary.call) if self.vocabulary else {}

    @property
    def steps(self) -> int:
        """Steps of the sampler: of every image, unless the pipeline has its own mind."""
        default = inspect.signature(self.pipeline.__call__).parameters["num_inference_steps"]
        return int(self.call.get("num_inference_steps", default.default))


def open_generator(
    name: str, *, lora: Path | None = None, progress: Progress = silent
) -> Generator:
    """The generator of a name, a folder or a hub id.

    Raises:
        BadInputError: it is none, or a LoRA does not fit it.
        MissingError: it cannot be fetched, or what runs it is not installed.
    """
    if name == EMBEDDED:
        folder = embedded_pipeline(progress=progress)
    else:
        folder = resolve_model(name, progress)
    if not (folder / "model_index.json").is_file():
        raise BadInputError(
            f"{folder} is not a diffusers pipeline: it has no model_index.json; give the folder or"
            f" the id of one, or {EMBEDDED}."
        )
    progress("loading the image generator", 0, None)
    pipeline, device = _loaded(folder)
    if lora is not None:
        _add_lora(pipeline, lora, name)
    return Generator(name, pipeline, read_vocabulary(folder), _digest(folder, lora), device)


def paint(
    generator: Generator, jobs: Sequence[PaintJob], progress: Progress = silent
) -> list[Image.Image]:
    """One RGB picture for each job, in order; the same job gives the same picture on a CPU."""
    if generator.device != "cpu":
        return _paint_together(generator, jobs, progress)
    import torch

    cores = max(1, torch.get_num_threads())
    pictures: list[Image.Image] = []
    try:
        with generator._lock, ThreadPoolExecutor(cores) as pool:
            for picture in pool.map(lambda job: _paint_alone(generator, job), jobs):
                pictures.append(picture)
                progress("painting", len(pictures), len(jobs))
    finally:
        torch.set_num_threads(cores)
    return pictures


def _paint_alone(generator: Generator, job: PaintJob) -> Image.Image:
    import copy

    import torch

    torch.set_num_threads(1)  # of this thread: the others have the other cores
    # The scheduler remembers where it stands: each image has its own, over the same weights.
    pipeline = copy.copy(_pipeline_for(generator, job))
    pipeline.scheduler = copy.deepcopy(generator.pipeline.scheduler)
    noise = torch.Generator("cpu").manual_seed(job.seed)
    return pipeline(job.prompt, generator=noise, **_begun(job), **generator.call).images[0]


def _pipeline_for(generator: Generator, job: PaintJob) -> Any:
    """The pipeline over the same weights that begins from what a job begins from."""
    if job.start is None:
        return generator.pipeline
    with paint_extra():
        from diffusers.pipelines.auto_pipeline import (
            AutoPipelineForImage2Image,
            AutoPipelineForInpainting,
        )
    kind = AutoPipelineForInpainting if job.repaint else AutoPipelineForImage2Image
    try:
        return kind.from_pipe(generator.pipeline)
    except (ValueError, AttributeError) as error:
        raise BadInputError(
            f"The image generator {generator.name} cannot begin from a picture; leave it out, or"
            " name a pipeline that can."
        ) from error


def _begun(job: PaintJob) -> dict[str, Any]:
    """Arguments of the call for a job that begins from a picture."""
    given: dict[str, Any] = {}
    for key, path in (("image", job.start), ("mask_image", job.repaint)):
        if path is not None:
            given[key] = read_image(path)
            if given[key] is None:
                raise BadInputError(f"{path} cannot be read as an image.")
    return given | ({"strength": job.strength} if given else {})


def _paint_together(
    generator: Generator, jobs: Sequence[PaintJob], progress: Progress
) -> list[Image.Image]:
    import torch

    pictures: list[Image.Image] = []
    for start in range(0, len(jobs), AT_ONCE):
        batch = jobs[start : start + AT_ONCE]
        if any(job.start for job in batch):  # pictures to begin from may differ in size
            pictures += [_paint_alone(generator, job) for job in batch]
            continue
        noise = [torch.Generator("cpu").manual_seed(job.seed) for job in batch]
        prompts = [job.prompt for job in batch]
        pictures += generator.pipeline(prompts, generator=noise, **generator.call).images
        progress("painting", len(pictures), len(jobs))
    return pictures


def _loaded(folder: Path) -> tuple[Any, str]:
    with paint_extra():
        import torch
        from diffusers.pipelines.pipeline_utils import DiffusionPipeline
        from diffusers.utils import logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        with one_at_a_time:
            pipeline = DiffusionPipeline.from_pretrained(
                folder,
                local_files_only=True,
                dtype=torch.float32 if device == "cpu" else torch.bfloat16,
            )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInputError(f"The pipeline in {folder} cannot be loaded: {said}") from error
    pipeline.set_progress_bar_config(disable=True)
    for name in ("tokenizer", "tokenizer_2", "tokenizer_3"):
        if getattr(pipeline, name, None) is not None:
            setattr(pipeline, name, _OneAtATime(getattr(pipeline, name)))
    return pipeline.to(device), device


class _OneAtATime:
    """A tokenizer for several threads: how it pads is set inside it while it encodes."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer, self._lock = tokenizer, threading.Lock()

    def __call__(self, *given: Any, **named: Any) -> Any:
        with self._lock:
            return self._tokenizer(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)


def _add_lora(pipeline: Any, lora: Path, name: str) -> None:
    if not hasattr(pipeline, "load_lora_weights"):
        raise BadInputError(
            f"The image generator {name} takes no LoRA; leave it out, or name another generator."
        )
    try:
        pipeline.load_lora_weights(lora.parent, weight_name=lora.name, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        said = str(error).splitlines()[0]
        raise BadInputError(f"The LoRA {lora} does not fit {name}: {said}") from error


def _digest(folder: Path, lora: Path | None) -> str:
    weights = [*sorted(folder.rglob("*.safetensors")), *sorted(folder.rglob("*config.json"))]
    vocabulary = folder / FILE
    files = [*weights, *([vocabulary] if vocabulary.is_file() else []), *([lora] if lora else [])]
    return hashlib.sha256("".join(map(sha256_file, files)).encode()).hexdigest()
