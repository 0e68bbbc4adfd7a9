"""Prompts: one Jinja file per job, strict, and known by the hash of their source.

A file begins with the system message; lines `---user---` and `---assistant---` begin the messages
after it: worked examples, then the one that asks. What is the same for every turn stands first, so
that the server's prefix cache answers it. Text of catalogues and people enters only through the
filter `data`, which makes it one JSON string; it cannot begin a message, since files are cut into
messages before anything is filled in.
"""

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from pydantic import BaseModel

_FOLDER = Path(__file__).parent
# What JSON leaves as it is, but breaks lines, turns the direction of text, cannot be encoded, or
# begins a model's control tokens: `<|im_end|>` in a title must not end a message.
_UNSAFE = re.compile("[<\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_ROLE = re.compile(r"^---(user|assistant)---\n", re.MULTILINE)


class Prompt(BaseModel):
    """A rendered prompt."""

    name: str
    """File name without the ending."""
    sha256: str
    """First 12 hex digits of the hash of the file."""
    messages: list[dict[str, str]]
    """In the chat format: system, examples, the question."""


def render(name: str, **values: Any) -> Prompt:
    """Render `name.jinja`.

    Raises:
        jinja2.UndefinedError: a value that the prompt needs was not given.
    """
    return Prompt(
        name=name,
        sha256=prompt_hash(name),
        messages=[
            {"role": role, "content": template.render(values).strip()}
            for role, template in _templates(name)
        ],
    )


@cache
def _templates(name: str) -> list[tuple[str, Template]]:
    """A file as (role, template) pairs."""
    system, *rest = _ROLE.split((_FOLDER / f"{name}.jinja").read_text())
    pairs = [("system", system), *zip(rest[::2], rest[1::2], strict=True)]
    return [(role, _environment().from_string(source)) for role, source in pairs]


@cache
def prompt_hash(name: str) -> str:
    """First 12 hex digits of the SHA-256 of a prompt's source."""
    return hashlib.sha256((_FOLDER / f"{name}.jinja").read_bytes()).hexdigest()[:12]


@cache
def _environment() -> Environment:
    environment = Environment(
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
    dumped = json.dumps(text[:limit], ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", dumped)
