"""What a generator learnt from, as the judging encoder sees it: nearest neighbours tell copying."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = "learnt.safetensors"


@dataclass(frozen=True)
class Learnt:
    """Training pictures, and how near held-out real ones come to them."""

    vectors: NDArray[np.float32]
    """Unit vectors of `checks.judging_encoder`, shape (pictures, dimensions)."""
    bar: float
    """The cosine that 99 in 100 held-out real pictures stay under."""

    def save(self, folder: Path) -> None:
        """Write it into a generator's folder, in half precision."""
        from safetensors.numpy import save_file

        parts = {
            "vectors": self.vectors.astype(np.float16),
            "bar": np.array([self.bar], np.float32),
        }
        save_file(parts, folder / FILE)


def read_learnt(folder: Path) -> Learnt | None:
    """What the generator in a folder learnt from; none where it does not say."""
    from safetensors.numpy import load_file

    if not (folder / FILE).is_file():
        return None
    parts = load_file(folder / FILE)
    return Learnt(parts["vectors"].astype(np.float32), float(parts["bar"][0]))
