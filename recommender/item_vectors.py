"""What the items of a catalogue look like and say, as vectors: computed once, kept in the cache.

An item that lacks the modality has a row of zeros and False in the mask, so that nobody takes the
zeros for data. Rows are written as they are computed: an interrupted run goes on where it ended.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from ..catalog.store import Catalog
from ..files import cache_dir, replacing_file, safe_name
from ..packages import Progress, silent
from .documents import semantic_document
from .image_encoder import ImageEncoder
from .text_encoder import TextEncoder

FORMAT = 2
"""Raised when what the encoders are given changes (documents, pixels)."""
TEXT_PART = 512
"""Items whose texts are embedded before they are written: 5 seconds' work with MiniLM."""
IMAGE_PART = 32
"""Items whose images are embedded before they are written: 15 seconds' work with CLIP ViT-B/16."""

Features = tuple[NDArray[np.float32], NDArray[np.bool_]]
"""Unit vectors, shape (items, dimensions), and whether the item has one, shape (items,)."""


def text_vectors(
    catalog: Catalog, encoder: TextEncoder, progress: Progress = silent, part: int = TEXT_PART
) -> Features:
    """Each item's `semantic_document` as a vector, in row order; none for an empty document.

    The documents hold words only, so what is computed from interactions (`rating`, `votes`) is not
    in the vectors.
    """

    total = len(catalog.item_ids)

    def embed(start: int, end: int) -> NDArray[np.float32]:
        items = [catalog.item(item_id) for item_id in catalog.item_ids[start:end]]
        documents = [semantic_document(item) for item in items]
        vectors = encoder.encode(
            documents, lambda done, _: progress("reading items", start + done, total)
        )
        vectors[[not document.strip() for document in documents]] = 0.0
        return vectors

    return _kept(_cache_file(catalog, "text", encoder.folder), total, part, embed)


def image_vectors(
    catalog: Catalog, encoder: ImageEncoder, progress: Progress = silent, part: int = IMAGE_PART
) -> Features:
    """The mean of each item's readable images as a unit vector, in row order; none without one.

    Raises:
        BadInputError: the encoder's folder holds no whole CLIP model.
    """
    paths = [
        [catalog.folder / name for name in names] for names in catalog.items["images"].to_list()
    ]
    first = np.cumsum([0, *(len(listed) for listed in paths)]).tolist()
    if first[-1] == 0:
        return np.zeros((len(paths), encoder.dimensions), np.float32), np.zeros(len(paths), bool)

    def embed(start: int, end: int) -> NDArray[np.float32]:
        vectors, _ = encoder.encode(
            [path for listed in paths[start:end] for path in listed],
            lambda done, _: progress("reading images", first[start] + done, first[-1]),
        )
        sums = np.zeros((end - start, encoder.dimensions), dtype=np.float32)
        owners = np.repeat(np.arange(end - start), np.diff(first[start : end + 1]))
        np.add.at(sums, owners, vectors)  # an unreadable image is zeros, so it adds nothing
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.divide(sums, lengths, out=sums, where=lengths > 0)

    return _kept(_cache_file(catalog, "images", encoder.folder), len(paths), part, embed)


def _cache_file(catalog: Catalog, modality: str, encoder: Path) -> Path:
    key = f"{FORMAT}-{catalog.fingerprint}-{modality}-{safe_name(str(encoder))}"
    return cache_dir() / "features" / f"{key}.npy"


def _kept(
    file: Path, items: int, part: int, embed: Callable[[int, int], NDArray[np.float32]]
) -> Features:
    """The vectors in `file`; what is not there yet comes from `embed(start, end)`, by parts."""
    parts = file.with_suffix(".parts")
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):
        if not file.exists():
            listed = []
            for start in range(0, items, part):
                end = min(start + part, items)
                listed.append(parts / f"{start}-{end}.npy")
                if not listed[-1].exists():
                    _save(listed[-1], embed(start, end))
            _save(file, np.concatenate([np.load(path) for path in listed]))
        shutil.rmtree(parts, ignore_errors=True)
    vectors = np.load(file)
    return vectors, vectors.any(axis=1)


def _save(path: Path, vectors: NDArray[np.float32]) -> None:
    with replacing_file(path) as temporary, temporary.open("wb") as out:
        np.save(out, vectors)
