"""The image generator's denoiser: a PixArt transformer that learns the flow from noise to latents.

Flow matching (Lipman et al. 2023; rectified flow, Liu et al. 2023): x_sigma = (1 - sigma) x +
sigma noise, and the transformer foretells noise - x. Sigma is drawn logit-normal (Esser et al.
2024, eq. 19, mean 0.4, deviation 1). A tenth of the captions is dropped for classifier-free
guidance (Ho & Salimans 2022). Matrices inside blocks are learnt with Muon (Jordan et al. 2024;
measured here at equal time: lower loss than AdamW alone), all else with AdamW. What ships is an
exponential moving average of the weights.
"""

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ...packages import Progress
from .autoencoder import LATENT_CHANNELS, best_device
from .captions import CaptionStates
from .checkpoints import load_checkpoint, save_checkpoint

if TYPE_CHECKING:
    import torch
    from diffusers.models.transformers.pixart_transformer_2d import PixArtTransformer2DModel

_MINUTES_BETWEEN = 3
_DECAY = 0.01
_SHIFT = 0.4
"""Mean of the logit of sigma: above 0, more is learnt where shapes are decided."""


class TransformerSettings(BaseModel):
    """How it is built and learnt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: int = 8
    """Blocks."""
    width: int = 256
    """Channels of each token; heads have 64."""
    steps: int = 13_500
    """Optimiser steps."""
    batch: int = 64
    """Pictures a step."""
    learning_rate: float = 6e-4
    """Of both optimisers (Muon's is matched to AdamW's by root mean square): reached after
    `warm_up` steps, held, let down to nothing over the last fifth."""
    warm_up: int = 200
    """Steps."""
    averaging: float = 0.999
    """Decay of the moving average of the weights."""
    dropped: float = 0.1
    """Share of captions that are left out."""
    compiled: bool = True
    """Whether it is compiled, where there is a C++ compiler: half a minute once, then quicker."""
    seed: int = 0
    """Draws weights, order, noise and what is dropped."""


def build_transformer(
    settings: TransformerSettings, edge: int, caption_width: int
) -> "PixArtTransformer2DModel":
    """An untaught transformer for latents `edge` wide and high."""
    from diffusers.models.transformers.pixart_transformer_2d import PixArtTransformer2DModel

    return PixArtTransformer2DModel(
        num_attention_heads=settings.width // 64,
        attention_head_dim=64,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        num_layers=settings.layers,
        cross_attention_dim=settings.width,
        sample_size=edge,
        patch_size=2,
        caption_channels=caption_width,
        use_additional_conditions=False,
    )


def train_transformer(
    file: Path,
    latents: NDArray[np.float16],
    captions: CaptionStates,
    chosen: NDArray[np.int64],
    settings: TransformerSettings,
    progress: Progress,
) -> tuple["PixArtTransformer2DModel", dict[str, float]]:
    """Learn from the chosen latents; returns the averaged transformer, what it took and reached.

    Interrupted, it goes on from its last checkpoint, `file`.
    """
    import torch
    from diffusers.models.attention_processor import AttnProcessor
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    torch.manual_seed(settings.seed)
    device = best_device()
    model: Any = build_transformer(settings, latents.shape[-1], captions.width)
    model = model.to(device)
    average: Any = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(settings.averaging))
    # Flash attention's backward pass is slow on a CPU for so few tokens.
    model.set_attn_processor(AttnProcessor())
    if settings.compiled and shutil.which("c++"):
        model.compile()
    matrices, rest = _parts(model)
    optimizers: dict[str, Any] = {
        "muon": torch.optim.Muon(
            matrices,
            lr=settings.learning_rate,
            weight_decay=_DECAY,
            adjust_lr_fn="match_rms_adamw",
        ),
        "adamw": torch.optim.AdamW(
            rest, lr=settings.learning_rate, betas=(0.9, 0.99), weight_decay=_DECAY, fused=True
        ),
    }
    letting_down = settings.steps // 5

    def rate(step: int) -> float:
        left = (settings.steps - step) / letting_down
        return min(1.0, (step + 1) / settings.warm_up, max(left, 0.0))

    parts: dict[str, Any] = {"model": model, "average": average, **optimizers}
    done, seconds = load_checkpoint(file, parts)
    torch.manual_seed(settings.seed + done)
    draw = np.random.default_rng(settings.seed + done)
    began = saved = time.monotonic()
    running = 0.0
    for step in range(done, settings.steps):
        for optimizer in optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = settings.learning_rate * rate(step)
        rows = draw.choice(chosen, settings.batch)
        dropped = draw.random(settings.batch) < settings.dropped
        states, mask = captions.of(rows, dropped)
        batch = torch.from_numpy(latents[rows]).float().to(device)
        loss = _loss(model, batch, states.to(device), mask.to(device))
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers.values():
            optimizer.step()
        average.update_parameters(model)
        running = loss.item() if not running else 0.98 * running + 0.02 * loss.item()
        progress("training the transformer", step + 1, settings.steps)
        if time.monotonic() - saved > _MINUTES_BETWEEN * 60:
            saved = time.monotonic()
            save_checkpoint(file, parts, step + 1, seconds + saved - began)
    seconds += time.monotonic() - began
    save_checkpoint(file, parts, settings.steps, seconds)
    return average.module, {"seconds": round(seconds), "loss": round(running, 4)}


def _parts(model: "PixArtTransformer2DModel") -> tuple[list[Any], list[Any]]:
    """Parameters that are matrices inside blocks, and the others."""
    inside, others = [], []
    for name, one in model.named_parameters():
        matrix = name.startswith("transformer_blocks") and name.endswith("weight")
        (inside if matrix else others).append(one)
    return inside, others


def _loss(
    model: "PixArtTransformer2DModel",
    latents: "torch.Tensor",
    states: "torch.Tensor",
    mask: "torch.Tensor",
) -> "torch.Tensor":
    import torch

    sigma = torch.sigmoid(torch.randn(len(latents), device=latents.device) + _SHIFT)
    noise = torch.randn_like(latents)
    share = sigma[:, None, None, None]
    mixed = (1 - share) * latents + share * noise
    with torch.autocast(latents.device.type, dtype=torch.bfloat16):
        flow = model(
            mixed,
            encoder_hidden_states=states,
            encoder_attention_mask=mask,
            timestep=sigma * 1000,
            added_cond_kwargs={"resolution": None, "aspect_ratio": None},
            return_dict=False,
        )[0]
    return ((flow.float() - (noise - latents)) ** 2).mean()
