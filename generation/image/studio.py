"""Everything that a picture is made with, opened once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...catalog.store import Catalog
from ...packages import Progress, silent
from ...recommender.cross_modal import CrossModalMap, shipped_map
from ...recommender.image_encoder import ImageEncoder
from ...recommender.item_vectors import image_vectors
from ...recommender.profile import profile_of
from ...recommender.recommender import Recommender
from ...serving.models import resolve_model
from ...settings import Settings
from ..text.brand import Brand
from .checks.colours import colours
from .checks.legibility import legibility
from .checks.placement import placement
from .checks.product import product
from .checks.reading import reading
from .checks.safety import safety
from .embedded import WEIGHTS
from .generator import EMBEDDED, Generator, open_generator
from .learnt import Learnt, read_learnt
from .prototypes import Prototypes, read_prototypes
from .records import Check, Composition
from .subjects import ChooseSubject
from .taste import LIKED, LikedPictures

PixelCheck = Callable[[Image.Image, Composition], Check]
CHECKS: tuple[PixelCheck, ...] = (reading, legibility, placement, product, colours, safety)


@dataclass
class Studio:
    """A recommender that knows items and people, a generator, and eyes that rank its work."""

    recommender: Recommender
    """Facts, tastes, texts."""
    generator: Generator
    """Paints."""
    eyes: ImageEncoder
    """Ranks what was painted."""
    bridge: CrossModalMap | None
    """From words to what the eyes see; none where none was trained for these encoders."""
    prototypes: Prototypes | None = None
    """What the generator's subjects look like; none for generators that know no list of them."""
    learnt: Learnt | None = None
    """What the generator learnt from, to tell painting from remembering; none where unknown."""
    checks: tuple[PixelCheck, ...] = CHECKS
    """What every finished image is held to."""
    brand: Brand = field(default_factory=Brand)
    """Palette, logo and font."""
    choose: ChooseSubject | None = None
    """A language model that chooses what is drawn; none: the nearest in meaning."""
    progress: Progress = silent
    """Told of slow steps."""

    @property
    def catalog(self) -> Catalog:
        """The items."""
        return self.recommender.catalog

    def liked_pictures(self, user: str | None, liked: tuple[str, ...] = ()) -> LikedPictures | None:
        """Pictures of what a person likes; none where no item of the catalogue has one."""
        favourites = list(liked) or profile_of(self.catalog, user).favourites[:LIKED]
        if not self.catalog.manifest.images or not favourites:
            return None
        vectors, has_picture = self._item_vectors
        rows = [row for row in self.recommender.rows(favourites) if has_picture[row]]
        paths = [
            self.catalog.image_path(self.catalog.item(self.catalog.item_ids[row]))[0]
            for row in rows
        ]
        return LikedPictures(
            vectors=vectors[rows], everyone=vectors[has_picture].mean(0), files=paths
        )

    @cached_property
    def _item_vectors(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        return image_vectors(self.catalog, self.eyes, self.progress)


def open_studio(
    settings: Settings,
    recommender: Recommender,
    *,
    brand: Brand | None = None,
    progress: Progress = silent,
) -> Studio:
    """The studio that the settings describe.

    Raises:
        BadInputError: the generator is none, or a LoRA does not fit it.
        MissingError: a model cannot be fetched, or an optional package is not installed.
    """
    brand = brand or Brand()
    generator = open_generator(settings.painter, lora=brand.lora, progress=progress)
    own = generator.name == EMBEDDED
    return Studio(
        recommender=recommender,
        generator=generator,
        eyes=ImageEncoder(resolve_model(settings.image_encoder, progress)),
        bridge=shipped_map(settings.text_encoder, settings.image_encoder),
        prototypes=read_prototypes(WEIGHTS) if own else None,
        learnt=read_learnt(WEIGHTS) if own else None,
        brand=brand,
        progress=progress,
    )
