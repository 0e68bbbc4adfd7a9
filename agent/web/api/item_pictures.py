"""Pictures of items: their own, else one that is painted once and kept."""

import hashlib
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from ....catalog.images import FORMATS
from ....errors import NotFoundError, OverloadedError, TastemakerError
from ....files import data_dir, safe_name

if TYPE_CHECKING:
    from ....generation.image.studio import Studio
    from ...resources import Resources

EDGE = 512
"""Pixels of a painted picture."""
CANDIDATES = 2
"""Pictures that the best is taken from."""
PATIENCE_SECONDS = 20.0
"""For which a picture waits until no answer is being given: both want every core."""
_brush = threading.Lock()
_places = threading.BoundedSemaphore(12)  # each that waits holds a thread of the server


def item_picture(resources: "Resources", item_id: str, calm: Callable[[float], object]) -> Path:
    """The file of an item's picture; one is painted where it has none.

    Args:
        calm: waits for so many seconds at most until nobody waits for an answer.

    Raises:
        NotFoundError: it has no picture, and none can be painted.
        OverloadedError: many pictures are waited for.
    """
    kept = kept_picture(resources, item_id)
    if kept is not None:
        return kept
    file = _painted(resources, item_id)
    if not _places.acquire(blocking=False):
        raise OverloadedError("Many pictures are being painted; try again in a moment.")
    try:
        with _brush:  # painting takes every core
            if not file.is_file():
                calm(PATIENCE_SECONDS)
                _paint(resources.find_studio(), item_id, file)
    except TastemakerError as error:
        raise NotFoundError(f"The item has no picture, and none is painted: {error}") from error
    finally:
        _places.release()
    return file


def kept_picture(resources: "Resources", item_id: str) -> Path | None:
    """The file of an item's own picture, else of one that was painted before; none: neither."""
    files = (resources.item_picture(item_id), _painted(resources, item_id))
    return next((file for file in files if file is not None and file.is_file()), None)


def media_type(picture: Path) -> str:
    """What a picture's file holds, by its content: its name came from elsewhere."""
    with Image.open(picture, formats=FORMATS) as image:
        return image.get_format_mimetype() or "application/octet-stream"


def etag(picture: Path) -> str:
    """Changes when the file does."""
    found = picture.stat()
    said = f"{picture.name} {found.st_size} {found.st_mtime_ns}"
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _painted(resources: "Resources", item_id: str) -> Path:
    """Where an item's painted picture lies, or will."""
    name = safe_name(f"{resources.catalog.fingerprint} {item_id}")
    return data_dir() / "paintings" / "items" / f"{name}.png"


def _paint(studio: "Studio", item_id: str, file: Path) -> None:
    """Paint what suits an item, without words over it, signed as painted."""
    from ....generation.image.generator import paint
    from ....generation.image.painting import sketched
    from ....generation.image.planning import Order, plan_picture
    from ....generation.image.provenance import Painting, sign

    plan = plan_picture(studio, Order(item_id=item_id, product=False, candidates=CANDIDATES))
    best = sketched(studio, plan, paint(studio.generator, plan.jobs, studio.progress))
    layer = best.layer.convert("RGB")
    layer.thumbnail((EDGE, EDGE))
    encoded = io.BytesIO()
    layer.save(encoded, "PNG")
    painting = Painting(
        model=studio.generator.name,
        model_sha256=studio.generator.digest,
        prompt_sha256=hashlib.sha256(best.sketch.prompt.encode()).hexdigest(),
        seed=best.sketch.seed,
        steps=studio.generator.steps,
        layout="plain",
        item_sha256=hashlib.sha256(item_id.encode()).hexdigest(),
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    sign(encoded.getvalue(), file, painting, replace=True)
