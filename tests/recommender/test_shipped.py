"""Shipped weights, set up for a catalogue of the same items."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tastemaker.catalog.store import Catalog
from tastemaker.errors import BadInputError, MissingError
from tastemaker.recommender.encoders.features import ItemFeatures
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.item_features import item_features
from tastemaker.recommender.shipped import open_recommender, ship, shipped_folder
from tastemaker.recommender.train import RecommenderConfig, train_recommender
from tastemaker.recommender.trained import TrainedRecommender, folder_of
from tastemaker.recommender.training import TrainingConfig

CONFIG = RecommenderConfig(
    encoder=UserEncoderConfig(hidden=8, layers=1, heads=2, output=8),
    training=TrainingConfig(epochs=1, length=20),
)


@pytest.fixture
def features(
    films: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> ItemFeatures:
    """The contents of `films`, with a data folder of the test's own."""
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    return item_features(films, HashingEncoder(), "unused")


@pytest.fixture
def weights(
    films: Catalog, features: ItemFeatures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """What ships for `films`, as if trained elsewhere."""
    folder = tmp_path / "weights"
    (folder / "recommender-films").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "elsewhere"))
        train_recommender(films, features, CONFIG, "a command")
        ship(films, folder / "recommender-films")
    return folder


def test_what_ships_is_set_up_once(
    films: Catalog, features: ItemFeatures, weights: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert shipped_folder(films, weights) == weights / "recommender-films"
    assert not folder_of(films).exists()
    said: list[str] = []

    def progress(what: str, done: int, total: int | None) -> None:
        said.append(what)

    first = open_recommender(films, lambda: features, progress, weights)
    assert "setting up the trained recommender" in said
    said.clear()
    again = open_recommender(films, lambda: features, progress, weights)
    assert said == []
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "elsewhere"))
    trained = TrainedRecommender.open(films)
    history, everything = Histories.of_person(films, "u1"), np.ones(40, dtype=bool)
    one = trained.rank(history, 40, everything)
    for other in (first, again):
        assert other.card == trained.card
        ranked = other.rank(history, 40, everything)
        assert [entry.row for entry in ranked] == [entry.row for entry in one]
        assert [entry.score for entry in ranked] == pytest.approx([entry.score for entry in one])


def test_other_items_of_the_same_name(features: ItemFeatures, weights: Path, small: Any) -> None:
    other = small("ABC", name="films")
    assert shipped_folder(other, weights) is None
    with pytest.raises(MissingError, match="tastemaker train recommender --catalog films"):
        open_recommender(other, lambda: features, weights=weights)
    assert not folder_of(other).exists()


def test_the_same_items_in_another_order(small: Any, weights: Path) -> None:
    ids = [str(n) for n in range(1, 41)][::-1]
    other = small({one: (f"Film {one}", "", {}) for one in ids}, name="films")
    assert shipped_folder(other, weights) is None


def test_nothing_ships(films: Catalog, features: ItemFeatures, tmp_path: Path) -> None:
    assert shipped_folder(films, tmp_path) is None
    with pytest.raises(MissingError):
        open_recommender(films, lambda: features, weights=tmp_path)


def test_a_trained_one_comes_first(films: Catalog, features: ItemFeatures, weights: Path) -> None:
    train_recommender(films, features, CONFIG, "my own command")
    found = open_recommender(films, lambda: features, weights=weights)
    assert found.card.command == "my own command"


def test_a_damaged_one_is_said_so(films: Catalog, features: ItemFeatures, weights: Path) -> None:
    open_recommender(films, lambda: features, weights=weights)
    (folder_of(films) / "fusion.json").write_text("")
    with pytest.raises(BadInputError, match="damaged"):
        open_recommender(films, lambda: features, weights=weights)
