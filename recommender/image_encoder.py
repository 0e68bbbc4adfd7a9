"""Images to unit vectors, through any CLIP image tower.

A file that cannot be read is reported, never raised: catalogues of other people's images have some.
"""

import threading
import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ..catalog.images import FORMATS, MAX_PIXELS
from ..errors import BadInputError
from ..serving.loading import one_at_a_time

KINDS = ("clip", "clip_vision_model")
"""Configurations whose image tower can be loaded: a whole CLIP model, or the tower alone."""
BATCH = 16
"""Images in one forward pass; more gain nothing on a CPU."""
DECODED_EDGE = 672
"""Pixels of the shorter edge that a large image keeps at least: thrice what CLIP looks at."""


class ImageEncoder:
    """A `CLIPVisionModelWithProjection` folder, loaded when first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    @cached_property
    def dimensions(self) -> int:
        """Length of the vectors; known without loading the weights.

        Raises:
            BadInputError: the folder holds another kind of model.
        """
        from transformers import AutoConfig

        config = AutoConfig.from_pretrained(self.folder, local_files_only=True)
        if config.model_type not in KINDS:
            raise BadInputError(
                f"{self.folder} holds a model of type {config.model_type}, not CLIP;"
                " images are read by a CLIP model, e.g. clip-vit-b-16."
            )
        return config.projection_dim

    @cached_property
    def _model(self) -> Any:
        import torch
        from transformers import CLIPVisionModelWithProjection
        from transformers.utils import logging

        logging.disable_progress_bar()
        tower: Any = CLIPVisionModelWithProjection  # its stub knows no loading info
        with one_at_a_time:
            model, loaded = tower.from_pretrained(
                self.folder, dtype=torch.float32, local_files_only=True, output_loading_info=True
            )
        if loaded["missing_keys"]:  # transformers would fill them with random numbers
            raise BadInputError(
                f"The CLIP model in {self.folder} is not whole: it lacks"
                f" {sorted(loaded['missing_keys'])[0]}; give another one, e.g. clip-vit-b-16."
            )
        return model.eval()

    @cached_property
    def _processor(self) -> Any:
        from transformers import AutoImageProcessor

        # The same pixels whether or not torchvision is installed.
        return AutoImageProcessor.from_pretrained(self.folder, backend="pil", local_files_only=True)

    def encode(
        self,
        paths: Sequence[Path | BinaryIO],
        on_batch: Callable[[int, int], None] | None = None,
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Unit vectors of the images, and which of the files (or open ones) could be read.

        Args:
            on_batch: called with (images done, images in all) after each batch.

        Returns:
            Vectors, shape (images, dimensions), zero where a file could not be read; and readable,
            shape (images,).
        """
        vectors = np.zeros((len(paths), self.dimensions), dtype=np.float32)
        readable = np.zeros(len(paths), dtype=bool)
        for start in range(0, len(paths), BATCH):
            images = [read_image(path) for path in paths[start : start + BATCH]]
            rows = [start + at for at, image in enumerate(images) if image is not None]
            if rows:
                vectors[rows] = self._embed([image for image in images if image is not None])
                readable[rows] = True
            if on_batch:
                on_batch(min(start + BATCH, len(paths)), len(paths))
        return vectors, readable

    def _embed(self, images: list[Image.Image]) -> NDArray[np.float32]:
        import torch

        with self._lock, torch.inference_mode():
            pixels = self._processor(images=images, return_tensors="pt")["pixel_values"]
            embeds = self._model(pixel_values=pixels).image_embeds
            return torch.nn.functional.normalize(embeds, dim=-1).numpy()


def read_image(source: Path | BinaryIO) -> Image.Image | None:
    """The image as people see it, in RGB: upright, over white, at most twice as long as wide.

    None when the file is missing, damaged, no image, or larger than `MAX_PIXELS`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of large and of odd images
            with Image.open(source, formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    return None
                image.draft("RGB", (DECODED_EDGE, DECODED_EDGE))
                return _to_rgb(ImageOps.exif_transpose(_middle(image)))
    except Exception:  # Pillow raises many kinds for damaged files
        return None


def _middle(image: Image.Image) -> Image.Image:
    """The centre, cut to 2:1: CLIP sees a square, and a long strip would be enlarged to gigabytes.

    EXIF orientations leave the centre where it is.
    """
    image.load()
    longest = 2 * min(image.size)
    left, top = (max(0, (edge - longest) // 2) for edge in image.size)
    box = (left, top, min(image.width, left + longest), min(image.height, top + longest))
    return image if box == (0, 0, *image.size) else image.crop(box)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit grey: converting alone would clip it to white
        image = Image.fromarray((np.asarray(image, dtype=np.uint32) >> 8).astype(np.uint8))
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if (factor := min(image.size) // DECODED_EDGE) > 1:
        image = image.reduce(factor)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")
