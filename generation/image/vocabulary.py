"""What an image generator can draw: written beside its weights, checked before it is asked."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import BadInputError
from .looks import Look

FILE = "vocabulary.json"


class StyleNote(BaseModel):
    """What is to be known of a style."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outlines: bool
    """Whether it has sharp edges, so that it is enlarged by tracing its outlines."""


class Vocabulary(BaseModel):
    """What a generator was taught, and how its pipeline is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subjects: list[str]
    """What it can draw."""
    styles: dict[str, StyleNote]
    """What it can draw like."""
    grounds: dict[str, str]
    """Name -> `#rrggbb` of the colours it can put behind."""
    call: dict[str, Any] = {}
    """Arguments of the pipeline's call."""


def read_vocabulary(folder: Path) -> Vocabulary | None:
    """The vocabulary of the generator in a folder; none: it was told to draw anything.

    Raises:
        BadInputError: the file is there and is none.
    """
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        return Vocabulary.model_validate_json(file.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} is not a vocabulary of an image generator.") from error


def check_look(look: Look, vocabulary: Vocabulary) -> None:
    """Whether every part of a look is known.

    Raises:
        BadInputError: one is not; the message offers the nearest.
    """
    for kind, value, known in (
        ("style", look.style, list(vocabulary.styles)),
        ("ground", look.ground, list(vocabulary.grounds)),
    ):
        if value is not None and value not in known:
            raise BadInputError(_unknown(kind, value, known))


def _unknown(kind: str, value: str, known: list[str]) -> str:
    near = get_close_matches(value.lower(), known, n=3, cutoff=0.5)
    offer = f"the nearest is {' or '.join(near)}" if near else f"it knows {', '.join(known[:12])}"
    return f"The image generator knows no {kind} {value!r}; {offer}."
