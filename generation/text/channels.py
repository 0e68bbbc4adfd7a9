"""Channels of marketing copy: which pieces each takes, and how long they may be."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...errors import BadInputError

_SHIPPED = Path(__file__).parent / "channels.toml"


class FieldSpec(BaseModel):
    """One kind of piece."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int = Field(ge=1, le=5000)
    """Characters at most, with a disclaimer."""
    count: int = Field(default=1, ge=1, le=15)
    """Pieces that are written, no two the same."""
    short: int | None = Field(default=None, ge=1)
    """Characters that one of them has at most."""
    style: Literal["headline", "line", "text"] = "line"
    """A few words without a stop; one or two sentences; a paragraph."""


class Channel(BaseModel):
    """Where copy goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    """Shown to people."""
    fields: dict[str, FieldSpec] = Field(min_length=1)
    """Its pieces, by name."""


@cache
def shipped_channels() -> dict[str, Channel]:
    """The channels that ship."""
    with _SHIPPED.open("rb") as file:
        return parse_channels(tomllib.load(file), str(_SHIPPED.name))


def parse_channels(tables: dict[str, Any], where: str) -> dict[str, Channel]:
    """Channels from the tables of a TOML file.

    Raises:
        BadInputError: a table is none; the message names it and its key.
    """
    found = {}
    for name, table in tables.items():
        try:
            found[name] = Channel.model_validate(table)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in (name, *first["loc"]))
            raise BadInputError(f"{where}: {key}: {first['msg']}.") from error
    return found


def channel_named(name: str, own: dict[str, Channel] | None = None) -> Channel:
    """A channel by its name: the brand's own, else a shipped one.

    Raises:
        BadInputError: there is none of that name.
    """
    known = shipped_channels() | (own or {})
    if name not in known:
        raise BadInputError(f"There is no channel {name!r}; there are: {', '.join(sorted(known))}.")
    return known[name]
