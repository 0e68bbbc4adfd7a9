"""A picture to sign, encoded in every format, and a folder for the test key."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from tastemaker.generation.image.checks.colours import colours
from tastemaker.generation.image.checks.legibility import legibility
from tastemaker.generation.image.checks.placement import placement
from tastemaker.generation.image.checks.product import product
from tastemaker.generation.image.checks.reading import reading
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.provenance import Painting
from tastemaker.generation.image.studio import Studio
from tastemaker.recommender.colour_encoder import ColourEncoder
from tastemaker.recommender.recommender import Recommender

HASH = "0123456789abcdef" * 4


@pytest.fixture
def painting() -> Painting:
    return Painting(
        model="tastemaker-painter <1>", model_sha256=HASH, prompt_sha256=HASH, seed=7, steps=20,
        layout="poster-1", item_sha256=HASH,
    )  # fmt: skip


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, and no settings from elsewhere."""
    (tmp_path / "none.toml").write_text("")
    monkeypatch.setenv("TASTEMAKER_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def encoded() -> Callable[..., bytes]:
    """`encoded("PNG", mode, …)`: a small picture; odd in size, so that padding is seen to."""

    def encode(kind: str, mode: str = "RGB", **options) -> bytes:
        stream = io.BytesIO()
        picture = Image.linear_gradient("L").resize((33, 21)).convert(mode)
        picture.putpixel((3, 4), 255 if mode == "L" else (255, 0, 0, 0)[: len(mode)])
        picture.save(stream, kind, **options)
        return stream.getvalue()

    return encode


@pytest.fixture
def studio(film_recommender: Recommender) -> Studio:
    """The forty films, a generator without a model, and what needs no download of the checks."""
    return Studio(
        recommender=film_recommender,
        generator=deterministic_generator(),
        eyes=ColourEncoder(),
        bridge=None,
        checks=(reading, legibility, placement, product, colours),
    )
