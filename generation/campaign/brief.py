"""What a marketer wants, as a TOML file: strict, so that a misspelt key is no silent loss."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...toml_files import read_toml


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class People(_Section):
    """Users by what is known of them."""

    fewest_liked: int = Field(default=1, ge=1)
    """Items that a user must have liked."""
    likes: dict[str, list[str]] = {}
    """Attribute -> values, one of which a tenth of a user's liked items must have."""
    most: int | None = Field(default=None, ge=1)
    """Users at most, those with the most liked items first."""


class Audience(_Section):
    """Who it is for: users by their ids, users by what is known of them, or segments."""

    users: list[str] = []
    """Ids of the catalogue's users."""
    people: People | None = None
    """Users by what is known of them."""
    segments: int | None = Field(default=None, ge=2, le=500)
    """Groups of like taste, clustered from embeddings: of people, or of the items themselves where
    the catalogue has no people."""

    @model_validator(mode="after")
    def _one(self) -> "Audience":
        if sum((bool(self.users), self.people is not None, self.segments is not None)) != 1:
            raise ValueError("an audience is one of users, people or segments")
        return self


class Items(_Section):
    """What it is about: what is recommended to each, fixed items, or those with certain values."""

    recommended: int | None = Field(default=None, ge=1, le=100)
    """As many of the recommender's best for each recipient."""
    ids: list[str] = []
    """The same items for all, by id or exact title."""
    having: dict[str, list[str]] = {}
    """Attribute -> values, one of which an item must have; all attributes count."""
    most: int = Field(default=20, ge=1)
    """Items with these values at most, the most liked first."""

    @model_validator(mode="after")
    def _one(self) -> "Items":
        if sum((self.recommended is not None, bool(self.ids), bool(self.having))) != 1:
            raise ValueError("items are one of recommended, ids or having")
        return self


class Wanted(_Section):
    """What is made for each recipient and item."""

    copy_channels: list[str] = Field(default=[], alias="copy")
    """Channels of marketing copy."""
    images: list[str] = []
    """Formats of images."""
    explanations: bool = False
    """Whether each pair is explained, too."""
    variants: int = Field(default=1, ge=1, le=20)
    """Images of each format, with other noise."""
    style: str | None = None
    """What all images look like; none: what suits each recipient."""
    call: str = Field(default="", max_length=60)
    """Words on a button of every image."""
    candidates: int = Field(default=2, ge=1, le=32)
    """Pictures that the best is taken from."""
    product: bool = True
    """Whether the item's own picture stands in its images, pixel for pixel."""

    @model_validator(mode="after")
    def _something(self) -> "Wanted":
        if not (self.copy_channels or self.images or self.explanations):
            raise ValueError("name what is made: copy, images or explanations")
        return self


class Budget(_Section):
    """What it may cost; what does not fit is refused before anything is made."""

    assets: int | None = Field(default=None, ge=1)
    """Assets at most."""
    hours: float | None = Field(default=None, gt=0)
    """Hours of this machine, as they are foreseen."""
    tokens: int | None = Field(default=None, ge=1)
    """Tokens of the language model, as they are foreseen."""


class Policy(_Section):
    """What happens when a model goes away in the middle."""

    away: Literal["wait", "fail"] = "wait"
    """Assets wait for it, or are recorded as failed."""
    patience: float = Field(default=600.0, ge=0)
    """Seconds that they wait before they are recorded as failed after all."""


class Brief(_Section):
    """One campaign."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$")
    """Names folders and exports."""
    catalog: str
    """Name or folder of the catalogue."""
    audience: Audience
    """Who it is for."""
    items: Items
    """What it is about."""
    assets: Wanted
    """What is made."""
    brand: Path | None = None
    """Brand file; relative to the brief."""
    language_model: bool = True
    """Whether a language model writes; without it the facts are worded by code."""
    seed: int = 0
    """Another seed: other noise, other segments."""
    budget: Budget = Budget()
    """What it may cost."""
    policy: Policy = Policy()
    """What happens when a model goes away."""


def read_brief(path: Path) -> Brief:
    """A brief.

    Raises:
        BadInputError: it cannot be read, has an unknown key or a wrong value; the message names it.
    """
    brief = read_toml(path, Brief, "The brief")
    if brief.brand is None:
        return brief
    return brief.model_copy(update={"brand": (path.parent / brief.brand).resolve()})
