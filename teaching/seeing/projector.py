"""The map from the image tower's states into the language model's own vectors.

Two linear layers with a GELU between, as LLaVA 1.5 has it (Liu et al. 2023, "Improved Baselines
with Visual Instruction Tuning"). It is aligned before the model learns: each picture comes near the
mean vector of its caption's tokens, and nearer than to other captions of its set (the loss of CLIP,
Radford et al. 2021), so that the model begins by seeing words it knows. Noise and dropout keep it
from learning a few thousand pictures by heart.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ...packages import Progress, silent

_STEPS, _BATCH, _RATE, _DECAY = 1500, 256, 1e-3, 0.5
_NOISE, _DROPOUT, _TEMPERATURE = 1.0, 0.3, 0.07


class Projector(nn.Module):
    """States of the tower, shape (…, tower), to vectors of the model, shape (…, model)."""

    def __init__(self, tower: int, model: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(tower, model)
        self.act = nn.GELU()
        self.linear_2 = nn.Linear(model, model)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return self.linear_2(self.act(self.linear_1(states)))


def load_projector(file: Path) -> Projector:
    """A projector from its safetensors."""
    from safetensors.torch import load_file

    weights = {name: value.float() for name, value in load_file(file).items()}
    model, tower = weights["linear_1.weight"].shape
    projector = Projector(tower, model)
    projector.load_state_dict(weights)
    return projector


def aligned_projector(
    states: torch.Tensor,
    captions: Sequence[str],
    sets: Sequence[str],
    tokenizer: Any,
    embeddings: torch.Tensor,
    progress: Progress = silent,
    seed: int = 0,
) -> Projector:
    """A projector that maps pictures near the words of their captions.

    Args:
        states: the tower's, shape (pictures, tower).
        sets: where each picture is from; a batch is of one set, small ones come more often than
            their size says.
        embeddings: the language model's token vectors, shape (vocabulary, model).
    """
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    projector = Projector(states.shape[-1], embeddings.shape[1])
    words = [embeddings[tokenizer(f" {text}").input_ids].mean(dim=0) for text in captions]
    targets, centre = torch.stack(words), embeddings.mean(dim=0)
    # The tower's few large dimensions would drown the others.
    mean, spread = states.mean(dim=0), states.std(dim=0) + 1e-3
    normal = (states - mean) / spread
    rows_of = {name: [n for n, one in enumerate(sets) if one == name] for name in sorted({*sets})}
    names, shares = list(rows_of), np.sqrt([len(rows) for rows in rows_of.values()])
    optimizer = torch.optim.AdamW(projector.parameters(), lr=_RATE, weight_decay=_DECAY)
    rates = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, _STEPS)
    for step in range(_STEPS):
        rows = torch.from_numpy(
            draw.choice(rows_of[draw.choice(names, p=shares / shares.sum())], _BATCH)
        )
        hidden = projector.linear_1(normal[rows] + _NOISE * torch.randn(_BATCH, normal.shape[1]))
        said = projector.linear_2(nn.functional.dropout(projector.act(hidden), _DROPOUT))
        loss = _apart(said - centre, targets[rows] - centre) + _near(said, targets[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rates.step()
        if step % 50 == 0:
            progress("aligning pictures with words", step, _STEPS)
    with torch.no_grad():  # the server gets no normalised states: fold it into the first layer
        projector.linear_1.bias.sub_(projector.linear_1.weight @ (mean / spread))
        projector.linear_1.weight.div_(spread)
    return projector


def _near(said: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """How far pictures are from their captions, in direction and in length."""
    cosine = nn.functional.cosine_similarity(said, targets, dim=-1)
    return (1 - cosine).mean() + nn.functional.mse_loss(said, targets) / targets.var()


def _apart(said: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The symmetric contrastive loss; captions that are equal do not count as others."""
    scores = nn.functional.normalize(said, dim=-1) @ nn.functional.normalize(targets, dim=-1).T
    own = torch.eye(len(said), dtype=torch.bool)
    # Exact: by matrix products equal ones would come out some thousandths apart.
    distances = torch.cdist(targets, targets, compute_mode="donot_use_mm_for_euclid_dist")
    equal = (distances == 0) & ~own
    scores = (scores / _TEMPERATURE).masked_fill(equal, -1e4)
    right = torch.arange(len(said))
    return nn.functional.cross_entropy(scores, right) + nn.functional.cross_entropy(scores.T, right)
