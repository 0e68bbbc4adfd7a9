"""A local Ray makes what the local engine makes."""

import sys
from pathlib import Path

import pytest
from tastemaker.catalog.store import Catalog
from tastemaker.errors import TastemakerError
from tastemaker.generation.campaign.audience import recipients
from tastemaker.generation.campaign.brief import Brief
from tastemaker.generation.campaign.items import items_for
from tastemaker.generation.campaign.jobs import jobs_of
from tastemaker.generation.campaign.making import Workshop, make, planned
from tastemaker.generation.campaign.ray_engine import RayEngine
from tastemaker.generation.image.checks.placement import placement
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.studio import Studio
from tastemaker.generation.text.brand import Brand
from tastemaker.recommender.colour_encoder import ColourEncoder
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender

ray = pytest.importorskip("ray")


class Opening:
    """Opens the workshop, here and in an actor."""

    def __init__(self, folder: Path, cache: Path, brief: Brief) -> None:
        self.folder, self.cache, self.brief = folder, cache, brief

    def __call__(self) -> Workshop:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TASTEMAKER_CACHE_DIR", str(self.cache))
            recommender = Recommender.open(Catalog.open(self.folder), HashingEncoder())
        studio = Studio(
            recommender=recommender, generator=deterministic_generator(), eyes=ColourEncoder(),
            bridge=None, checks=(placement,),
        )  # fmt: skip
        return Workshop(self.brief, Brand(), studio.recommender, studio)


def test_ray_makes_the_same(films: Catalog, tmp_path: Path):
    brief = Brief.model_validate(
        {
            "name": "spring", "catalog": "films", "audience": {"users": ["u1", "u2"]},
            "items": {"recommended": 2}, "language_model": False,
            "assets": {"copy": ["push"], "images": ["thumbnail", "landscape"], "candidates": 1,
                       "call": "Reserve seats for tonight, or for any other night of May"},
        }
    )  # fmt: skip
    opening = Opening(films.folder, tmp_path / "cache", brief)
    workshop = opening()
    recommender = workshop.recommender
    people = recipients(recommender, brief.audience, brief.seed)
    pairs = jobs_of(brief, people, items_for(recommender, brief.items))
    work = [one for jobs in pairs for one in planned(workshop, jobs)]
    assert len(work) == 12 and not any(isinstance(one, TastemakerError) for one in work)
    ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, configure_logging=False)
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    try:
        there = list(RayEngine(opening, 1)(workshop, work))
    finally:
        ray.shutdown()
    here = list(make(workshop, work))
    for one, other in zip(here, there, strict=True):
        if isinstance(one, TastemakerError):
            assert isinstance(other, TastemakerError) and str(other) == str(one)
        else:
            assert not isinstance(other, TastemakerError)
            assert (other.key, other.content, other.passed) == (one.key, one.content, one.passed)
