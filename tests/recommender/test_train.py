"""Training a whole recommender, tiny."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.errors import BadInputError
from tastemaker.recommender.adaptation.techniques import TECHNIQUES
from tastemaker.recommender.encoders.features import ItemFeatures, Modality, attribute_features
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.item_features import item_features
from tastemaker.recommender.pretraining.objectives import OBJECTIVES
from tastemaker.recommender.train import RecommenderConfig, train_catalog, train_recommender
from tastemaker.recommender.trained import Card, TrainedRecommender, folder_of
from tastemaker.recommender.training import TrainingConfig

WITHOUT_CONTENTS = ["sequence", "ease", "transition", "item_knn", "popularity"]
COMMAND = "tastemaker train recommender --catalog films"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path / "data"
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(folder))
    return folder


def tiny(epochs: int = 2, seed: int = 0, **more: Any) -> RecommenderConfig:
    return RecommenderConfig(
        encoder=UserEncoderConfig(hidden=8, layers=1, heads=2, output=8),
        training=TrainingConfig(epochs=epochs, batch=16, length=20, seed=seed),
        pretraining_epochs=epochs,
        **more,
    )


def contents(catalog: Catalog) -> ItemFeatures:
    return item_features(catalog, HashingEncoder(), "unused")


def listed(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "recommenders").glob("*"))


def test_a_folder_and_a_card(films: Catalog, data: Path) -> None:
    card = train_recommender(films, contents(films), tiny(3), COMMAND)
    assert card.catalog == "films" and card.fingerprint == films.fingerprint
    assert card.licence == "Apache-2.0" and card.command == COMMAND
    histories = Histories.from_catalog(films)
    assert card.users == 32 and card.interactions == len(histories.items)
    assert card.settings == tiny(3).model_dump()
    assert set(card.figures) == {"ndcg@10", "recall@10"}
    # People like one group of ten each: chance is a recall of about a quarter.
    assert 0.4 < card.figures["recall@10"] <= 1
    assert 0 < card.figures["ndcg@10"] <= card.figures["recall@10"]
    assert listed(data) == ["films"]
    recommender = TrainedRecommender.open(films)
    assert recommender.card == Card.model_validate_json(card.model_dump_json())
    assert recommender.fusion.channels == [*WITHOUT_CONTENTS, "text"]


def test_the_same_seed_gives_the_same(films: Catalog) -> None:
    def ranking(seed: int) -> tuple[dict[str, float], list[float]]:
        card = train_recommender(films, contents(films), tiny(seed=seed), COMMAND)
        ranked = TrainedRecommender.open(films).rank(
            Histories.of_person(films, "u1"), 40, np.ones(40, dtype=bool)
        )
        return card.figures, [one.score for one in ranked]

    one, again, other = ranking(1), ranking(1), ranking(2)
    assert one == again
    assert one[1] != other[1]


class Interrupted(Exception):
    """Ctrl-C, in a test."""


def interrupting(name: str, at: int) -> Callable[[str, int, int | None], None]:
    """A progress that interrupts when `name` has done `at` steps."""

    def progress(what: str, done: int, total: int | None) -> None:
        if what == name and done >= at:
            raise Interrupted

    return progress


@pytest.mark.parametrize(
    ("where", "at", "pretrain", "left"),
    [
        ("training the sequence model", 3, None, ["adaptation.pt"]),
        ("training the sequence model", 3, "contrastive", ["adaptation.pt", "pretraining.pt"]),
        ("pretraining", 3, "contrastive", ["pretraining.pt"]),
        ("calibrating the fusion", 0, None, ["adaptation.pt"]),
    ],
)
def test_an_interrupted_training_goes_on(
    films: Catalog, data: Path, where: str, at: int, pretrain: str | None, left: list[str]
) -> None:
    features = contents(films)
    config = tiny(pretrain=pretrain, adapt="adapter-tuning" if pretrain else "full-finetuning")
    whole = train_recommender(films, features, config, COMMAND)
    (folder_of(films) / "older").touch()
    with pytest.raises(Interrupted):
        train_recommender(films, features, config, COMMAND, interrupting(where, at))
    assert (folder_of(films) / "older").exists()  # what was there is untouched
    TrainedRecommender.open(films)
    (work,) = (data / "recommenders").glob(".training-*")
    assert sorted(path.name for path in work.iterdir()) == left
    steps: list[tuple[str, int]] = []
    resumed = train_recommender(
        films, features, config, COMMAND, lambda what, done, _: steps.append((what, done))
    )
    assert (where, 1) not in steps  # the first epoch was not run again
    assert resumed.figures == whole.figures
    assert listed(data) == ["films"] and not (folder_of(films) / "older").exists()


def test_an_interrupted_first_training_leaves_no_recommender(films: Catalog) -> None:
    with pytest.raises(Interrupted):
        train_recommender(
            films, contents(films), tiny(), COMMAND, interrupting("training the sequence model", 3)
        )
    assert not folder_of(films).exists()


def test_too_few_people(small: Any, data: Path) -> None:
    events = [(f"u{n}", item, 1.0) for n in range(9) for item in "ABC"] + [("u9", "A", 1.0)]
    catalog = small("ABC", events)
    with pytest.raises(BadInputError, match=r"tiny has 9 people .* at least 10"):
        train_recommender(catalog, ItemFeatures(3), tiny(), COMMAND)
    assert not data.exists()


@pytest.mark.parametrize(
    ("pretrain", "adapt", "match"),
    [
        ("nonsense", "full-finetuning", "objective 'nonsense': give reconstructive"),
        ("contrastive+nonsense", "full-finetuning", "objective 'nonsense'"),
        ("", "full-finetuning", "objective ''"),
        (None, "nonsense", "technique 'nonsense': give representation-transfer"),
    ],
)
def test_unknown_names_are_refused_before_anything_is_fetched(
    data: Path, cache: Path, pretrain: str | None, adapt: str, match: str
) -> None:
    with pytest.raises(BadInputError, match=match):
        train_catalog(
            "movies", pretrain=pretrain, adapt=adapt, epochs=1, length=10, seed=0, command=COMMAND
        )
    assert not data.exists() and not cache.exists()


@pytest.mark.parametrize("adapt", TECHNIQUES)
@pytest.mark.parametrize("pretrain", [None, *OBJECTIVES, "+".join(OBJECTIVES)])
def test_every_objective_and_technique(films: Catalog, pretrain: str | None, adapt: str) -> None:
    config = tiny(1, pretrain=pretrain, adapt=adapt)
    card = train_recommender(films, contents(films), config, COMMAND)
    assert all(np.isfinite(value) for value in card.figures.values())
    ranked = TrainedRecommender.open(films).rank(
        Histories.of_person(films, "u1"), 5, np.ones(40, dtype=bool)
    )
    assert len(ranked) == 5 and np.isfinite([one.score for one in ranked]).all()
    assert any(one.channels["sequence"] for one in ranked)


@pytest.fixture
def bare(tmp_path: Path) -> Catalog:
    """Twelve people and eight items that have a title and nothing else; no times."""
    items = [RawItem(f"t:{one}", one, f"Item {one}", "", {}) for one in "ABCDEFGH"]
    lines = [(f"u{n}", items[(n + step) % 8].item_id) for n in range(12) for step in range(4)]
    frame = pl.DataFrame(lines, schema=["user_id", "item_id"], orient="row")
    frame = frame.with_row_index("line", 2)
    source = Source(About(title="Bare", source="a test"), iter(items), iter([("t", frame)]))
    write_catalog(tmp_path / "bare", source, Rejects())
    return Catalog.open(tmp_path / "bare")


def test_items_without_contents(bare: Catalog) -> None:
    assert not attribute_features(bare).present.any()
    card = train_recommender(bare, ItemFeatures(8), tiny(1), COMMAND)
    assert card.users == 12
    recommender = TrainedRecommender.open(bare)
    assert recommender.fusion.channels == WITHOUT_CONTENTS


def test_items_without_attributes(bare: Catalog) -> None:
    features = contents(bare)
    assert set(features.modalities) == {"text"}
    train_recommender(bare, features, tiny(1), COMMAND)


def test_some_items_without_text_and_without_training(bare: Catalog) -> None:
    vectors = np.eye(8, dtype=np.float32)
    vectors[3] = np.nan  # rows without the modality hold anything
    features = ItemFeatures(8, {"text": Modality(vectors, np.arange(8) != 3)})
    card = train_recommender(bare, features, tiny(1), COMMAND)
    assert np.isfinite(card.figures["ndcg@10"])
    ranked = TrainedRecommender.open(bare).rank(
        Histories.of_items([[3]], 8), 8, np.ones(8, dtype=bool)
    )
    assert len(ranked) == 8 and np.isfinite([one.score for one in ranked]).all()


def test_interactions_without_times(bare: Catalog) -> None:
    assert np.isnan(Histories.from_catalog(bare).times).all()
    card = train_recommender(bare, contents(bare), tiny(1), COMMAND)
    assert card.interactions == 48 and np.isfinite(card.figures["ndcg@10"])
