"""The sequence model as a channel: what a person is likely to meet next."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from ..encoders.batch import collate
from ..encoders.sequence_model import SequenceModel
from ..encoders.user_encoder import UserEncoder, UserEncoderConfig
from ..histories import Histories
from ..vectors import VectorIndex
from .channel import DenseScores, Scores, VectorScores
from .sparse_scores import no_opinion

BATCH = 256
"""Users encoded at a time."""
SCORES_ALL_UP_TO = 100_000
"""Items up to which every score is computed; above, an index finds the best."""


class Sequence:
    """Inner products of a user's vector, read from the history, with the items' vectors."""

    name = "sequence"

    def __init__(
        self,
        users: UserEncoder,
        inputs: NDArray[np.float32],
        outputs: NDArray[np.float32],
        length: int,
    ) -> None:
        """`inputs` (items, hidden) are read, `outputs` (items, output) scored; `length` the
        interactions of a history that are read."""
        self._users = users.eval()
        self._inputs = torch.from_numpy(inputs)
        self._outputs = outputs
        self._length = length
        large = len(outputs) > SCORES_ALL_UP_TO
        self._index = VectorIndex.build(outputs) if large else None

    @classmethod
    def of(cls, model: SequenceModel, length: int) -> Self:
        """The channel of a trained model."""
        inputs, outputs = model.eval().item_vectors()
        return cls(model.users, inputs.numpy(), outputs.numpy(), length)

    @torch.no_grad()
    def scores(self, histories: Histories) -> Iterator[Scores]:
        """See `Channel`."""
        for start in range(0, len(histories), BATCH):
            users = np.arange(start, min(start + BATCH, len(histories)))
            batch = collate(histories, users, self._length)
            inputs = self._users.inputs(batch, self._inputs, batch.items)
            vectors = self._users.last(batch, inputs).numpy()
            for user, vector in zip(users, vectors, strict=True):
                if not histories.lengths[user]:
                    yield no_opinion()
                elif self._index is None:
                    yield DenseScores(self._outputs @ vector)
                else:
                    yield VectorScores(vector, self._outputs, self._index)

    def save(self, folder: Path) -> None:
        """See `Channel`."""
        save_file(dict(self._users.state_dict()), folder / "users.safetensors")
        np.save(folder / "inputs.npy", self._inputs.numpy())
        np.save(folder / "outputs.npy", self._outputs)
        card = {
            "config": self._users.config.model_dump(),
            "length": self._length,
            "prompts": len(self._users.prompts),
            "heads": len(self._users.head),
        }
        (folder / "sequence.json").write_text(json.dumps(card))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See `Channel`."""
        card = json.loads((folder / "sequence.json").read_text())
        users = UserEncoder(UserEncoderConfig(**card["config"]))
        users.prompts = torch.nn.Parameter(
            torch.zeros(card["prompts"], users.config.hidden), requires_grad=False
        )
        while len(users.head) < card["heads"]:
            users.add_head()
        users.load_state_dict(load_file(folder / "users.safetensors"))
        inputs, outputs = (np.load(folder / f"{name}.npy") for name in ("inputs", "outputs"))
        return cls(users, inputs, outputs, card["length"])
