"""The map between the text encoder's space and the image encoder's: words find pictures, pictures
find words. Linear, trained on image-text pairs contrastively (the loss of CLIP, Radford et al.
2021, with both encoders frozen); no text tower of the image encoder is needed.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEIGHTS, CARD = "map.safetensors", "card.json"
SHIPPED = Path(__file__).parent.parent / "weights" / "text-to-image"


@dataclass(frozen=True)
class CrossModalMap:
    """Vectors of texts and of images in one space, where a text lies near what it describes."""

    weight: NDArray[np.float32]
    """Shape (text dimensions, image dimensions)."""
    bias: NDArray[np.float32]
    """Shape (image dimensions,)."""
    mean: NDArray[np.float32]
    """What all pictures share: their mean vector, shape (image dimensions,)."""

    def text(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors (texts, text dimensions) -> unit vectors (texts, image dimensions)."""
        return _unit(vectors @ self.weight + self.bias)

    def image(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Images' unit vectors, shape (images, image dimensions), in the common space; zero rows
        stay zero."""
        return _unit((vectors - self.mean) * vectors.any(axis=1, keepdims=True))

    def words(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """The way back: vectors of `image` -> unit vectors in the text encoder's space, whose inner
        product with a text's vector orders texts as the common space does."""
        return _unit(images @ self.weight.T)

    def save(self, folder: Path) -> None:
        """Write the weights into a folder."""
        from safetensors.numpy import save_file

        parts = {"weight": self.weight, "bias": self.bias, "mean": self.mean}
        save_file({name: part.astype(np.float16) for name, part in parts.items()}, folder / WEIGHTS)

    @classmethod
    def load(cls, folder: Path) -> "CrossModalMap":
        """Read what `save` wrote."""
        from safetensors.numpy import load_file

        parts = load_file(folder / WEIGHTS)
        return cls(**{name: part.astype(np.float32) for name, part in parts.items()})


def shipped_map(
    text_encoder: str, image_encoder: str, folder: Path = SHIPPED
) -> CrossModalMap | None:
    """The map that comes with the package, if it was trained for these two encoders."""
    if not (folder / CARD).is_file():
        return None
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    if (card["text_encoder"], card["image_encoder"]) != (text_encoder, image_encoder):
        return None
    return CrossModalMap.load(folder)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
