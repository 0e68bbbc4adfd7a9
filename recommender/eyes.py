"""Search by picture: what a person shows, or says that it should look like, finds items.

Items' pictures lie in one space with words (`cross_modal`), or in the image encoder's own where no
map fits the encoders. A catalogue without pictures is searched through the map's way back.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..catalog.store import Catalog
from ..errors import BadInputError
from ..packages import Progress, silent
from ..serving.models import resolve_model
from .cross_modal import CrossModalMap, shipped_map
from .image_encoder import ImageEncoder
from .item_vectors import image_vectors
from .vectors import Hits, VectorIndex

WORDS_WEIGHT = 1.0
"""How far words pull a picture's vector, both of length 1."""


class Eyes:
    """The pictures of one catalogue's items, searchable by picture and by words."""

    def __init__(
        self,
        catalog: Catalog,
        encoder: Callable[[], ImageEncoder],
        bridge: CrossModalMap | None,
        progress: Progress = silent,
    ) -> None:
        """
        Args:
            encoder: gives the image encoder; called when the first picture is looked at.
            bridge: the map between text and images, where one fits the encoders.
        """
        self._catalog = catalog
        self._find_encoder = encoder
        self._bridge = bridge
        self._progress = progress
        self._seen = lru_cache(maxsize=64)(self._looked_at)

    @cached_property
    def has_pictures(self) -> bool:
        """Whether any item has a picture."""
        return bool(self._catalog.items["images"].list.len().sum())

    @property
    def reads_words(self) -> bool:
        """Whether words and pictures can be compared."""
        return self._bridge is not None

    def prepare(self) -> None:
        """Look at the items' pictures now, and not when somebody waits for an answer."""
        if self.has_pictures:
            _ = self._index

    def of_picture(self, path: Path) -> NDArray[np.float32]:
        """A picture's unit vector, shape (dimensions,).

        Raises:
            BadInputError: it cannot be read as an image.
        """
        return self._seen(path)

    def of_words(self, text: NDArray[np.float32]) -> NDArray[np.float32]:
        """A text's vector in the text encoder's space -> what it looks like, (dimensions,)."""
        assert self._bridge is not None
        return self._bridge.text(text[None])[0]

    def like(
        self, picture: NDArray[np.float32] | None, words: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        """The vector of a picture moved towards what words say of it; either may be missing."""
        parts = [] if picture is None else [picture]
        parts += [] if words is None else [WORDS_WEIGHT * self.of_words(words)]
        return _unit(np.sum(parts, axis=0))

    def search(self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_]) -> Hits:
        """The allowed items whose pictures are nearest. `allowed` (items,)."""
        index, has_picture = self._index
        return index.search(vector, k, allowed & has_picture)

    @property
    def pictured(self) -> int:
        """How many items have a picture that can be read."""
        return int(self._index[1].sum())

    def places(self, picture: Path, rows: Sequence[int]) -> dict[int, int]:
        """Row -> its place, from 1, among all items by the likeness of their pictures; only rows
        with a picture.

        Raises:
            BadInputError: the picture cannot be read.
        """
        everything = np.ones(len(self._catalog.item_ids), dtype=bool)
        found, _ = self.search(self.of_picture(picture), self.pictured, everything)
        place = {row: n for n, row in enumerate(found.tolist(), 1)}
        return {row: place[row] for row in rows if row in place}

    def in_words(self, vector: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """The vector's way back into the text encoder's space; none without a map."""
        return None if self._bridge is None else self._bridge.words(vector[None])[0]

    def vectors(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The items' vectors (items, dimensions) as they are searched, and who has one (items,)."""
        vectors, has_picture = image_vectors(self._catalog, self._encoder, self._progress)
        return (self._bridge.image(vectors) if self._bridge else vectors), has_picture

    @cached_property
    def _encoder(self) -> ImageEncoder:
        return self._find_encoder()

    @cached_property
    def _index(self) -> tuple[VectorIndex, NDArray[np.bool_]]:
        vectors, has_picture = self.vectors()
        return VectorIndex.build(vectors), has_picture

    def _looked_at(self, path: Path) -> NDArray[np.float32]:
        vectors, readable = self._encoder.encode([path])
        if not readable[0]:
            raise BadInputError(f"{path.name} cannot be read as an image.")
        return (self._bridge.image(vectors) if self._bridge else vectors)[0]


def open_eyes(
    catalog: Catalog, text_encoder: str, image_encoder: str, progress: Progress = silent
) -> Eyes:
    """The eyes over a catalogue, by the names of the encoders; nothing is loaded yet."""
    return Eyes(
        catalog,
        lambda: ImageEncoder(resolve_model(image_encoder, progress)),
        shipped_map(text_encoder, image_encoder),
        progress,
    )


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
