"""Prompts: one Jinja file per job, strict, and known by the hash of their source.

A file begins with the system message; lines `---user---` and `---assistant---` begin the messages
after it: worked examples, then the one that asks. What is the same for every turn stands first, so
that the server's prefix cache answers it. Text of catalogues and people enters only through the
filter `data`, which makes it one JSON string; it cannot begin a message, since files are cut into
messages before anything is filled in. Where a picture belongs, `{{ picture }}` stands.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from pydantic import BaseModel

_FOLDER = Path(__file__).parent
# What JSON leaves as it is, but breaks lines, turns the direction of text, cannot be encoded, or
# begins a model's control tokens: `<|im_end|>` in a title must not end a message.
_UNSAFE = re.compile("[<\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffc\ud800-\udfff]")
PICTURE = "\ufffc"
"""Stands in a rendered prompt where a picture belongs; templates write it as `{{ picture }}`."""
_ROLE = re.compile(r"^---(user|assistant)---\n", re.MULTILINE)


class Prompt(BaseModel):
    """A rendered prompt."""

    name: str
    """File name without the ending."""
    sha256: str
    """First 12 hex digits of the hash of the file."""
    messages: list[dict[str, str]]
    """In the chat format: system, examples, the question."""

    @property
    def labels(self) -> dict[str, str]:
        """What traces say of a call with it."""
        return {"prompt": self.name, "prompt_sha256": self.sha256}


def with_pictures(
    messages: Sequence[dict[str, str]], parts: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Messages with pictures where `PICTURE` stands, in order, as the OpenAI protocol has them.

    Args:
        parts: a content part for each place, such as `{"type": "image_url", …}`.

    Raises:
        ValueError: there are more or fewer places.
    """
    left = list(parts)
    filled = []
    for message in messages:
        first, *rest = message["content"].split(PICTURE)
        content: list[dict[str, Any]] = [{"type": "text", "text": first}] if first else []
        for text in rest:
            if not left:
                raise ValueError("The prompt has more places for pictures than there are pictures.")
            content.append(left.pop(0))
            content += [{"type": "text", "text": text}] if text else []
        filled.append({**message, "content": content if rest else first})
    if left:
        raise ValueError(f"The prompt has no place for {len(left)} of its pictures.")
    return filled


def render(name: str, **values: Any) -> Prompt:
    """Render `name.jinja`.

    Raises:
        jinja2.UndefinedError: a value that the prompt needs was not given.
    """
    return Prompt(
        name=name,
        sha256=prompt_hash(name),
        messages=[
            {"role": role, "content": template.render(picture=PICTURE, **values).strip()}
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


def prompt_names() -> list[str]:
    """Every prompt, in order."""
    return sorted(path.stem for path in _FOLDER.glob("*.jinja"))


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
