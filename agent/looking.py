"""Pictures on their way to the language model: small, inline, never an address.

An endpoint that cannot take them answers with an error, which costs that call only.
"""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import BadInputError
from ..prompts import Prompt, with_pictures
from ..recommender.image_encoder import read_image

EDGE = 512
"""Pixels of a picture's longer edge as it is sent: twice what CLIP looks at."""
QUALITY = 90
"""Of the JPEG that is sent."""
SHOWS_CHARS = 60
LETTERS = "ABCDEFGH"


def messages_of(prompt: Prompt, pictures: Sequence[Path]) -> list[dict[str, Any]]:
    """A prompt's messages with pictures at their places, in order.

    Raises:
        BadInputError: a picture cannot be read.
    """
    if not pictures:
        return list(prompt.messages)
    return with_pictures(prompt.messages, [picture_part(path) for path in pictures])


def picture_part(path: Path) -> dict[str, Any]:
    """A picture as a part of a message in the OpenAI protocol.

    Raises:
        BadInputError: it cannot be read as an image.
    """
    image = read_image(path)
    if image is None:
        raise BadInputError(f"{path.name} cannot be read as an image.")
    image.thumbnail((EDGE, EDGE))
    packed = io.BytesIO()
    image.save(packed, format="JPEG", quality=QUALITY)
    data = base64.b64encode(packed.getvalue()).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}}


def shows_schema() -> dict[str, Any]:
    """JSON schema of what a picture shows."""
    return _object("shows", {"type": "string", "minLength": 2, "maxLength": SHOWS_CHARS})


def choice_schema(options: Sequence[str]) -> dict[str, Any]:
    """JSON schema of one of some options."""
    return _object("choice", {"type": "string", "enum": list(options)})


def pick_schema(count: int) -> dict[str, Any]:
    """JSON schema of one of `count` pictures."""
    return _object("picture", {"type": "string", "enum": list(LETTERS[:count])})


def _object(key: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {key: value},
        "required": [key],
        "additionalProperties": False,
    }
