import math

import numpy as np
import pytest
import torch
from tastemaker.recommender.encoders.features import ItemFeatures
from tastemaker.recommender.encoders.item_encoder import ItemEncoder
from tastemaker.recommender.encoders.sequence_model import SequenceModel
from tastemaker.recommender.encoders.user_encoder import UserEncoderConfig
from tastemaker.recommender.histories import Histories
from tastemaker.recommender.validation import BATCH, next_item_ndcg

ITEMS = 20


def model_of(scores: list[float]) -> SequenceModel:
    """A model that gives everyone these scores, whatever they met.

    The users' vectors are the head's bias, the first unit vector.
    """
    model = SequenceModel(ItemEncoder(ItemFeatures(len(scores)), 8), UserEncoderConfig(hidden=8))
    model.users.add_head()
    with torch.no_grad():
        head = model.users.head[0]
        head.weight.zero_()
        head.bias.copy_(torch.eye(8)[0])
        model.items.identity.weight.zero_()
        model.items.identity.weight[:, 0] = torch.tensor(scores)
    return model.eval()


def ndcg(scores: list[float], histories: list[list[int]], targets: list[int]) -> float:
    known = Histories.of_items(histories, len(scores))
    return next_item_ndcg(model_of(scores), known, np.array(targets), 10)


FALLING = [float(ITEMS - row) for row in range(ITEMS)]


@pytest.mark.parametrize(
    ("seen", "target", "rank"),
    [
        ([19], 0, 1),
        ([19], 2, 3),
        ([0], 2, 2),
        ([0, 1], 2, 1),
        ([19], 9, 10),
        ([0, 1, 2], 12, 10),
    ],
)
def test_rank_among_what_was_not_seen(seen: list[int], target: int, rank: int):
    assert ndcg(FALLING, [seen], [target]) == pytest.approx(1 / math.log2(rank + 1))


def test_below_ten_there_is_nothing():
    assert ndcg(FALLING, [[19]], [10]) == 0


def test_the_mean_over_users():
    found = ndcg(FALLING, [[19], [0], [19]], [0, 2, 15])
    assert found == pytest.approx((1 + 1 / math.log2(3) + 0) / 3)


def test_what_others_saw_counts_for_them_alone():
    assert ndcg(FALLING, [[0, 1], [2]], [2, 1]) == pytest.approx((1 + 1 / math.log2(3)) / 2)


def test_equal_scores_rank_above_the_target():
    assert ndcg([1.0] * ITEMS, [[0]], [5]) == 0
    assert ndcg([1.0, 1.0, 1.0, 0.0], [[3]], [0]) == pytest.approx(1 / math.log2(4))


def test_a_model_that_diverged_gets_nothing():
    assert ndcg([float("nan")] * ITEMS, [[0]], [5]) == 0


def test_more_users_than_fit_in_a_batch():
    users = BATCH + 3
    targets = [0] * BATCH + [15] * 3
    assert ndcg(FALLING, [[19]] * users, targets) == pytest.approx(BATCH / users)


def test_a_long_history_is_left_out_beyond_what_is_read():
    seen = list(range(15))
    known = Histories.of_items([seen], ITEMS)
    assert next_item_ndcg(model_of(FALLING), known, np.array([15]), 2) == pytest.approx(1)


def test_nobody_to_evaluate():
    assert next_item_ndcg(model_of(FALLING), Histories.of_items([], ITEMS), np.array([]), 5) == 0
