"""What a generator's subjects and styles look like to the image tower: means over real drawings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = "prototypes.safetensors"
Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Prototypes:
    """Unit vectors of the CLIP image tower, shape (dimensions,) each."""

    subjects: Vectors
    """Subject -> the mean of its drawings, as each set draws it, on white."""
    styles: Vectors
    """Style -> the mean over many subjects."""

    def save(self, folder: Path) -> None:
        """Write them into a generator's folder, in half precision."""
        from safetensors.numpy import save_file

        parts = {
            f"{kind}/{name}": vector.astype(np.float16)
            for kind, vectors in (("subjects", self.subjects), ("styles", self.styles))
            for name, vector in vectors.items()
        }
        save_file(parts, folder / FILE)


def read_prototypes(folder: Path) -> Prototypes | None:
    """The prototypes of the generator in a folder; none where it has none."""
    from safetensors.numpy import load_file

    if not (folder / FILE).is_file():
        return None
    kinds: dict[str, dict[str, NDArray[np.float32]]] = {"subjects": {}, "styles": {}}
    for key, vector in load_file(folder / FILE).items():
        kind, name = key.split("/", 1)
        kinds[kind][name] = vector.astype(np.float32)
    return Prototypes(kinds["subjects"], kinds["styles"])
