"""Adapter tuning: low-rank matrices beside the transformer's own (LoRA, Hu et al. 2022)."""

from peft import LoraConfig, PeftModel, get_peft_model
from transformers import PreTrainedModel

from ..encoders.sequence_model import SequenceModel

RANK = 8
EVERY_LINEAR = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]


def adapt(model: SequenceModel) -> None:
    """Train the adapters of the user encoder, and a head."""
    model.requires_grad_(False)
    assert isinstance(model.users.transformer, PreTrainedModel)
    config = LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=EVERY_LINEAR)
    model.users.transformer = get_peft_model(model.users.transformer, config)
    model.users.add_head()


def merge(model: SequenceModel) -> None:
    """Add the adapters to the weights they stand beside."""
    assert isinstance(model.users.transformer, PeftModel)
    model.users.transformer = model.users.transformer.merge_and_unload()
