"""Autoregressive pretraining: predict each next item from what came before.

SASRec's task (Kang & McAuley, ICDM 2018) with the full softmax in place of sampled negatives
(Klenitskiy & Vasilev, RecSys 2023).
"""

from torch import Tensor

from ..encoders.batch import Batch
from ..encoders.sequence_model import SequenceModel
from .step import candidates, cross_entropy


def loss(model: SequenceModel, batch: Batch) -> Tensor:
    """Cross-entropy of every next item among the candidates."""
    step = candidates(model, batch)
    index = step.index(batch.items)
    states = model.users.causal(model.users.inputs(batch, step.inputs, index))
    followed = batch.present[:, 1:]
    return cross_entropy(states[:, :-1][followed], step.outputs, index[:, 1:][followed])
