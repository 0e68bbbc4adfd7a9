"""The training loop: epochs with checkpoints, resumption, early stopping and seeds."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from ..files import replacing_file
from ..packages import Progress, silent
from .encoders.batch import Batch, collate
from .encoders.sequence_model import SequenceModel
from .histories import Histories

Loss = Callable[[SequenceModel, Batch], Tensor]
"""An objective: the loss of one batch."""
SORTED_TOGETHER = 50
"""Batches drawn together and sorted by length, so that little is padded."""


class TrainingConfig(BaseModel):
    """How long and how fast."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(default=60, ge=1)
    """Passes over all users at most; the learning rate falls to zero over them."""
    batch: int = Field(default=32, ge=1)
    """Users a step."""
    length: int = Field(default=100, ge=2)
    """Interactions of a user that are read: the latest, or a random stretch of them."""
    learning_rate: float = Field(default=2e-3, gt=0)
    """At its highest, after the first twentieth of the steps."""
    weight_decay: float = Field(default=0.01, ge=0)
    """AdamW's; not on vectors and biases."""
    average: float = Field(default=0.99, ge=0, lt=1)
    """What the running average of the weights keeps of itself in a step (Polyak & Juditsky 1992).
    The average is what is validated and kept: one seed then does about as well as another. 0: the
    weights themselves."""
    patience: int = Field(default=10, ge=1)
    """Epochs without a better validation after which training stops."""
    seed: int = 0
    """Draws the weights, the order and the dropout."""


class Trained(BaseModel):
    """How a training went."""

    best: float
    """Best validation figure."""
    best_epoch: int
    """Its epoch, from 1."""
    epochs: int
    """Epochs that ran."""
    losses: list[float]
    """Mean loss of each epoch."""
    validations: list[float]
    """Validation figure after each epoch."""


def train(
    model: SequenceModel,
    loss: Loss,
    histories: Histories,
    config: TrainingConfig,
    validate: Callable[[], float] | None = None,
    checkpoint: Path | None = None,
    progress: Progress = silent,
    name: str = "training the model",
) -> Trained:
    """Train what has a gradient; the averaged weights of the best epoch are in `model` afterwards.

    Args:
        validate: a figure that is better when higher; None: the last epoch counts as the best.
        checkpoint: file that holds everything after each epoch; when it exists, the training goes
            on from there.
    """
    torch.manual_seed(config.seed)
    rng = np.random.default_rng(config.seed)
    users = np.flatnonzero(histories.lengths >= 2)
    steps = max(1, -(-len(users) // config.batch))
    optimizer = _optimizer(model, config)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _schedule(steps * config.epochs))
    done = Trained(best=-1.0, best_epoch=0, epochs=0, losses=[], validations=[])
    best, average = _weights(model), _weights(model)
    if checkpoint is not None and checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["torch"])
        rng = np.random.default_rng(config.seed + state["done"]["epochs"])
        done = Trained.model_validate(state["done"])
        best, average = state["best"], state["average"]
    for epoch in range(done.epochs, config.epochs):
        if epoch - done.best_epoch >= config.patience and done.epochs:
            break
        model.train()
        total = 0.0
        for number, chosen in enumerate(_batches(users, histories.lengths, config, rng), 1):
            value = loss(model, collate(histories, chosen, config.length, rng))
            optimizer.zero_grad()
            value.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            _blend(average, model, config.average, epoch * steps + number)
            total += value.item()
            progress(name, epoch * steps + number, config.epochs * steps)
        trained = _weights(model)
        model.load_state_dict(average)
        model.eval()
        figure = validate() if validate else float(epoch + 1)
        done.losses.append(total / steps)
        done.validations.append(figure)
        done.epochs = epoch + 1
        if figure > done.best:
            done.best, done.best_epoch, best = figure, epoch + 1, _weights(model)
        model.load_state_dict(trained)
        if checkpoint is not None:
            with replacing_file(checkpoint) as temporary:
                torch.save(
                    {
                        "model": trained,
                        "average": average,
                        "optimizer": optimizer.state_dict(),
                        "schedule": schedule.state_dict(),
                        "torch": torch.get_rng_state(),
                        "done": done.model_dump(),
                        "best": best,
                    },
                    temporary,
                )
        rng = np.random.default_rng(config.seed + done.epochs)  # so that a resumed run is the same
    progress(name, config.epochs * steps, config.epochs * steps)
    model.load_state_dict(best)
    model.eval()
    return done


def _batches(
    users: NDArray[np.int64],
    lengths: NDArray[np.int64],
    config: TrainingConfig,
    rng: np.random.Generator,
) -> Iterator[NDArray[np.int64]]:
    """Users in random batches of similar length."""
    order = rng.permutation(users)
    together = SORTED_TOGETHER * config.batch
    batches = []
    for at in range(0, len(order), together):
        part = order[at : at + together]
        part = part[np.argsort(np.minimum(lengths[part], config.length), kind="stable")]
        batches += [part[b : b + config.batch] for b in range(0, len(part), config.batch)]
    for number in rng.permutation(len(batches)):
        yield batches[number]


def _optimizer(model: torch.nn.Module, config: TrainingConfig) -> torch.optim.Optimizer:
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    matrices = [parameter for parameter in trained if parameter.ndim > 1]
    others = [parameter for parameter in trained if parameter.ndim <= 1]
    groups: list[dict[str, Any]] = [
        {"params": matrices, "weight_decay": config.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.learning_rate)


def _schedule(steps: int) -> Callable[[int], float]:
    """Linear warm-up over a twentieth of the steps, then linear to zero."""
    warm = max(1, steps // 20)
    return lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def _weights(model: torch.nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


@torch.no_grad()
def _blend(average: dict[str, Tensor], model: torch.nn.Module, kept: float, step: int) -> None:
    """Move the average towards the model's weights; over the first steps it keeps less of itself,
    or the weights before training would linger."""
    kept = min(kept, step / (step + 9))
    for name, weight in model.state_dict().items():
        average[name].lerp_(weight, 1 - kept)
