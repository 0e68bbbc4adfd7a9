"""NDCG@10 of a sequence model by full ranking, for early stopping."""

import numpy as np
import torch
from numpy.typing import NDArray

from .encoders.batch import collate
from .encoders.sequence_model import SequenceModel
from .histories import Histories
from .metrics import ndcg

BATCH = 256


def next_item_ndcg(
    model: SequenceModel, histories: Histories, targets: NDArray[np.int64], length: int
) -> float:
    """Mean NDCG@10 of `targets` (users,) among all items that are not in the histories.

    An equal score counts as ranked above the target, so that a constant model gets nothing.
    """
    inputs, outputs = model.item_vectors()
    gains = 0.0
    for at in range(0, len(histories), BATCH):
        users = np.arange(at, min(at + BATCH, len(histories)))
        vectors = model.user_vectors(collate(histories, users, length), inputs)
        scores = vectors @ outputs.T
        rows = np.repeat(np.arange(len(users)), histories.lengths[users])
        seen = histories.items[histories.starts[users[0]] : histories.starts[users[-1] + 1]]
        target = torch.from_numpy(targets[users])
        wanted = scores.gather(1, target[:, None])
        scores[torch.from_numpy(rows), torch.from_numpy(seen.astype(np.int64))] = -torch.inf
        ranks = (~(scores < wanted)).sum(1).clamp_min(1)  # NaN ranks last, not first
        gains += float(ndcg(ranks.numpy()).sum())
    return gains / max(len(histories), 1)
