"""The map from the image tower's states into the language model's own vectors.

Two linear layers with a GELU between, as LLaVA 1.5 has it (Liu et al. 2023, "Improved Baselines
with Visual Instruction Tuning"). It starts as a regression: the class token of each picture on the
mean vector of its caption's tokens, so that the language model begins by seeing words it knows.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from ...packages import Progress, silent

_STEPS, _BATCH, _RATE, _DECAY = 1500, 256, 1e-3, 0.05


class Projector(nn.Module):
    """States of the tower, shape (…, tower), to vectors of the model, shape (…, model)."""

    def __init__(self, tower: int, model: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(tower, model)
        self.act = nn.GELU()
        self.linear_2 = nn.Linear(model, model)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return self.linear_2(self.act(self.linear_1(states)))


def regressed_projector(
    states: torch.Tensor,
    captions: Sequence[str],
    tokenizer: Any,
    embeddings: torch.Tensor,
    progress: Progress = silent,
    seed: int = 0,
) -> Projector:
    """A projector that maps pictures near the words of their captions.

    Args:
        states: the tower's, shape (pictures, tower).
        embeddings: the language model's token vectors, shape (vocabulary, model).
    """
    torch.manual_seed(seed)
    projector = Projector(states.shape[-1], embeddings.shape[1])
    targets = torch.stack(
        [embeddings[tokenizer(f" {text}").input_ids].mean(dim=0) for text in captions]
    )
    # The tower's few large dimensions would drown the others.
    mean, spread = states.mean(dim=0), states.std(dim=0) + 1e-3
    optimizer = torch.optim.AdamW(projector.parameters(), lr=_RATE, weight_decay=_DECAY)
    rates = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, _STEPS)
    for step in range(_STEPS):
        rows = torch.randint(len(captions), (_BATCH,))
        said = projector((states[rows] - mean) / spread)
        cosine = nn.functional.cosine_similarity(said, targets[rows], dim=-1)
        loss = (1 - cosine).mean() + nn.functional.mse_loss(said, targets[rows]) / targets.var()
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
