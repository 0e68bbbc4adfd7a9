from pathlib import Path

import numpy as np
import pytest
from tastemaker.recommender.cross_modal import CARD, CrossModalMap, shipped_map
from tastemaker.teaching.seeing.pictures import Picture
from tastemaker.teaching.seeing.text_map import MapCard, MapSettings, save_map, train_map

TEXT, IMAGE = 12, 16
SETTINGS = MapSettings(steps=60, batch=32)


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


class Planted:
    """Texts, and pictures that lie where a linear map of their texts puts them, all on one side."""

    def __init__(self, count: int, seed: int = 0, apart: float = 0.0) -> None:
        """`apart` is how far the sets are from each other."""
        draw = np.random.default_rng(seed)
        turn = np.linalg.qr(np.random.default_rng(99).normal(size=(IMAGE, IMAGE)))[0]
        sets = apart * np.eye(TEXT)[np.arange(count) % 3]
        self.texts = unit(draw.normal(size=(count, TEXT)) + sets)
        self.images = unit(self.texts @ turn[:TEXT] + 2 * turn[-1])
        self.pictures = [
            Picture(set=f"set {n % 3}", key=str(n), image=Path("x"), caption=str(n))
            for n in range(count)
        ]

    def mapped(self, settings: MapSettings) -> CrossModalMap:
        return train_map(self.pictures, self.texts, self.images, settings)


@pytest.fixture(scope="module")
def learnt() -> Planted:
    return Planted(300)


@pytest.mark.parametrize("steps", [0, 60])
def test_a_planted_map_finds_every_picture_that_it_never_saw(learnt, steps):
    mapped = learnt.mapped(SETTINGS.model_copy(update={"steps": steps}))
    new = Planted(60, seed=1)
    scores = mapped.text(new.texts) @ mapped.image(new.images).T
    assert (scores.argmax(axis=1) == np.arange(60)).all()
    assert (scores.argmax(axis=0) == np.arange(60)).all()


def test_the_steps_tell_pictures_of_one_set_apart_where_the_regression_tells_sets():
    def found(steps: int) -> float:
        mapped = Planted(200, apart=30.0).mapped(MapSettings(steps=steps, batch=32))
        new = Planted(60, seed=1, apart=30.0)
        scores = mapped.text(new.texts) @ mapped.image(new.images).T
        return float((scores.argmax(axis=1) == np.arange(60)).mean())

    assert found(300) > 2 * found(0)


def test_the_same_seed_gives_the_same_map_and_another_one_another(learnt):
    first, again = learnt.mapped(SETTINGS), learnt.mapped(SETTINGS)
    other = learnt.mapped(SETTINGS.model_copy(update={"seed": 1}))
    assert np.array_equal(first.weight, again.weight) and np.array_equal(first.bias, again.bias)
    assert not np.array_equal(first.weight, other.weight)
    assert np.array_equal(first.mean, learnt.images.mean(axis=0))


def test_a_set_of_one_picture_is_no_hindrance():
    few = Planted(31)
    few.pictures = [
        one.model_copy(update={"set": "alone" if n == 30 else "many"})
        for n, one in enumerate(few.pictures)
    ]
    assert np.isfinite(few.mapped(SETTINGS).weight).all()


def test_a_saved_map_is_found_for_its_encoders_only_and_keeps_the_folders_readme(learnt, tmp_path):
    mapped = learnt.mapped(SETTINGS)
    card = MapCard(
        text_encoder="words", image_encoder="eyes", pictures={"set 0": "MIT"}, pairs=300,
        command="a test", settings=SETTINGS, seconds=1.0, machine="here",
    )  # fmt: skip
    folder = tmp_path / "map"
    save_map(mapped, card, folder)
    (folder / "README.md").write_text("What it is.")
    (folder / "older").touch()
    save_map(mapped, card, folder)
    assert (folder / "README.md").read_text() == "What it is." and not (folder / "older").exists()
    assert MapCard.model_validate_json((folder / CARD).read_text()) == card
    assert shipped_map("words", "other", folder) is None
    assert shipped_map("words", "eyes", tmp_path) is None
    found = shipped_map("words", "eyes", folder)
    assert found is not None
    assert found.text(learnt.texts) == pytest.approx(mapped.text(learnt.texts), abs=2e-3)
    assert found.image(learnt.images) == pytest.approx(mapped.image(learnt.images), abs=2e-3)
