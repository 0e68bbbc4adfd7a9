"""The sequence model: item encoder and user encoder together."""

import torch
from torch import Tensor, nn

from .batch import Batch
from .item_encoder import ItemEncoder
from .user_encoder import UserEncoder, UserEncoderConfig

BLOCK = 65_536
"""Items encoded at a time."""


class SequenceModel(nn.Module):
    """Scores of items for the next step of a history."""

    def __init__(self, items: ItemEncoder, config: UserEncoderConfig) -> None:
        """`config.output` is set to what the item encoder gives."""
        super().__init__()
        self.items = items
        self.users = UserEncoder(config.model_copy(update={"output": items.output_size}))

    @torch.no_grad()
    def item_vectors(self) -> tuple[Tensor, Tensor]:
        """All items, as inputs and to be scored; see `ItemEncoder.forward`."""
        rows = torch.arange(self.items.item_count)
        inputs, outputs = zip(*(self.items(part) for part in rows.split(BLOCK)), strict=True)
        return torch.cat(inputs), torch.cat(outputs)

    @torch.no_grad()
    def user_vectors(self, batch: Batch, vectors: Tensor) -> Tensor:
        """Each user's vector after the whole history. (users, output)."""
        return self.users.last(batch, self.users.inputs(batch, vectors, batch.items))
