"""The embedded default text encoder, on the forty films."""

import numpy as np
import pytest
from tastemaker.catalog.store import Catalog
from tastemaker.recommender.query import Query
from tastemaker.recommender.recommender import Recommender
from tastemaker.recommender.text_encoder import TextEncoder
from tastemaker.serving.models import resolve_model

pytestmark = pytest.mark.packs


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(resolve_model("all-minilm-l6-v2"))


def test_unit_vectors_in_any_batch(encoder: TextEncoder):
    texts = ["a robot", "", "🎬", "word " * 2000, "مرحبا", "a robot"]
    seen = []
    vectors = encoder.encode(texts, lambda done, total: seen.append((done, total)))
    assert vectors.shape == (6, 384) and vectors.dtype == np.float32 and seen == [(6, 6)]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-4)
    assert vectors[0] == pytest.approx(vectors[5], abs=1e-5)
    assert encoder.encode(["a robot"])[0] == pytest.approx(vectors[0], abs=1e-4)
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.usefixtures("cache")
def test_meaning_finds_what_words_do_not(films: Catalog, encoder: TextEncoder):
    recommender = Recommender.open(films, encoder)
    found = recommender.candidates(Query(text="space adventure with robots"), 5)
    science = [films.item(one.item_id).attributes["genres"] for one in found]
    assert sum("Sci-Fi" in genres for genres in science) >= 4
    found = recommender.candidates(Query(text="hilarious flight disaster spoof"), 40)
    nearest = max(found, key=lambda one: one.channels["semantic"])
    assert films.item(nearest.item_id).title == "Airplane!"
    assert recommender.relevance("a film about robots") > recommender.relevance("tax return form")
