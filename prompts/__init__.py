"""Prompts: one Jinja file per job, strict, and known by the hash of their source.

The first part of each file, up to the line `---user---`, is the system message: it is the same for
every turn on a catalogue, so that the server's prefix cache answers it. What changes comes after.
Text of catalogues and people enters only through the filter `data`, which makes it one JSON string.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel

_FOLDER = Path(__file__).parent
_SEPARATOR = "---user---\n"


class Prompt(BaseModel):
    """A rendered prompt."""

    name: str
    """File name without the ending."""
    sha256: str
    """First 12 hex digits of the hash of the file."""
    messages: list[dict[str, str]]
    """System and user message, in the chat format."""


def render(name: str, **values: Any) -> Prompt:
    """Render `name.jinja`.

    Raises:
        jinja2.UndefinedError: a value that the prompt needs was not given.
    """
    system, _, user = (
        _environment().get_template(f"{name}.jinja").render(values).partition(_SEPARATOR)
    )
    return Prompt(
        name=name,
        sha256=prompt_hash(name),
        messages=[
            {"role": "system", "content": system.strip()},
            {"role": "user", "content": user.strip()},
        ],
    )


@cache
def prompt_hash(name: str) -> str:
    """First 12 hex digits of the SHA-256 of a prompt's source."""
    return hashlib.sha256((_FOLDER / f"{name}.jinja").read_bytes()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is a prompt, not HTML
    )
    environment.filters["data"] = _data
    return environment


def _data(text: str, limit: int = 300) -> str:
    """Untrusted text as one JSON string: no line breaks, no control characters, bounded."""
    return json.dumps(text[:limit], ensure_ascii=False)
