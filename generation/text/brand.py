"""What a brand wants of its copy: a TOML file, strict, so that a misspelt key is no silent loss."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ...errors import BadInputError
from ...toml_files import read_toml
from .channels import Channel
from .verify import fold

_SHORT = 200


class Brand(BaseModel):
    """How a brand speaks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(default="", max_length=_SHORT)
    """What it is called; copy may name it."""
    voice: str = Field(default="", max_length=_SHORT)
    """How it sounds, told to a model that takes instructions: "warm, never loud"."""
    banned_words: list[str] = Field(default=[], max_length=500)
    """Words and phrases that no copy has, in any inflection that begins with them where they end in
    `*`, whatever their capitals and accents."""
    disclaimers: list[str] = Field(default=[], max_length=5)
    """Sentences that end the longest piece of every asset, as they are."""
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    """ISO 639-1 code of the language that copy is written in."""
    claims: list[str] = Field(default=[], max_length=50)
    """Sentences that hold for every item ("Delivery is free."): facts beside the catalogue's."""
    channels: dict[str, Channel] = {}
    """Channels of its own, or others of the shipped names."""
    palette: list[Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]] = Field(
        default=[], max_length=12
    )
    """Colours of its images, `#rrggbb`, the most important first; none: the picture's own."""
    logo: Path | None = None
    """Its mark, an image file; a file of the brand names it relative to itself."""
    font: Path | None = None
    """Font of its images' texts, a TrueType or OpenType file, likewise."""
    lora: Path | None = None
    """LoRA of the image generator, a safetensors file, likewise."""


def read_brand(path: Path) -> Brand:
    """A brand file.

    Raises:
        BadInputError: it cannot be read, or has an unknown key or a wrong value.
    """
    brand = read_toml(path, Brand, "The brand file")
    return brand.model_copy(update=_files_of(brand, path))


def _files_of(brand: Brand, path: Path) -> dict[str, Path]:
    """The files that a brand names, where they are."""
    found = {}
    for key in ("logo", "font", "lora"):
        named: Path | None = getattr(brand, key)
        if named is not None:
            found[key] = path.parent / named
            if not found[key].exists():
                raise BadInputError(f"The brand file {path}: {key}: there is no {found[key]}.")
    return found


def banned_in(text: str, banned: Sequence[str]) -> list[str]:
    """The banned words and phrases that a text has."""
    plain = " ".join(re.findall(r"\w+", fold(text)))
    found = []
    for one in banned:
        words = " ".join(re.findall(r"\w+", fold(one)))
        end = r"\w*" if one.endswith("*") else ""
        if words and re.search(rf"\b{re.escape(words)}{end}\b", plain):
            found.append(one)
    return found
