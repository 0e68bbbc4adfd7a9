"""What every objective needs of one training step: which items are scored, and their vectors."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from ..encoders.batch import Batch
from ..encoders.sequence_model import SequenceModel

ALL_ITEMS_UP_TO = 20_000
"""Catalogues up to this size score every item in each step; larger ones a sample."""
SAMPLED_NEGATIVES = 3_000
"""Items drawn beside the batch's own (Klenitskiy & Vasilev, RecSys 2023, use 3,000)."""
CHUNK = 64
"""Positions whose scores are in memory at once."""


@dataclass(frozen=True)
class Step:
    """The items of one training step."""

    rows: Tensor
    """Their rows, ascending. Shape (candidates,)."""
    inputs: Tensor
    """Their vectors as inputs. Shape (candidates, hidden)."""
    outputs: Tensor
    """Their vectors to be scored. Shape (candidates, output_size)."""

    def index(self, rows: Tensor) -> Tensor:
        """Where these item rows stand among the candidates; padding stays negative."""
        if len(self.rows) and int(self.rows[-1]) == len(self.rows) - 1:
            return rows
        return torch.where(rows < 0, -1, torch.searchsorted(self.rows, rows.clamp_min(0)))


def candidates(model: SequenceModel, batch: Batch) -> Step:
    """The candidates of a step: all items, or the batch's own and a uniform sample."""
    count = model.items.item_count
    if count <= ALL_ITEMS_UP_TO:
        rows = torch.arange(count)
    else:
        drawn = torch.randint(count, (SAMPLED_NEGATIVES,))
        rows = torch.unique(torch.cat([batch.items[batch.present], drawn]))
    inputs, outputs = model.items(rows)
    return Step(rows, inputs, outputs)


def cross_entropy(states: Tensor, outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean softmax cross-entropy of `targets` (n,) among all candidates.

    `states` (n, output_size), `outputs` (candidates, output_size).
    """
    return _LinearCrossEntropy.apply(states, outputs, targets) / max(len(states), 1)


class _LinearCrossEntropy(Function):
    """Summed cross-entropy of `states @ outputs.T`, its gradients found on the way.

    A few states at a time stay in the processor's cache, which is faster on a CPU, and the scores
    of all positions are never in memory together (the idea of "Cut
    your losses", Wijmans et al. 2024).
    """

    @staticmethod
    def forward(ctx: Any, states: Tensor, outputs: Tensor, targets: Tensor) -> Tensor:
        by_state, by_output = torch.empty_like(states), torch.zeros_like(outputs)
        total = states.new_zeros(())
        for at in range(0, len(states), CHUNK):
            part, target = states[at : at + CHUNK], targets[at : at + CHUNK]
            row = torch.arange(len(part), device=part.device)
            scores = part @ outputs.T
            highest = scores.amax(1, keepdim=True)
            wanted = scores[row, target] - highest.squeeze(1)
            scores.sub_(highest).exp_()
            mass = scores.sum(1, keepdim=True)
            total += (mass.squeeze(1).log() - wanted).sum()
            scores.div_(mass)
            scores[row, target] -= 1
            torch.mm(scores, outputs, out=by_state[at : at + CHUNK])
            by_output.addmm_(scores.T, part)
        ctx.save_for_backward(by_state, by_output)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:
        by_state, by_output = ctx.saved_tensors
        return by_state * gradients[0], by_output * gradients[0], None
