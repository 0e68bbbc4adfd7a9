"""A studio without a model."""

import pytest
from tastemaker.generation.image.checks.placement import placement
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.studio import Studio
from tastemaker.recommender.colour_encoder import ColourEncoder
from tastemaker.recommender.recommender import Recommender


@pytest.fixture
def studio(film_recommender: Recommender) -> Studio:
    return Studio(
        recommender=film_recommender, generator=deterministic_generator(), eyes=ColourEncoder(),
        bridge=None, checks=(placement,),
    )  # fmt: skip
