"""The image generator's autoencoder: pictures to latents and back (diffusers' AutoencoderTiny).

Learnt with an L1 loss on pixels, at four scales, and on their differences (edges); latents are
shaken as it learns, so that the decoder forgives what diffusion leaves.
"""

import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ...files import building_folder
from ...packages import Progress
from .checkpoints import load_checkpoint, save_checkpoint

if TYPE_CHECKING:
    import torch

LATENT_CHANNELS = 12
CROP = 64
"""Pixels of the pieces that are learnt from: mostly the subject, little of the ground."""
_MARGIN = 12
_MINUTES_BETWEEN = 3
_NOISE = 0.05
"""Standard deviation of what shakes the latents, which have about one."""


class AutoencoderSettings(BaseModel):
    """How it is learnt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = 48
    """Channels of every convolution."""
    encoder_blocks: tuple[int, int, int, int] = (0, 2, 3, 3)
    """Residual blocks at 128, 64, 32 and 16 pixels."""
    decoder_blocks: tuple[int, int, int, int] = (3, 3, 2, 0)
    """Residual blocks at 16, 32, 64 and 128 pixels."""
    steps: int = 2000
    """Optimiser steps."""
    batch: int = 64
    """Pieces a step."""
    learning_rate: float = 1e-3
    """Of AdamW, after a warm-up, falling to nothing along a half cosine."""
    seed: int = 0
    """Draws weights and order."""


def train_autoencoder(
    folder: Path,
    pictures: NDArray[np.uint8],
    chosen: NDArray[np.int64],
    settings: AutoencoderSettings,
    progress: Progress,
) -> dict[str, float]:
    """Learn from the chosen pictures (n, edge, edge, 3); write a diffusers folder.

    Interrupted, it goes on from its last checkpoint. Returns what it took and reached.
    """
    import torch
    from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

    torch.manual_seed(settings.seed)
    channels = (settings.width,) * 4
    model: Any = AutoencoderTiny(
        latent_channels=LATENT_CHANNELS,
        encoder_block_out_channels=channels,
        decoder_block_out_channels=channels,
        num_encoder_blocks=settings.encoder_blocks,
        num_decoder_blocks=settings.decoder_blocks,
    )
    device = best_device()
    model = model.to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: _rate(step, settings.steps)
    )
    file = folder.with_suffix(".checkpoint")
    parts: dict[str, Any] = {"model": model, "optimizer": optimizer, "schedule": schedule}
    done, seconds = load_checkpoint(file, parts)
    draw = np.random.default_rng(settings.seed + done)
    began = saved = time.monotonic()
    for step in range(done, settings.steps):
        batch = as_tensor(_pieces(pictures, draw.choice(chosen, settings.batch), draw)).to(device)
        with torch.autocast(device, dtype=torch.bfloat16):
            latents = model.encoder(batch)
            shaken = latents + _NOISE * torch.randn_like(latents)
            loss = _difference(model.decoder(shaken).float(), batch)
        loss = loss + 1e-4 * (latents.float() ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        progress("training the autoencoder", step + 1, settings.steps)
        if time.monotonic() - saved > _MINUTES_BETWEEN * 60:
            saved = time.monotonic()
            save_checkpoint(file, parts, step + 1, seconds + saved - began)
    seconds += time.monotonic() - began
    sample = as_tensor(pictures[np.sort(draw.choice(chosen, 256, replace=False))]).to(device)
    model.eval()
    with torch.no_grad():
        latents = model.encoder(sample)
        again = model.decoder(latents).clamp(-1, 1)
    error = float(((again - sample) ** 2).mean()) / 4
    model.register_to_config(scaling_factor=1 / float(latents.std()))
    with building_folder(folder) as target:
        model.to("cpu").save_pretrained(target)
        forget_derived(target)
    file.unlink(missing_ok=True)
    return {"seconds": round(seconds), "psnr": round(-10 * float(np.log10(error)), 2)}


def _pieces(
    pictures: NDArray[np.uint8], rows: NDArray[np.int64], draw: np.random.Generator
) -> NDArray[np.uint8]:
    """A piece of each picture, from around its middle; (n, CROP, CROP, 3)."""
    last = pictures.shape[1] - CROP - _MARGIN
    corners = draw.integers(_MARGIN, last + 1, (len(rows), 2))
    return np.stack(
        [
            pictures[row, top : top + CROP, left : left + CROP]
            for row, (top, left) in zip(rows, corners, strict=True)
        ]
    )


def _rate(step: int, steps: int) -> float:
    return min((step + 1) / 100, 0.5 + 0.5 * math.cos(math.pi * step / steps))


def encode(folder: Path, pictures: NDArray[np.uint8], progress: Progress) -> NDArray[np.float16]:
    """Latents (n, LATENT_CHANNELS, edge/8, edge/8) of unit variance."""
    import torch
    from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

    device = best_device()
    model: Any = AutoencoderTiny.from_pretrained(folder).eval()
    model = model.to(device, memory_format=torch.channels_last)
    edge = pictures.shape[1] // 8
    latents = np.empty((len(pictures), LATENT_CHANNELS, edge, edge), np.float16)
    for start in range(0, len(pictures), 64):
        batch = as_tensor(np.asarray(pictures[start : start + 64])).to(device)
        with torch.no_grad(), torch.autocast(device, dtype=torch.bfloat16):
            found = model.encoder(batch).float() * model.config["scaling_factor"]
        latents[start : start + len(found)] = found.cpu().numpy()
        progress("encoding pictures", start + len(found), len(pictures))
    return latents


def best_device() -> str:
    """Where to learn: `cuda` where there is one, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def forget_derived(folder: Path) -> None:
    """Take out of a saved configuration what diffusers derives, and warns of when it reads it."""
    file = folder / "config.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    config.pop("block_out_channels", None)
    file.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def as_tensor(pictures: NDArray[np.uint8]) -> "torch.Tensor":
    """Pictures (n, edge, edge, 3) as a float tensor (n, 3, edge, edge) in -1..1."""
    import torch

    tensor = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2)
    return tensor.float() / 127.5 - 1


def _difference(made: "torch.Tensor", meant: "torch.Tensor") -> "torch.Tensor":
    import torch
    from torch.nn.functional import avg_pool2d, l1_loss

    loss = torch.zeros((), device=made.device)
    for axis in (2, 3):
        loss = loss + 0.5 * l1_loss(made.diff(dim=axis), meant.diff(dim=axis))
    for _ in range(4):  # colours of whole areas count as much as pixels
        loss = loss + l1_loss(made, meant)
        made, meant = avg_pool2d(made, 2), avg_pool2d(meant, 2)
    return loss
