"""What the image tower makes of each picture, computed once: it is frozen while the rest learns."""

import hashlib
import random
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ...files import cache_dir, replacing_file, safe_name
from ...packages import Progress, silent
from ...recommender.image_encoder import read_image
from .pictures import Picture

BATCH = 16
_SMALLEST_CROP = 0.7
"""Edge of the smallest crop that another view shows, as a part of the picture's."""


class Tower:
    """The class token's last hidden state of a CLIP image tower, kept in the cache."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cache = cache_dir() / "tower" / safe_name(str(folder))

    def states(
        self, views: Sequence[tuple[Picture, int]], progress: Progress = silent
    ) -> NDArray[np.float32]:
        """The state of each view, shape (views, tower's width).

        Args:
            views: a picture and the number of the view: 0 as the server sees it, others are
                crops, some mirrored, which make more of few pictures.
        """
        files = [self._file(picture, view) for picture, view in views]
        missing = [n for n, file in enumerate(files) if not file.exists()]
        for start in range(0, len(missing), BATCH):
            progress("looking at pictures", start, len(missing))
            some = missing[start : start + BATCH]
            images = [_view(views[n][0].image, views[n][1]) for n in some]
            for n, states in zip(some, self._look(images), strict=True):
                with replacing_file(files[n]) as temporary, temporary.open("wb") as out:
                    np.save(out, states)
        return np.stack([np.load(file) for file in files])

    def embeds(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        """CLIP's own unit vectors of pictures, from their states. Shape (views, dimensions)."""
        import torch

        with torch.inference_mode():
            given = torch.from_numpy(states).to(torch.bfloat16)
            normed = self._model.vision_model.post_layernorm(given)
            embeds = self._model.visual_projection(normed).float()
            return torch.nn.functional.normalize(embeds, dim=-1).numpy()

    def _file(self, picture: Picture, view: int) -> Path:
        digest = hashlib.sha256(picture.image.read_bytes()).hexdigest()[:24]
        return self._cache / f"{digest}-{view}.npy"

    def _look(self, images: list[Image.Image]) -> NDArray[np.float32]:
        import torch

        with torch.inference_mode():
            pixels = self._processor(images=images, return_tensors="pt")["pixel_values"]
            states = self._model.vision_model(pixel_values=pixels.to(torch.bfloat16))
        return states.last_hidden_state[:, 0].float().numpy()

    @cached_property
    def _model(self) -> Any:
        import torch
        from transformers import CLIPVisionModelWithProjection

        return CLIPVisionModelWithProjection.from_pretrained(
            self.folder,
            dtype=torch.bfloat16,
            local_files_only=True,  # as the server has it
        ).eval()

    @cached_property
    def _processor(self) -> Any:
        from transformers import AutoImageProcessor

        return AutoImageProcessor.from_pretrained(self.folder, backend="pil", local_files_only=True)


def _view(path: Path, view: int) -> Image.Image:
    image = read_image(path) or Image.new("RGB", (224, 224), "white")
    if view == 0:
        return image
    draw = random.Random(view)
    part = draw.uniform(_SMALLEST_CROP, 1)
    width, height = round(image.width * part), round(image.height * part)
    left, top = draw.randint(0, image.width - width), draw.randint(0, image.height - height)
    cropped = image.crop((left, top, left + width, top + height))
    return ImageOps.mirror(cropped) if draw.random() < 0.5 else cropped
