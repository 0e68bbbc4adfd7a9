"""Text to unit vectors, through any sentence-transformers model."""

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..serving.loading import one_at_a_time

MAX_TOKENS = 128
"""Tokens of a text that are read: what MiniLM was trained with, and half the time of 256."""


class TextEncoder:
    """A sentence-transformers model, loaded when first needed (the import alone takes seconds)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        with one_at_a_time:
            model = SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)
        model.max_seq_length = min(MAX_TOKENS, model.max_seq_length or MAX_TOKENS)
        return model

    @cached_property
    def words(self) -> frozenset[str]:
        """Words that the model knows whole, so that they are no slips of other words; lower case.

        None where its vocabulary is not kept as WordPiece keeps it.
        """
        path = self.folder / "vocab.txt"
        lines = path.read_text(encoding="utf-8").split() if path.is_file() else []
        return frozenset(word for word in lines if word.isalpha())

    def warm_up(self) -> None:
        """Load the model now; safe to call from a background thread."""
        self.encode(["warm up"])

    def encode(
        self, texts: Sequence[str], on_batch: Callable[[int, int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors of the texts. Shape (texts, dimensions).

        Args:
            on_batch: called with (texts done, texts in all) after each batch.
        """
        # Sorted by length inside a large chunk, padding is small; 512 keeps progress visible.
        chunk, parts = 512, []
        with self._lock:
            for start in range(0, len(texts), chunk):
                parts.append(
                    self._model.encode(
                        list(texts[start : start + chunk]),
                        normalize_embeddings=True,
                        show_progress_bar=False,
                        batch_size=64,
                    )
                )
                if on_batch:
                    on_batch(min(start + chunk, len(texts)), len(texts))
            if not parts:
                return np.empty((0, self._model.get_embedding_dimension()), dtype=np.float32)
        return np.concatenate(parts).astype(np.float32)
