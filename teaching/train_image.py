"""`tastemaker train image`: the image generator that ships learns to draw."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from ..files import building_folder, data_dir, replacing_file
from ..generation.image.embedded import TEXT_ENCODER
from ..generation.image.vocabulary import FILE, StyleNote, Vocabulary
from ..packages import Progress, silent
from ..recommender.image_encoder import ImageEncoder
from ..serving.models import resolve_model
from ..settings import load_settings
from .painting.autoencoder import AutoencoderSettings, encode, forget_derived, train_autoencoder
from .painting.captions import LENGTH, caption_states
from .painting.drawings import SETS, subject_drawings, subjects
from .painting.examples import make_examples
from .painting.reference import make_learnt, make_prototypes
from .painting.rendering import EDGE, GROUNDS, STYLES
from .painting.transformer import TransformerSettings, train_transformer
from .train_llm import accelerator

OUTLINED = frozenset(STYLES) - {"watercolour", "oil painting", "neon", "pixel art"}
"""Styles of flat colours and sharp edges."""


class Budget(BaseModel):
    """How much is learnt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    own: int
    """Pictures of each drawing in its set's style."""
    filtered: int
    """Pictures of each drawing in every other style."""
    autoencoder: AutoencoderSettings
    """How pictures become latents."""
    transformer: TransformerSettings
    """How latents are denoised."""


BUDGETS = {
    "tiny": Budget(
        own=1, filtered=1,
        autoencoder=AutoencoderSettings(width=16, steps=20),
        transformer=TransformerSettings(layers=2, width=64, steps=20, batch=16, compiled=False),
    ),
    "small": Budget(
        own=10, filtered=10, autoencoder=AutoencoderSettings(), transformer=TransformerSettings()
    ),
    "full": Budget(
        own=24, filtered=12,
        autoencoder=AutoencoderSettings(width=64, steps=8000, batch=64),
        transformer=TransformerSettings(layers=8, width=384, steps=40_000, batch=512),
    ),
}  # fmt: skip
"""`tiny` proves that it runs; `small` fits two CPU cores and two hours; `full` wants a GPU."""


class ImageCard(BaseModel):
    """What a trained generator says of itself."""

    model_config = ConfigDict(extra="forbid")

    drawings: dict[str, str]
    """Set -> its licence."""
    pictures: int
    """Rendered from them; a tenth of the pairs of subject and filter and a twentieth of the
    drawings were held out."""
    command: str
    """What made it."""
    budget: Budget
    """How it learnt."""
    seed: int
    """Drew everything."""
    autoencoder: dict[str, float]
    """Seconds, and decibels of what it gives back."""
    transformer: dict[str, float]
    """Seconds, and the loss at the end."""
    parameters: dict[str, int]
    """Of each part that ships."""
    machine: str
    """On what."""


def train_image(
    out: Path, *, budget: Budget, name: str, seed: int, command: str, progress: Progress = silent
) -> ImageCard:
    """Learn a generator and write it, in half precision, for `embedded_pipeline` to join.

    Interrupted, the same command goes on from its last checkpoint, in `data_dir()/training/NAME`.

    Raises:
        MissingError: drawings, the text encoder or what renders cannot be had.
    """
    import torch
    from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
    from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

    work = data_dir() / "training" / name
    drawings = subject_drawings(progress)
    eyes = ImageEncoder(resolve_model(load_settings().image_encoder, progress))
    examples = make_examples(
        work / f"examples-{budget.own}-{budget.filtered}-{seed}", drawings,
        own=budget.own, filtered=budget.filtered, seed=seed, progress=progress,
    )  # fmt: skip
    learnt = examples.of("train")
    figures = work / "autoencoder.json"
    if not figures.exists():
        found = train_autoencoder(
            work / "vae", examples.pictures, learnt, budget.autoencoder, progress
        )
        figures.write_text(json.dumps(found), encoding="utf-8")
    kept = work / f"latents-{budget.own}-{budget.filtered}-{seed}.npy"
    if not kept.exists():
        with replacing_file(kept) as temporary, temporary.open("wb") as stream:
            np.save(stream, encode(work / "vae", examples.pictures, progress))
    latents = np.load(kept)
    captions = caption_states(
        resolve_model(TEXT_ENCODER, progress), [one.caption for one in examples.about], progress
    )
    learner: Any
    learner, reached = train_transformer(
        work / "transformer.checkpoint", latents, captions, learnt, budget.transformer, progress
    )
    autoencoder: Any = AutoencoderTiny.from_pretrained(work / "vae")
    card = ImageCard(
        drawings={one.name: one.licence for one in SETS},
        pictures=len(examples.about),
        command=command,
        budget=budget,
        seed=seed,
        autoencoder=json.loads(figures.read_text(encoding="utf-8")),
        transformer=reached,
        parameters={
            "transformer": sum(one.numel() for one in learner.parameters()),
            "autoencoder": sum(one.numel() for one in autoencoder.parameters()),
        },
        machine=accelerator(),
    )
    with building_folder(out) as target:
        learner.to("cpu", torch.float16).save_pretrained(target / "transformer")
        autoencoder.to(torch.float16).save_pretrained(target / "vae")
        forget_derived(target / "vae")
        DPMSolverMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True
        ).save_pretrained(target / "scheduler")
        prototypes = make_prototypes(eyes, drawings, examples, progress)
        prototypes.save(target)
        make_learnt(drawings, progress).save(target)
        (target / FILE).write_text(vocabulary().model_dump_json(indent=1), encoding="utf-8")
        (target / "card.json").write_text(card.model_dump_json(indent=1), encoding="utf-8")
        (target / "README.md").write_text(_told(card), encoding="utf-8")
    return card


def _told(card: ImageCard) -> str:
    """The card in words."""
    sets = ", ".join(f"{name} ({licence})" for name, licence in card.drawings.items())
    seconds = card.autoencoder["seconds"] + card.transformer["seconds"]
    parts = ", ".join(f"{name} {count:,} parameters" for name, count in card.parameters.items())
    return f"""# The image generator

A latent diffusion model in diffusers' classes (`PixArtSigmaPipeline`), half precision:
{parts}; its text encoder, all-MiniLM-L6-v2, is joined with it when
it is first used (`generation/image/embedded.py`, docs/painting.md).

- Data: {card.pictures:,} pictures of {EDGE} pixels, rendered from emoji drawings of
  {len(subjects())} subjects in {len(STYLES)} styles. Sets: {sets}.
  A tenth of the pairs of subject and filter and a twentieth of the drawings were held out
- Licence: Apache-2.0, as the package
- Made with `{card.command}` (seed {card.seed}), {seconds / 60:.0f} min on {card.machine}
- The autoencoder gives back {card.autoencoder["psnr"]} dB; the transformer's loss at the end is
  {card.transformer["loss"]}
- `prototypes.safetensors`: what subjects and styles look like to CLIP ViT-B/16, to rank
  candidates; `learnt.safetensors`: the drawings as DINOv2 ViT-S/14 sees them, to tell copies
- `tastemaker bench paint`: docs/measurements.md
"""


def vocabulary() -> Vocabulary:
    """What it is taught."""
    return Vocabulary(
        subjects=sorted(subjects()),
        styles={name: StyleNote(outlines=name in OUTLINED) for name in STYLES},
        grounds={name: "#{:02x}{:02x}{:02x}".format(*rgb) for name, rgb in GROUNDS.items()},
        call={
            "num_inference_steps": 8,
            "guidance_scale": 3.0,
            "height": EDGE,
            "width": EDGE,
            "max_sequence_length": LENGTH,
            "clean_caption": False,
            "use_resolution_binning": False,
        },
    )
