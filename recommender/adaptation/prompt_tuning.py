"""Prompt tuning: learned vectors before the history (Lester, Al-Rfou & Constant 2021)."""

from peft import PeftModel, PromptTuningConfig, TaskType, get_peft_model
from torch import nn
from transformers import PreTrainedModel

from ..encoders.sequence_model import SequenceModel

PROMPTS = 8
"""Soft prompt vectors."""


def adapt(model: SequenceModel) -> None:
    """Train the prompts, and a head."""
    model.requires_grad_(False)
    assert isinstance(model.users.transformer, PreTrainedModel)
    config = PromptTuningConfig(task_type=TaskType.FEATURE_EXTRACTION, num_virtual_tokens=PROMPTS)
    model.users.transformer = get_peft_model(model.users.transformer, config)
    model.users.add_head()


def merge(model: SequenceModel) -> None:
    """Keep the learned prompts in the user encoder itself."""
    wrapped = model.users.transformer
    assert isinstance(wrapped, PeftModel)
    prompts = wrapped.get_prompt(batch_size=1)[0].detach()
    model.users.prompts = nn.Parameter(prompts, requires_grad=False)
    model.users.transformer = wrapped.get_base_model()
