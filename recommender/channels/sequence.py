"""The sequence model as a channel: what a person is likely to meet next."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from ..encoders.inference import Weights, user_vector
from ..histories import Histories
from ..vectors import VectorIndex
from .channel import DenseScores, Scores, VectorScores
from .sparse_scores import no_opinion

if TYPE_CHECKING:
    from ..encoders.sequence_model import SequenceModel

ITEMS = "items.safetensors"
"""Items' vectors, in half precision: their order of recommendation is the same."""
INDEX = "items.faiss"
SCORES_ALL_UP_TO = 100_000
"""Items up to which every score is computed; above, an index finds the best."""


class Sequence:
    """Inner products of a user's vector, read from the history, with the items' vectors."""

    name = "sequence"

    def __init__(
        self,
        weights: Weights,
        heads: int,
        inputs: NDArray[np.float32],
        outputs: NDArray[np.float32],
        length: int,
        index: VectorIndex | None = None,
    ) -> None:
        """A channel of a user encoder's weights.

        Args:
            heads: attention heads of the encoder.
            inputs: items as the encoder reads them (items, hidden).
            outputs: items as they are scored (items, output).
            length: interactions of a history that are read, the latest.
            index: of `outputs`; none: every score is computed.
        """
        self._weights = weights
        self._heads = heads
        self._inputs = inputs
        self.outputs = outputs
        """Items as they are scored (items, output)."""
        self._length = length
        self._index = index

    @classmethod
    def of(cls, model: "SequenceModel", length: int) -> Self:
        """The channel of a trained model without peft's parts."""
        inputs, outputs = model.eval().item_vectors()
        weights = {
            name: weight.detach().float().numpy().copy()
            for name, weight in model.users.state_dict().items()
        }
        large = len(outputs) > SCORES_ALL_UP_TO
        index = VectorIndex.build(outputs.numpy()) if large else None
        return cls(
            weights, model.users.config.heads, inputs.numpy(), outputs.numpy(), length, index
        )

    def with_items(self, vectors: NDArray[np.float32], index: VectorIndex) -> "Sequence":
        """The same user encoder over other items, which it reads and scores by `vectors`."""
        return Sequence(self._weights, self._heads, vectors, vectors, self._length, index)

    def scores(self, histories: Histories) -> Iterator[Scores]:
        """See `Channel`."""
        for end, count in zip(histories.starts[1:], histories.lengths, strict=True):
            if not count:
                yield no_opinion()
                continue
            span = slice(end - min(count, self._length), end)
            vector = user_vector(
                self._weights,
                self._heads,
                self._inputs[histories.items[span]],
                histories.values[span],
                histories.times[span],
            )
            if self._index is None:
                yield DenseScores(self.outputs @ vector)
            else:
                yield VectorScores(vector, self._index)

    def save(self, folder: Path) -> None:
        """See `Channel`."""
        vectors = {"inputs": self._inputs}
        if not np.array_equal(self._inputs, self.outputs):
            vectors["outputs"] = self.outputs
        half = {name: value.astype(np.float16) for name, value in vectors.items()}
        save_file(half, folder / ITEMS)
        save_file(dict(self._weights), folder / "users.safetensors")
        card = {"heads": self._heads, "length": self._length}
        if self._index is not None:
            self._index.save(folder / INDEX)
        (folder / "sequence.json").write_text(json.dumps(card))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """See `Channel`."""
        card = json.loads((folder / "sequence.json").read_text())
        vectors = {name: one.astype(np.float32) for name, one in load_file(folder / ITEMS).items()}
        inputs = vectors["inputs"]
        outputs = vectors.get("outputs", inputs)
        weights = load_file(folder / "users.safetensors")
        index = VectorIndex.load(folder / INDEX) if (folder / INDEX).exists() else None
        return cls(weights, card["heads"], inputs, outputs, card["length"], index)
