"""The techniques by name."""

from collections.abc import Callable, Mapping

from ...errors import BadInputError
from ..encoders.sequence_model import SequenceModel
from . import adapter_tuning, full_finetuning, prompt_tuning, representation_transfer

TECHNIQUES: Mapping[str, Callable[[SequenceModel], None]] = {
    "representation-transfer": representation_transfer.adapt,
    "full-finetuning": full_finetuning.adapt,
    "adapter-tuning": adapter_tuning.adapt,
    "prompt-tuning": prompt_tuning.adapt,
}


MERGES: Mapping[str, Callable[[SequenceModel], None]] = {
    "adapter-tuning": adapter_tuning.merge,
    "prompt-tuning": prompt_tuning.merge,
}
"""After training, what peft added becomes part of the model, which then stands without peft."""


def technique(name: str) -> Callable[[SequenceModel], None]:
    """One of `TECHNIQUES`.

    Raises:
        BadInputError: there is no such technique.
    """
    if name not in TECHNIQUES:
        raise BadInputError(
            f"There is no adaptation technique {name!r}: give {', '.join(TECHNIQUES)}."
        )
    return TECHNIQUES[name]
