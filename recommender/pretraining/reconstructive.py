"""Reconstructive pretraining: restore what was hidden, of a history and of an item.

Masked items as in BERT4Rec (Sun et al., CIKM 2019); masked modality features as in masked
multimodal modelling (survey, arXiv 2404.00621, section 3.1).
"""

import torch
from torch import Tensor
from torch.nn import functional

from ..encoders.batch import Batch
from ..encoders.item_encoder import IDENTITY, ItemEncoder
from ..encoders.sequence_model import SequenceModel
from .step import candidates, cross_entropy

HIDDEN_SHARE = 0.3
"""Share of a history's items that are hidden."""
ITEMS = 512
"""Items of which a modality is hidden, each step."""


def loss(model: SequenceModel, batch: Batch) -> Tensor:
    """Cross-entropy of the hidden items, and the cosine distance of the hidden features."""
    return masked_items(model, batch) + masked_features(model.items)


def masked_items(model: SequenceModel, batch: Batch) -> Tensor:
    """Cross-entropy of hidden items from what stands before and after them."""
    step = candidates(model, batch)
    index = step.index(batch.items)
    hidden = batch.present & (torch.rand(index.shape) < HIDDEN_SHARE)
    inputs = model.users.inputs(batch, step.inputs, index)
    shown = torch.where(hidden.unsqueeze(-1), model.users.mask, inputs)
    states = model.users.both_ways(shown, batch.present)
    return cross_entropy(states[hidden], step.outputs, index[hidden])


def masked_features(items: ItemEncoder) -> Tensor:
    """One minus the cosine between a hidden modality's features and what the others restore.

    Zero for an encoder of identities alone.
    """
    contents = [name for name in items.names if name != IDENTITY]
    rows = torch.randint(items.item_count, (min(ITEMS, items.item_count),))
    losses = []
    for name in contents if len(items.names) > 1 else []:
        there = items.get_buffer(f"{name}_present")[rows]
        if there.any():
            known = rows[there]
            restored = items.restore[name](items(known, hide=(name,))[0])
            wanted = items.get_buffer(f"{name}_vectors")[known]
            losses.append(1 - functional.cosine_similarity(restored, wanted).mean())
    return torch.stack(losses).mean() if losses else torch.zeros(())
