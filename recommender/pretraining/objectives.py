"""The objectives by name, and mixtures of them."""

from collections.abc import Mapping

from torch import Tensor

from ...errors import BadInputError
from ..encoders.batch import Batch
from ..encoders.sequence_model import SequenceModel
from ..training import Loss
from . import autoregressive, contrastive, reconstructive

OBJECTIVES: Mapping[str, Loss] = {
    "reconstructive": reconstructive.loss,
    "contrastive": contrastive.loss,
    "autoregressive": autoregressive.loss,
}


def objective(name: str) -> Loss:
    """One of `OBJECTIVES`, or several joined by "+", their losses added.

    Raises:
        BadInputError: there is no such objective.
    """
    names = name.split("+")
    if unknown := [part for part in names if part not in OBJECTIVES]:
        raise BadInputError(
            f"There is no pretraining objective {unknown[0]!r}: give {', '.join(OBJECTIVES)},"
            " or several joined by +."
        )

    def loss(model: SequenceModel, batch: Batch) -> Tensor:
        values = [OBJECTIVES[part](model, batch) for part in names]
        return sum(values[1:], values[0])

    return loss
