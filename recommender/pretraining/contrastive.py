"""Contrastive pretraining: bring together what belongs together, push apart the rest.

Two modalities of an item (as CLIP does, Radford et al. 2021; survey, arXiv 2404.00621, section
3.2), and two views of a history (CL4SRec, Xie et al., ICDE 2022), both with InfoNCE.
"""

from itertools import combinations

import torch
from torch import Tensor
from torch.nn import functional

from ..encoders.batch import Batch
from ..encoders.item_encoder import ItemEncoder
from ..encoders.sequence_model import SequenceModel
from .step import candidates

TEMPERATURE = 0.1
ITEMS = 512
"""Items whose modalities are compared, each step."""
KEPT = 0.7
"""Share of a history's items that a view shows."""


def loss(model: SequenceModel, batch: Batch) -> Tensor:
    """InfoNCE between the views of histories, and between the modalities of items."""
    return between_views(model, batch) + between_modalities(model.items)


def between_views(model: SequenceModel, batch: Batch) -> Tensor:
    """InfoNCE of two random views of each history against those of the others in the batch."""
    step = candidates(model, batch)
    first, second = (_view(model, batch, step.inputs, step.index(batch.items)) for _ in range(2))
    return info_nce(first, second)


def between_modalities(items: ItemEncoder) -> Tensor:
    """Mean InfoNCE over pairs of modalities; zero for an encoder of one."""
    rows = torch.randperm(items.item_count)[:ITEMS]
    vectors, present = items.parts(rows)
    losses = []
    for a, b in combinations(range(len(items.names)), 2):
        both = present[:, a] & present[:, b]
        if both.sum() > 1:
            losses.append(info_nce(vectors[both, a], vectors[both, b]))
    return torch.stack(losses).mean() if losses else torch.zeros(())


def info_nce(first: Tensor, second: Tensor) -> Tensor:
    """Cross-entropy of finding each row's partner among all rows, both ways. Inputs (n, d)."""
    cosines = functional.normalize(first, dim=1) @ functional.normalize(second, dim=1).T
    partner = torch.arange(len(first), device=first.device)
    there = functional.cross_entropy(cosines / TEMPERATURE, partner)
    back = functional.cross_entropy(cosines.T / TEMPERATURE, partner)
    return (there + back) / 2


def _view(model: SequenceModel, batch: Batch, vectors: Tensor, index: Tensor) -> Tensor:
    """Users' vectors after a history of which some items are masked."""
    shown = torch.rand(index.shape) < KEPT
    inputs = model.users.inputs(batch, vectors, index)
    return model.users.last(batch, torch.where(shown.unsqueeze(-1), inputs, model.users.mask))
