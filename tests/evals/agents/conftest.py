"""The made-up catalogue, and our agent over it without a language model."""

import runpy
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from tastemaker.catalog.store import Catalog
from tastemaker.evals.agents.face import Face
from tastemaker.evals.agents.ours import talk_with
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender

HERE = Path(__file__).parent
MADE = runpy.run_path(str(HERE.parent / "dialogue" / "made.py"))
OUR_AGENT = runpy.run_path(str(HERE / "our_agent.py"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """160 films, 48 people of known taste."""
    return MADE["made_films"](tmp_path_factory.mktemp("made") / "made")


@pytest.fixture(scope="module")
def sound(made: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    """Our agent over the made-up catalogue, without a language model."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        recommender = Recommender.open(made, HashingEncoder())
    agent = OUR_AGENT["agent_over"](recommender, tmp_path_factory.mktemp("conversations"))
    yield Face(
        name="deterministic", model="deterministic", begin=partial(talk_with, agent), own=agent
    )
    agent.close()
