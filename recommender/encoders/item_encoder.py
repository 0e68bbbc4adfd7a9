"""Item encoder: identity, text, image and attributes become one vector an item.

A missing modality is masked out of the fusion; it is never a vector of zeros taken for data. The
identity is a modality too: it is hidden at random in training and for items that nobody met, so
that new items stand beside old ones by their contents at once.
"""

import math
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from .features import ItemFeatures, Modality

Fusion = Literal["early", "gated", "attention", "late"]
"""Where modalities meet: concatenated before one network; weighted by gates or by attention after
each its own; or each scored by itself, the scores added."""
IDENTITY = "identity"


class ItemEncoder(nn.Module):
    """Vectors of items from what is known of them."""

    def __init__(
        self,
        features: ItemFeatures,
        hidden: int,
        *,
        fusion: Fusion = "gated",
        identity: bool = True,
        identity_dropout: float = 0.0,
        met: Tensor | None = None,
    ) -> None:
        """Build an encoder.

        Args:
            hidden: dimensions of an item's vector.
            identity: whether items have an embedding of their own.
            identity_dropout: share of items whose identity is hidden in a training step.
            met: items that have a training interaction, boolean (items,); the others' identity is
                always hidden. None: all.
        """
        super().__init__()
        self.fusion: Fusion = fusion
        self.hidden = hidden
        self.identity_dropout = identity_dropout
        self.names = [*([IDENTITY] if identity else []), *features.modalities]
        if identity:
            self.identity = nn.Embedding(features.item_count, hidden)
            nn.init.normal_(self.identity.weight, std=0.02)
        everyone = torch.ones(features.item_count, dtype=torch.bool)
        for name in self.names:
            present = (everyone if met is None else met) if name == IDENTITY else None
            if present is None:
                modality = features.modalities[name]
                present = torch.from_numpy(modality.present)
                # Masked rows still pass through the arithmetic: whatever they hold must be finite.
                vectors = torch.from_numpy(modality.vectors).masked_fill(~present[:, None], 0.0)
                self.register_buffer(f"{name}_vectors", vectors, persistent=False)
            self.register_buffer(f"{name}_present", present, persistent=False)
        self.project = nn.ModuleDict(
            {
                name: nn.Sequential(nn.Linear(_dimensions(modality), hidden), nn.LayerNorm(hidden))
                for name, modality in features.modalities.items()
            }
        )
        self.restore = nn.ModuleDict(
            {
                name: nn.Linear(hidden, _dimensions(modality))
                for name, modality in features.modalities.items()
            }
        )
        """From an item's vector back to a modality's features, for reconstructive pretraining."""
        for part in self.project.values():
            # Contents start as large as the identities do, so that neither drowns the other.
            nn.init.constant_(part[1].weight, 0.02)  # pyright: ignore[reportIndexIssue]
        parts = len(self.names)
        self.missing = nn.Parameter(torch.zeros(parts, hidden))
        if fusion == "early":
            self.mix = nn.Sequential(
                nn.Linear(parts * hidden, 2 * hidden), nn.GELU(), nn.Linear(2 * hidden, hidden)
            )
        elif fusion == "gated":
            self.gate = nn.Linear(hidden, 1)
            self.gate_bias = nn.Parameter(torch.zeros(parts))
        elif fusion == "attention":
            self.attend = nn.MultiheadAttention(hidden, 1, batch_first=True)
            self.query = nn.Parameter(torch.randn(hidden) / math.sqrt(hidden))

    @property
    def item_count(self) -> int:
        """Items that can be encoded."""
        return len(self.get_buffer(f"{self.names[0]}_present"))

    @property
    def output_size(self) -> int:
        """Dimensions of the vectors that `forward` returns second."""
        return self.hidden * (len(self.names) if self.fusion == "late" else 1)

    def parts(self, rows: Tensor, hide: Sequence[str] = ()) -> tuple[Tensor, Tensor]:
        """Each modality of some items by itself.

        Returns:
            vectors (rows, modalities, hidden), and which are there, boolean (rows, modalities).
        """
        vectors, present = [], []
        for name in self.names:
            if name == IDENTITY:
                vectors.append(self.identity(rows))
            else:
                vectors.append(self.project[name](self.get_buffer(f"{name}_vectors")[rows]))
            there = self.get_buffer(f"{name}_present")[rows]
            if name == IDENTITY and self.training and self.identity_dropout:
                there = there & (torch.rand(len(rows), device=rows.device) >= self.identity_dropout)
            present.append(there & (name not in hide))
        return torch.stack(vectors, 1), torch.stack(present, 1)

    def forward(self, rows: Tensor, hide: Sequence[str] = ()) -> tuple[Tensor, Tensor]:
        """Vectors of some items.

        Returns:
            as inputs of the user encoder (rows, hidden), and to be scored against a user's vector
            (rows, output_size); the same tensor unless fusion is late.
        """
        return self.fuse(*self.parts(rows, hide))

    def fuse(self, vectors: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
        """Join what `parts` returned."""
        there = present.unsqueeze(-1)
        if self.fusion == "early":
            filled = torch.where(there, vectors, self.missing)
            joined = self.mix(filled.flatten(1))
            return joined, joined
        # An item of which nothing is known is the mean of the learned vectors for missing parts.
        nothing = ~present.any(1)
        known = there | nothing[:, None, None]
        filled = torch.where(nothing[:, None, None], self.missing, vectors)
        if self.fusion == "attention":
            query = self.query.expand(len(vectors), 1, -1)
            joined, _ = self.attend(query, filled, filled, key_padding_mask=~known.squeeze(-1))
            joined = joined.squeeze(1)
            return joined, joined
        if self.fusion == "late":
            each = torch.where(known, filled, 0.0)
            return each.sum(1) / known.sum(1), each.flatten(1)
        gates = self.gate(filled).squeeze(-1) + self.gate_bias
        gates = gates.masked_fill(~known.squeeze(-1), -torch.inf).softmax(1)
        joined = (gates.unsqueeze(-1) * filled).sum(1) * math.sqrt(len(self.names))
        return joined, joined


def _dimensions(modality: Modality) -> int:
    return modality.vectors.shape[1]
