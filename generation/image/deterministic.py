"""An image generator without a model: plain pictures that depend on prompt and noise alone.

For tests: fast, and it never changes. It draws a disc in a colour that the subject decides, on a
ground that the look decides, where the noise puts it; it knows no shapes.
"""

import hashlib
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from .generator import Generator
from .vocabulary import StyleNote, Vocabulary

EDGE = 128
VOCABULARY = Vocabulary(
    subjects=["alarm clock", "dog", "fish", "fox", "robot", "rocket", "ship", "tree"],
    styles={
        "flat illustration": StyleNote(outlines=True),
        "neon": StyleNote(outlines=False),
        "watercolour": StyleNote(outlines=False),
    },
    grounds={"cream": "#f5e8cd", "navy": "#1e2a5c", "red": "#d03a38"},
    call={"num_inference_steps": 2},
)


class DeterministicPipeline:
    """What `Generator` asks of a diffusers pipeline."""

    def __init__(self) -> None:
        self.scheduler = SimpleNamespace(steps=0)

    def __call__(
        self, prompt: str | list[str], *, generator: Any, num_inference_steps: int = 2
    ) -> SimpleNamespace:
        """`images` for the prompts, each from its own generator's noise."""
        if self.scheduler.steps:
            raise RuntimeError("Another picture was painted with this scheduler.")
        self.scheduler.steps = num_inference_steps
        prompts = [prompt] if isinstance(prompt, str) else prompt
        noises = generator if isinstance(generator, list) else [generator]
        pairs = zip(prompts, noises, strict=True)
        return SimpleNamespace(images=[_drawn(text, noise) for text, noise in pairs])


def deterministic_generator(vocabulary: Vocabulary | None = VOCABULARY) -> Generator:
    """A generator that is always the same."""
    return Generator("deterministic", DeterministicPipeline(), vocabulary, "0" * 64)


def _drawn(prompt: str, noise: Any) -> Image.Image:
    import torch

    subject, _, look = prompt.partition(", ")
    image = Image.new("RGB", (EDGE, EDGE), _colour(look))
    x, y = (torch.rand(2, generator=noise).numpy() * 40 + 44).astype(np.int64).tolist()
    ImageDraw.Draw(image).ellipse((x - 30, y - 30, x + 30, y + 30), fill=_colour(subject))
    return image


def _colour(text: str) -> tuple[int, int, int]:
    red, green, blue = hashlib.sha256(text.encode()).digest()[:3]
    return red, green, blue
