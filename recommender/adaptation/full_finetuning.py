"""Full finetuning: every weight goes on learning."""

from ..encoders.sequence_model import SequenceModel


def adapt(model: SequenceModel) -> None:
    """Train everything."""
    model.requires_grad_(True)
