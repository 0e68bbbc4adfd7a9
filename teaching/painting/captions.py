"""Captions as the transformer meets them: the states of a frozen text encoder, computed once."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...packages import Progress

if TYPE_CHECKING:
    import torch

LENGTH = 24
"""Tokens that a caption is cut or padded to."""
_AT_ONCE = 256


class CaptionStates:
    """Token states of each picture's caption."""

    def __init__(
        self, states: NDArray[np.float16], lengths: NDArray[np.int64], which: NDArray[np.int64]
    ) -> None:
        self._states, self._lengths, self._which = states, lengths, which
        self.width: int = states.shape[-1]
        """Channels of a state."""

    def of(
        self, rows: NDArray[np.int64], dropped: NDArray[np.bool_]
    ) -> tuple["torch.Tensor", "torch.Tensor"]:
        """States (n, tokens, width) and mask (n, tokens) of the pictures' captions.

        A dropped caption is the empty one's.
        """
        import torch

        which = np.where(dropped, 0, self._which[rows])
        lengths = self._lengths[which]
        states = torch.from_numpy(self._states[which]).float()
        mask = torch.from_numpy(
            (np.arange(self._states.shape[1]) < lengths[:, None]).astype(np.float32)
        )
        return states, mask


def caption_states(folder: Path, captions: Sequence[str], progress: Progress) -> CaptionStates:
    """Encode captions with the text encoder in a transformers folder."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    known = {"": 0}
    which = np.array([known.setdefault(one, len(known)) for one in captions], np.int64)
    texts = list(known)
    states = np.zeros((len(texts), LENGTH, model.config.hidden_size), np.float16)
    lengths = np.zeros(len(texts), np.int64)
    for start in range(0, len(texts), _AT_ONCE):
        batch = tokenizer(
            texts[start : start + _AT_ONCE], padding=True, truncation=True, max_length=LENGTH,
            return_tensors="pt",
        )  # fmt: skip
        with torch.no_grad():
            found = model(batch["input_ids"], attention_mask=batch["attention_mask"])[0]
        states[start : start + len(found), : found.shape[1]] = found.numpy()
        lengths[start : start + len(found)] = batch["attention_mask"].sum(1).numpy()
        progress("encoding captions", start + len(found), len(texts))
    return CaptionStates(states, lengths, which)
