"""User encoder: a small transformer over the ordered history, from a transformers config class.

The transformer reads `inputs_embeds`, so that peft wraps it as it would any language model.
"""

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from transformers import GPTNeoXConfig, GPTNeoXModel

from .batch import Batch
from .levels import GAP_LEVELS, VALUE_LEVELS

MAX_LENGTH = 1024
"""Interactions that the transformer can read at most."""


class UserEncoderConfig(BaseModel):
    """Size of the transformer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden: int = Field(default=64, ge=8)
    """Dimensions of item and user vectors."""
    layers: int = Field(default=2, ge=1)
    """Transformer layers."""
    heads: int = Field(default=2, ge=1)
    """Attention heads a layer."""
    dropout: float = Field(default=0.3, ge=0, lt=1)
    """Share of activations dropped in training."""
    output: int = Field(default=64, ge=8)
    """Dimensions in which users and items are compared."""


class UserEncoder(nn.Module):
    """Users' vectors from the vectors of what they met, how they rated it, and when."""

    def __init__(self, config: UserEncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.transformer: nn.Module = transformer(config)
        self.value_levels = nn.Embedding(VALUE_LEVELS, config.hidden)
        self.gap_levels = nn.Embedding(GAP_LEVELS, config.hidden)
        nn.init.zeros_(self.value_levels.weight)
        nn.init.zeros_(self.gap_levels.weight)
        self.mask = nn.Parameter(torch.randn(config.hidden) * 0.02)
        """Stands for an item that is hidden."""
        self.prompts = nn.Parameter(torch.zeros(0, config.hidden), requires_grad=False)
        """Soft prompts that prompt tuning left, read before every history. (prompts, hidden)."""
        same = config.output == config.hidden
        first = [] if same else [nn.Linear(config.hidden, config.output)]
        self.head = nn.Sequential(*first)
        """From hidden states to the users' vectors; adaptation may add to it."""

    def add_head(self) -> None:
        """Add a linear map of users' vectors, the identity at first."""
        head = nn.Linear(self.config.output, self.config.output)
        nn.init.eye_(head.weight)
        nn.init.zeros_(head.bias)
        self.head.append(head)

    def inputs(self, batch: Batch, vectors: Tensor, index: Tensor) -> Tensor:
        """What the transformer reads (users, length, hidden).

        `vectors` (n, hidden) are items'; `index` (users, length) says which each position holds.
        """
        found = vectors[index.clamp_min(0)]
        return found + self.value_levels(batch.values) + self.gap_levels(batch.gaps)

    def causal(self, inputs: Tensor) -> Tensor:
        """Users' vectors after each position, which sees itself and what came before.

        Padding stands at the end, where no earlier position sees it, so it needs no mask.
        (users, length, hidden) -> (users, length, output).
        """
        before = self.prompts.expand(len(inputs), -1, -1)
        states = self.transformer(inputs_embeds=torch.cat([before, inputs], 1)).last_hidden_state
        return self.head(states[:, -inputs.shape[1] :])  # peft's prompts stand before, too

    def both_ways(self, inputs: Tensor, present: Tensor) -> Tensor:
        """Vectors of each position, which sees all that are present, boolean (users, length)."""
        length = inputs.shape[1]
        itself = torch.eye(length, dtype=torch.bool, device=inputs.device)
        sees = present[:, None, None, :] | itself
        states = self.transformer(inputs_embeds=inputs, attention_mask=sees).last_hidden_state
        return self.head(states)

    def last(self, batch: Batch, inputs: Tensor) -> Tensor:
        """Each user's vector after the whole history. (users, output)."""
        states = self.causal(inputs)
        return states[torch.arange(len(states)), batch.present.sum(1).clamp_min(1) - 1]


def transformer(config: UserEncoderConfig) -> GPTNeoXModel:
    """A causal pre-norm transformer with rotary positions."""
    return GPTNeoXModel(
        GPTNeoXConfig(
            vocab_size=1,  # it reads vectors, not tokens
            hidden_size=config.hidden,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            intermediate_size=4 * config.hidden,
            hidden_dropout=config.dropout,
            attention_dropout=0.0,  # slow on a CPU
            max_position_embeddings=MAX_LENGTH,
            use_parallel_residual=False,
            use_cache=False,
            bos_token_id=None,
            eos_token_id=None,
            rope_parameters={
                "rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 1.0,
            },
        )
    )  # fmt: skip
