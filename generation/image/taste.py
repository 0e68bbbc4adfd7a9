"""The look that suits a person and an item: style and ground, each with the reason for it.

A person speaks through the pictures they liked where there are enough of them (their vectors of the
image tower beside those of each style, their colours beside each ground), else through the values
that their liked items have more often than the catalogue's do. The item's own values always count.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict

from ...catalog.records import Item
from ...catalog.store import Catalog
from ...recommender.image_encoder import read_image
from ...recommender.profile import profile_of
from ...recommender.text_encoder import TextEncoder
from .looks import Look
from .palette import colour_distance, palette_of
from .prototypes import Prototypes, Vectors
from .vocabulary import Vocabulary

_MOODS = Path(__file__).parent / "moods.toml"
LIKED = 40
"""Favourites that speak for a person."""
FEWEST_PICTURES = 3
"""Liked pictures from which on they speak instead of words."""
_MOST_VALUES = 80
_OF_ITEM = 0.35
DEFAULT = Look(style="flat illustration", ground="cream")
"""The look where nothing is known of person and item."""


class Taste(BaseModel):
    """A look, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    looks: list[Look]
    """What suits, the best first; several where pictures can tell which is the best."""
    because: str
    """Why, in words that name what it rests on; empty where it rests on nothing."""
    personal: bool
    """Whether it rests on what the person liked."""


class LikedPictures(BaseModel):
    """Pictures of items that a person liked."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    vectors: NDArray[np.float32]
    """Of the image tower, unit, shape (pictures, dimensions)."""
    everyone: NDArray[np.float32]
    """Mean over the catalogue's pictures, shape (dimensions,)."""
    files: list[Path]
    """The pictures."""

    @property
    def direction(self) -> NDArray[np.float32]:
        """Towards what they share and the catalogue's pictures do not: unit, (dimensions,)."""
        return _unit(self.vectors.mean(0) - self.everyone)


def taste_of(
    catalog: Catalog,
    encoder: TextEncoder,
    vocabulary: Vocabulary,
    *,
    user: str | None,
    item: Item | None,
    liked: Sequence[str] = (),
    pictures: LikedPictures | None = None,
    prototypes: Prototypes | None = None,
) -> Taste:
    """The look for an item and a person.

    `liked`: items that the person named; where there are none, the user's favourites speak.
    """
    favourites = list(liked) or profile_of(catalog, user).favourites[:LIKED]
    weights = _lift(catalog, favourites)
    own = Counter(dict.fromkeys(_values(catalog, item), _OF_ITEM) if item else {})
    if pictures and prototypes and len(pictures.files) >= FEWEST_PICTURES:
        looks = _by_pictures(pictures, prototypes, vocabulary)
        because = f"nearest to {len(pictures.files)} pictures they like"
        return Taste(looks=looks, because=because, personal=True)
    look, because = _by_words(encoder, vocabulary, catalog, weights, own)
    return Taste(looks=[look], because=because, personal=bool(weights))


def _by_words(
    encoder: TextEncoder,
    vocabulary: Vocabulary,
    catalog: Catalog,
    weights: Mapping[str, float],
    own: Mapping[str, float],
) -> tuple[Look, str]:
    total = Counter(weights)
    total.update(own)
    if not total:
        return DEFAULT, ""
    parts: dict[str, str | None] = {}
    for kind, known in (
        ("styles", list(vocabulary.styles)),
        ("grounds", list(vocabulary.grounds)),
    ):
        scores = _mood_scores(encoder, catalog, kind, tuple(known), total)
        best = max(scores, key=lambda name: scores[name]) if scores else None
        parts[kind] = best
    suits = ", ".join(value for value, _ in total.most_common(3))
    look = Look(style=parts["styles"] or DEFAULT.style, ground=parts["grounds"])
    return look, f"suits {suits}"


def _mood_scores(
    encoder: TextEncoder,
    catalog: Catalog,
    kind: str,
    known: tuple[str, ...],
    weights: Mapping[str, float],
) -> dict[str, float]:
    """How well each name's mood fits the values, beyond how it fits any value of the catalogue."""
    names = [name for name in _moods()[kind] if name in known]
    if not names:
        return {}
    moods = _encoded(encoder, tuple(_moods()[kind][name] for name in names))
    everything = _encoded(encoder, tuple(_all_values(catalog)))
    values = _encoded(encoder, tuple(weights))
    beyond = values @ moods.T - (everything @ moods.T).mean(0)
    total = np.array(list(weights.values()), np.float32) @ beyond
    return dict(zip(names, total.tolist(), strict=True))


def subjects_seen(
    pictures: LikedPictures | None, prototypes: Prototypes | None
) -> dict[str, float] | None:
    """Subject -> how much what a person's pictures share looks like its drawings, each beyond what
    is usual; none where too few pictures speak."""
    if pictures is None or prototypes is None or len(pictures.files) < FEWEST_PICTURES:
        return None
    return _nearness(pictures, prototypes.subjects)


def _by_pictures(
    pictures: LikedPictures, prototypes: Prototypes, vocabulary: Vocabulary
) -> list[Look]:
    """The two nearest styles on the two nearest grounds."""
    near = _nearness(pictures, prototypes.styles)
    styles = sorted((one for one in near if one in vocabulary.styles), key=lambda one: -near[one])
    votes: Counter[str] = Counter()
    for file in pictures.files[:12]:
        image = read_image(file)
        if image is not None:
            votes[_nearest_ground(image, vocabulary)] += 1
    grounds = [name for name, _ in votes.most_common(2)] or [DEFAULT.ground]
    return [Look(style=style, ground=ground) for ground in grounds for style in styles[:2]]


def _nearness(pictures: LikedPictures, known: Vectors) -> dict[str, float]:
    """Cosine of a person's mean picture to each prototype, less what all pictures, and all
    prototypes, share."""
    person = pictures.direction
    matrix = np.stack(list(known.values()))
    matrix = matrix - matrix.mean(0)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    return dict(zip(known, (matrix @ person).tolist(), strict=True))


def _nearest_ground(image: Image.Image, vocabulary: Vocabulary) -> str:
    main = palette_of(image.resize((64, 64)), 3)[0]
    grounds = vocabulary.grounds
    return min(grounds, key=lambda name: colour_distance(main, grounds[name]))


def _lift(catalog: Catalog, favourites: Sequence[str]) -> Counter[str]:
    """Values that liked items have more often than all items do, with by how much; five at most."""
    if not favourites:
        return Counter()
    counts = Counter(
        value for item_id in favourites for value in _values(catalog, catalog.item(item_id))
    )
    share = _shares(catalog)
    lift = {value: n / len(favourites) - share.get(value, 0.0) for value, n in counts.items()}
    best = sorted(lift.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
    return Counter({value: gain for value, gain in best if gain > 0})


def _values(catalog: Catalog, item: Item) -> list[str]:
    """The values by which an item's mood is told: those of attributes with few values."""
    found: list[str] = []
    for spec in _telling_attributes(catalog):
        value = item.attributes.get(spec)
        found += value if isinstance(value, list) else [str(value)] if value else []
    known = set(_all_values(catalog))
    return [value for value in found if value in known]


@lru_cache(maxsize=8)
def _telling_attributes(catalog: Catalog) -> tuple[str, ...]:
    return tuple(
        spec.name
        for spec in catalog.manifest.attributes
        if spec.kind in ("categorical", "multi") and 1 < spec.vocabulary_size <= _MOST_VALUES
    )


@lru_cache(maxsize=8)
def _all_values(catalog: Catalog) -> tuple[str, ...]:
    specs = [catalog.spec(name) for name in _telling_attributes(catalog)]
    return tuple(dict.fromkeys(value for spec in specs for value in spec.vocabulary))


@lru_cache(maxsize=8)
def _shares(catalog: Catalog) -> dict[str, float]:
    specs = [catalog.spec(name) for name in _telling_attributes(catalog)]
    items = max(catalog.manifest.items, 1)
    return {value: n / items for spec in specs for value, n in spec.vocabulary.items()}


def style_named(wanted: str) -> str:
    """What the vocabulary calls a style that people have other words for; else the words."""
    plain = wanted.strip().lower().removesuffix(" style")
    for name, others in _moods()["also"].items():
        if plain == name or plain in others:
            return name
    return plain


@cache
def _moods() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_MOODS.read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _encoded(encoder: TextEncoder, texts: tuple[str, ...]) -> NDArray[np.float32]:
    return encoder.encode(list(texts))


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
