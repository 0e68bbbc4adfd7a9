"""The parts of the recommender's benchmarks that need no training."""

import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from tastemaker.catalog.store import Catalog
from tastemaker.errors import BadInputError
from tastemaker.evals.bench_adaptation import carry_over, peak_memory
from tastemaker.evals.bench_recommender import (
    AHEAD,
    PUBLISHED,
    RARE,
    Data,
    _differences,
    _rare,
    _targets,
    run,
)
from tastemaker.evals.ranking import RankingResult
from tastemaker.recommender.encoders.features import ItemFeatures, Modality
from tastemaker.recommender.encoders.item_encoder import ItemEncoder
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.histories import Histories, Split, leave_one_out
from tastemaker.recommender.train import RecommenderConfig
from tastemaker.settings import Settings


def result(ranks: list[int], model: str = "a model", ours: bool = True) -> RankingResult:
    source = "tastemaker" if ours else "recbole"
    return RankingResult(model, source, np.array(ranks), np.full((len(ranks), 20), -1))


def data(films: Catalog, split: Split) -> Data:
    return Data(films, split, ItemFeatures(40), films.interactions().collect(), 0)


def test_differences_are_ours_minus_theirs():
    ours = result([1] * 30)
    rows = _differences(ours, [result([3] * 30, "worse", ours=False), ours], seed=0)
    assert [row["ours minus"] for row in rows] == ["worse", "a model"]
    assert [row["whose"] for row in rows] == ["recbole", "tastemaker"]
    assert rows[0]["ndcg@10 difference"] == pytest.approx(0.5)
    assert rows[0]["from"] == rows[0]["to"] == pytest.approx(0.5) and rows[0]["p"] < 0.01
    assert rows[1]["ndcg@10 difference"] == 0 and rows[1]["p"] == 1


def test_rare_items_are_those_few_met_in_training(films: Catalog):
    # Item 0 is met by RARE people in the training data, item 1 by one more, item 2 by nobody.
    met = [[0, 1]] * RARE + [[1, 5]]
    train = Histories.of_items(met, 40)
    split = leave_one_out(Histories.of_items([[3, 4, 0], [3, 4, 1], [3, 4, 2]], 40))
    split = replace(split, train=train)
    (row,) = _rare(data(films, split), [result([50, 1, 51])])
    assert row == {
        "rare items": "a model", "whose": "tastemaker", "users": 2, "recall@50": 0.5,
    }  # fmt: skip


def test_no_rare_item(films: Catalog):
    split = leave_one_out(Histories.of_items([[0, 1, 2]] * 9 + [[2, 1, 0]] * 9, 40))
    everything = Histories.of_items([[0, 1, 2]] * 9, 40)
    split = replace(split, train=everything)
    (row,) = _rare(data(films, split), [result([1] * 18)])
    assert row["users"] == 0 and row["recall@50"] is None


def test_targets_are_against_the_best_peer():
    ours = result([1, 3])  # NDCG 0.75
    theirs = [result([3, 3], "good", ours=False), result([11, 3], "bad", ours=False)]
    (row,) = _targets("ml-100k", ours, theirs)
    assert row["target"] == AHEAD and "good" in row["of"]
    assert row["value"] == pytest.approx(1.5) and row["ok"]
    (row,) = _targets("movies", result([3, 3]), theirs)
    assert row["target"] == 1 and row["value"] == pytest.approx(1) and row["ok"]
    (row,) = _targets("ml-100k", result([3, 3]), theirs)
    assert not row["ok"]
    assert _targets("movies", ours, []) == []


def test_targets_are_against_the_published():
    rows = _targets("ml-1m", result([1, 11]), [])
    assert [row["target"] for row in rows] == list(PUBLISHED["ml-1m"].values())
    assert [row["value"] for row in rows] == [0.5, 0.5] and all(row["ok"] for row in rows)
    assert not any(row["ok"] for row in _targets("ml-1m", result([11, 11]), []))


def test_an_unknown_peer_is_refused_first():
    with pytest.raises(BadInputError, match="no peer 'Nonsense': give "):
        run("nowhere", Settings(), RecommenderConfig(), ["Nonsense"])


def made(items: int, seed: int, layers: int = 1) -> SequenceModel:
    torch.manual_seed(seed)
    vectors = np.random.default_rng(0).normal(size=(items, 6)).astype(np.float32)
    features = ItemFeatures(items, {"text": Modality(vectors, np.ones(items, dtype=bool))})
    config = UserEncoderConfig(hidden=8, layers=layers, heads=2, output=8)
    return SequenceModel(ItemEncoder(features, 8, identity=False), config)


def test_what_is_bound_to_other_items_is_not_carried_over():
    pretrained, model = made(12, seed=1), made(9, seed=2)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    carry_over(pretrained, model)
    source, carried = pretrained.state_dict(), 0
    for name, value in model.state_dict().items():
        same_shape = source[name].shape == value.shape
        torch.testing.assert_close(value, source[name] if same_shape else before[name])
        carried += same_shape and not torch.equal(before[name], value)
    assert carried > 5
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(1)  # a copy: the pretrained model stays as it was
    for name, value in pretrained.state_dict().items():
        torch.testing.assert_close(value, source[name])
    vectors, _ = model.item_vectors()
    assert vectors.shape[0] == 9


def test_a_deeper_model_keeps_its_own_last_layer():
    pretrained, model = made(9, seed=1), made(9, seed=2, layers=2)
    carry_over(pretrained, model)
    own = made(9, seed=2, layers=2).state_dict()
    for name, value in model.state_dict().items():
        if ".layers.1." in name:
            torch.testing.assert_close(value, own[name])


def test_the_same_items_carry_the_same_scores():
    pretrained, model = made(9, seed=1).eval(), made(9, seed=2).eval()
    carry_over(pretrained, model)
    for one, other in zip(pretrained.item_vectors(), model.item_vectors(), strict=True):
        torch.testing.assert_close(one, other)


def test_the_peak_is_what_was_held():
    with peak_memory() as small:
        time.sleep(0.2)
    with peak_memory() as large:
        held = np.ones(32 * 2**20)  # 256 MiB
        time.sleep(0.2)
        del held
    assert 0 < small[0] < large[0]
    assert large[0] - small[0] > 200
    with pytest.raises(ZeroDivisionError), peak_memory():
        _ = 1 / 0
