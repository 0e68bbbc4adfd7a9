"""A trained recommender on disk and at work; its parts are made by hand here."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tastemaker.catalog.store import Catalog
from tastemaker.errors import BadInputError, MissingError
from tastemaker.recommender.channels.sequence import Sequence
from tastemaker.recommender.closed_form import closed_form_channels
from tastemaker.recommender.encoders.user_encoder import UserEncoder, UserEncoderConfig
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.item_features import item_features
from tastemaker.recommender.learned_fusion import OF_A_CHANNEL, LearnedFusion
from tastemaker.recommender.trained import FORMAT, Card, TrainedRecommender, folder_of
from tastemaker.recommender.vectors import VectorIndex

EVERYTHING = np.ones(40, dtype=bool)
MEND = "tastemaker train recommender --catalog films"


def by_hand(films: Catalog) -> TrainedRecommender:
    """All channels but the image one; the sequence model is untrained."""
    torch.manual_seed(0)
    vectors = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)
    users = UserEncoder(UserEncoderConfig(hidden=8, layers=1, heads=2, output=8))
    weights = {name: weight.numpy() for name, weight in users.state_dict().items()}
    features = item_features(films, HashingEncoder(), "unused")
    channels = [
        Sequence(weights, 2, vectors, vectors, 20),
        *closed_form_channels(Histories.from_catalog(films), features),
    ]
    calibrated = [*[0.2, 0.0, 0.0] * len(channels), *[0.0] * OF_A_CHANNEL * len(channels)]
    fusion = LearnedFusion(channels=[channel.name for channel in channels], weights=calibrated)
    card = Card(
        catalog="films", fingerprint=films.fingerprint, licence="Apache-2.0", settings={},
        command=MEND, users=32, interactions=1, figures={"ndcg@10": 0.5}, seconds=1.0,
    )  # fmt: skip
    return TrainedRecommender(card, channels, fusion)


@pytest.fixture
def saved(
    films: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> TrainedRecommender:
    """The recommender that was saved where `open` finds it."""
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    recommender = by_hand(films)
    recommender.save(folder_of(films))
    return recommender


@pytest.mark.parametrize("user", ["u1", "u14", None])
def test_what_was_saved_ranks_alike(films: Catalog, saved: TrainedRecommender, user: str | None):
    opened = TrainedRecommender.open(films)
    assert opened.card == saved.card and opened.fusion == saved.fusion
    history = Histories.of_person(films, user)
    one, other = saved.rank(history, 40, EVERYTHING), opened.rank(history, 40, EVERYTHING)
    # The sequence model's item vectors are kept in half precision.
    fused = {ranked.row: ranked.score for ranked in other}
    assert [fused[ranked.row] for ranked in one] == pytest.approx(
        [ranked.score for ranked in one], abs=1e-2
    )
    opened.save(folder_of(films))
    assert TrainedRecommender.open(films).rank(history, 40, EVERYTHING) == other


@pytest.mark.usefixtures("saved")
def test_none_was_trained(small):
    with pytest.raises(MissingError, match="tastemaker train recommender --catalog tiny"):
        TrainedRecommender.open(small("ABC"))


def test_another_catalogue_of_the_name(films: Catalog, small, saved: TrainedRecommender):
    other = small("ABC", name="films")
    assert folder_of(other) == folder_of(films)
    with pytest.raises(BadInputError, match="changed after") as raised:
        TrainedRecommender.open(other)
    said = str(raised.value)
    assert MEND in said and films.fingerprint in said and other.fingerprint in said
    assert "damaged" not in said


def files() -> list[str]:
    """Every file of a saved recommender."""
    sparse = ["starts.npy", "neighbours.npy", "similarities.npy", "item_knn.json"]
    times = ["rows.npy", "counts.npy", "times.npy", "events.npy", "snapshots.npy"]
    return [
        "fusion.json",
        *(f"sequence/{n}" for n in ("users.safetensors", "items.safetensors", "sequence.json")),
        *(f"ease/{n}" for n in ("weights.npy", "items.npy", "ease.json")),
        *(f"transition/{n}" for n in ("weights.npy", "items.npy", "transition.json")),
        *(f"item_knn/{n}" for n in sparse),
        *(f"popularity/{n}" for n in [*times, "popularity.json"]),
        *(f"text/{n}" for n in ("mask.npy", "vectors.faiss", "content.json")),
    ]


def test_these_are_all_files(films: Catalog, saved: TrainedRecommender):
    folder = folder_of(films)
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {"card.json", *files()}


def refused(films: Catalog, *words: str) -> None:
    with pytest.raises(BadInputError, match=MEND) as raised:
        TrainedRecommender.open(films)
    assert all(word in str(raised.value) for word in words), raised.value


@pytest.mark.parametrize("name", files())
def test_a_file_that_is_not_whole(films: Catalog, saved: TrainedRecommender, name: str):
    file = folder_of(films) / name
    whole = file.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-1], b"", b"nonsense"):
        file.write_bytes(damaged)
        refused(films, "damaged", str(folder_of(films)))
    file.unlink()
    refused(films, "damaged")


@pytest.mark.parametrize(
    "damaged", ["", "{}", "[]", "nonsense", '{"format": 0}', "\udcff".encode(errors="replace")]
)
def test_a_card_that_is_not_one(films: Catalog, saved: TrainedRecommender, damaged: str | bytes):
    raw = damaged if isinstance(damaged, bytes) else damaged.encode()
    (folder_of(films) / "card.json").write_bytes(raw)
    refused(films)


def test_an_older_kind(films: Catalog, saved: TrainedRecommender):
    file = folder_of(films) / "card.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": FORMAT - 1}))
    refused(films, "older kind")


def test_an_unknown_channel(films: Catalog, saved: TrainedRecommender):
    file = folder_of(films) / "fusion.json"
    file.write_text(file.read_text().replace("item_knn", "nonsense"))
    refused(films, "damaged")


def test_best_first_with_shares(films: Catalog, saved: TrainedRecommender):
    history = Histories.of_person(films, "u1")
    allowed = EVERYTHING.copy()
    allowed[history.items] = False
    ranked = saved.rank(history, 10, allowed)
    assert len(ranked) == 10 and allowed[[one.row for one in ranked]].all()
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)
    for one in ranked:
        assert list(one.channels) == saved.fusion.channels
        assert sum(one.channels.values()) == pytest.approx(one.score, abs=1e-3)


def test_a_guest_gets_the_popular(films: Catalog, saved: TrainedRecommender):
    ranked = saved.rank(Histories.of_person(films, None), 40, EVERYTHING)
    counts = np.bincount(Histories.from_catalog(films).items, minlength=40)
    met = [int(counts[one.row]) for one in ranked]
    assert len(ranked) == 40 and met == sorted(met, reverse=True)
    for one in ranked:
        assert {name for name, share in one.channels.items() if share} <= {"popularity"}


def test_a_history_of_everything(films: Catalog, saved: TrainedRecommender):
    history = Histories.of_items([list(range(40))], 40)
    nothing = np.zeros(40, dtype=bool)
    assert saved.rank(history, 10, nothing) == []
    unlike = VectorIndex.build(np.eye(40, dtype=np.float32))
    assert saved.rank(history, 10, nothing, 0.5, unlike) == []


def test_diversity(films: Catalog, saved: TrainedRecommender):
    history = Histories.of_person(films, "u1")
    # Each group's films are alike.
    groups = VectorIndex.build(np.eye(4, dtype=np.float32)[np.arange(40) // 10])
    plain = saved.rank(history, 8, EVERYTHING)
    assert saved.rank(history, 8, EVERYTHING, 0.0, groups) == plain
    assert saved.rank(history, 8, EVERYTHING, 0.9) == plain  # nothing says how alike they are
    diverse = saved.rank(history, 8, EVERYTHING, 0.9, groups)
    assert diverse == saved.rank(history, 8, EVERYTHING, 0.9, groups)
    assert diverse[0] == plain[0]
    assert {one.row // 10 for one in diverse[:4]} == {0, 1, 2, 3}
    scores = {one.row: one for one in saved.rank(history, 40, EVERYTHING)}
    assert all(scores[one.row] == one for one in diverse)
