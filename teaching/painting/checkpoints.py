"""Checkpoints of a training run: all or nothing, and without pickled code on the way back."""

from pathlib import Path
from typing import Any

from ...files import replacing_file


def save_checkpoint(file: Path, parts: dict[str, Any], step: int, seconds: float) -> None:
    """Keep the state of every part, the steps done and the seconds they took."""
    import torch

    states = {name: part.state_dict() for name, part in parts.items()}
    with replacing_file(file) as temporary:
        torch.save({"parts": states, "step": step, "seconds": seconds}, temporary)


def load_checkpoint(file: Path, parts: dict[str, Any]) -> tuple[int, float]:
    """Put every part into its kept state; returns steps done and seconds, 0 where none was kept."""
    import torch

    if not file.exists():
        return 0, 0.0
    kept = torch.load(file, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(kept["parts"][name])
    return kept["step"], kept["seconds"]
