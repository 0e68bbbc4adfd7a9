"""Representation transfer: pretrained features as they are, and a head on top."""

from ..encoders.sequence_model import SequenceModel


def adapt(model: SequenceModel) -> None:
    """Train the head alone."""
    model.requires_grad_(False)
    model.users.add_head()
