"""The map from text to pictures (`recommender.cross_modal`) is learnt from captions and pictures.

Both encoders stay as they are. It starts as ridge regression and is then trained by the symmetric
contrastive loss of CLIP (Radford et al. 2021) within one set at a time, so that it tells pictures
of one kind apart instead of paintings from emoji.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ...files import building_folder
from ...packages import Progress, silent
from ...recommender.cross_modal import CARD, CrossModalMap
from .pictures import Picture

RIDGE = 3.0


class MapSettings(BaseModel):
    """How the map learns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(default=1500, ge=0)
    """Steps of the contrastive loss; 0 leaves the regression."""
    batch: int = Field(default=256, ge=2)
    """Pairs of a step, all of one set."""
    learning_rate: float = Field(default=1e-3, gt=0)
    """Peak of the cosine schedule."""
    temperature: float = Field(default=0.07, gt=0)
    """Divides the cosines."""
    seed: int = 0
    """Draws the batches."""


class MapCard(BaseModel):
    """How a map was made."""

    model_config = ConfigDict(extra="forbid")

    text_encoder: str
    """Name of the encoder that it maps from."""
    image_encoder: str
    """Name of the encoder that it maps into."""
    pictures: dict[str, str]
    """Set of pictures -> its licence."""
    pairs: int
    """Pairs that were learnt from."""
    command: str
    """What made it."""
    settings: MapSettings
    """How it learnt."""
    seconds: float
    """Time of learning, after the encoders."""
    machine: str
    """On what."""


def train_map(
    pictures: Sequence[Picture],
    texts: NDArray[np.float32],
    images: NDArray[np.float32],
    settings: MapSettings,
    progress: Progress = silent,
) -> CrossModalMap:
    """The map for these pairs.

    Args:
        texts: unit vectors of the captions, shape (pictures, text dimensions).
        images: unit vectors of the pictures, shape (pictures, image dimensions).
    """
    import torch
    from torch.nn import functional

    sets = {name: np.array([n for n, one in enumerate(pictures) if one.set == name]) for name in
            sorted({one.set for one in pictures})}  # fmt: skip
    names = [name for name, rows in sets.items() if len(rows) > 1]
    # Small sets are seen more often than their size says, large ones less.
    shares = np.sqrt([len(sets[name]) for name in names])
    mean = images.mean(axis=0)
    nothing = np.empty(0, dtype=np.float32)
    apart = CrossModalMap(nothing, nothing, mean).image(images)
    weight, bias = _regressed(texts, apart)
    x, y = torch.from_numpy(texts), torch.from_numpy(apart)
    w = torch.tensor(weight, requires_grad=True)
    b = torch.tensor(bias, requires_grad=True)
    optimizer = torch.optim.AdamW([w, b], settings.learning_rate, weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(settings.steps, 1))
    draw = np.random.default_rng(settings.seed)
    for step in range(settings.steps):
        rows = sets[draw.choice(names, p=shares / shares.sum())]
        batch = draw.choice(rows, min(settings.batch, len(rows)), replace=False)
        cosines = functional.normalize(x[batch] @ w + b, dim=1) @ y[batch].T
        scores, right = cosines / settings.temperature, torch.arange(len(batch))
        loss = functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            progress("mapping text to pictures", step, settings.steps)
    return CrossModalMap(w.detach().numpy(), b.detach().numpy(), mean)


def save_map(mapped: CrossModalMap, card: MapCard, folder: Path) -> None:
    """Write the map with its card, in place of an older one."""
    with building_folder(folder) as target:
        mapped.save(target)
        (target / CARD).write_text(card.model_dump_json(indent=1), encoding="utf-8")
        if (folder / "README.md").is_file():
            (target / "README.md").write_bytes((folder / "README.md").read_bytes())


def _regressed(
    texts: NDArray[np.float32], images: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weight and bias of ridge regression."""
    centre = texts.mean(axis=0)
    x = texts - centre
    weight = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ images)
    return weight.astype(np.float32), (images.mean(axis=0) - centre @ weight).astype(np.float32)
