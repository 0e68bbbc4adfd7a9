from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tastemaker.catalog.records import Item
from tastemaker.catalog.store import Catalog
from tastemaker.generation.image.deterministic import VOCABULARY
from tastemaker.generation.image.prototypes import Prototypes
from tastemaker.generation.image.subjects import subjects_for
from tastemaker.generation.image.taste import (
    DEFAULT,
    FEWEST_PICTURES,
    LikedPictures,
    style_named,
    subjects_seen,
    taste_of,
)
from tastemaker.recommender.hashing_encoder import HashingEncoder

ENCODER = HashingEncoder()


def test_nothing_known_gives_the_look_for_nobody(films: Catalog):
    taste = taste_of(films, ENCODER, VOCABULARY, user=None, item=None)
    assert taste.looks == [DEFAULT] and not taste.personal and not taste.because


def test_a_person_speaks_through_what_they_like_more_than_others(films: Catalog):
    # u3 likes space and machines, and the mood of `neon` names science fiction.
    taste = taste_of(films, ENCODER, VOCABULARY, user="u3", item=None)
    assert taste.personal and taste.because.startswith("suits ")
    [look] = taste.looks
    assert look.style in VOCABULARY.styles and look.ground in VOCABULARY.grounds


def test_items_named_as_liked_speak_instead_of_the_history(films: Catalog):
    named = taste_of(films, ENCODER, VOCABULARY, user="u1", item=None, liked=["21", "22", "23"])
    assert named == taste_of(
        films, ENCODER, VOCABULARY, user=None, item=None, liked=["21", "22", "23"]
    )


@pytest.mark.parametrize("colour", ["navy", "red"])
def test_liked_pictures_decide_where_there_are_enough(films: Catalog, tmp_path: Path, colour: str):
    Image.new("RGB", (80, 80), VOCABULARY.grounds[colour]).save(tmp_path / "liked.png")
    prototypes = Prototypes(
        {}, dict(zip(VOCABULARY.styles, np.eye(3, dtype=np.float32), strict=True))
    )
    pictures = LikedPictures(
        vectors=np.tile(np.array([0, 1, 0], np.float32), (FEWEST_PICTURES, 1)),
        everyone=np.full(3, 0.3, np.float32),
        files=[tmp_path / "liked.png"] * FEWEST_PICTURES,
    )
    taste = taste_of(
        films, ENCODER, VOCABULARY, user="u1", item=None, pictures=pictures, prototypes=prototypes
    )
    best, other = taste.looks
    assert (best.style, best.ground, other.ground) == (list(VOCABULARY.styles)[1], colour, colour)
    assert other.style != best.style


@pytest.mark.parametrize(
    ("wanted", "style"),
    [("Watercolor", "watercolour"), ("oils", "oil painting"), ("8-bit", "pixel art"),
     ("neon style", "neon"), ("charcoal", "charcoal")],
)  # fmt: skip
def test_styles_have_other_names(wanted: str, style: str):
    assert style_named(wanted) == style


def test_what_liked_pictures_look_like_is_what_is_drawn_rather():
    fish, ship, dog = np.eye(3, dtype=np.float32)
    prototypes = Prototypes({"fish": fish, "ship": ship, "dog": dog}, {})
    pictures = LikedPictures(
        vectors=np.tile(fish, (FEWEST_PICTURES, 1)),
        everyone=np.full(3, 0.3, np.float32),
        files=[Path("one.png")] * FEWEST_PICTURES,
    )
    seen = subjects_seen(pictures, prototypes)
    assert seen and seen["fish"] > 0.9 > 0 > seen["ship"]
    few = pictures.model_copy(update={"files": pictures.files[1:]})
    assert subjects_seen(few, prototypes) is None and subjects_seen(None, prototypes) is None
    item = Item(item_id="1", title="Nothing of the kind")
    assert subjects_for(ENCODER, VOCABULARY, item, seen=seen)[0].name == "fish"
