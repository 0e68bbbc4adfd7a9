import numpy as np
from tastemaker.evals.eval_order import WEIGHTS, _gains, calibrated


def test_the_gain_is_the_place_of_the_target_under_each_weight():
    gains = _gains([[7, 8, 9]], [[2, 1, 0]], np.array([9]))
    assert gains[0, 0] == 1 / np.log2(4)  # the recommender's order: third
    assert gains[-1, 0] == 1.0  # the LLM's: first
    assert (np.diff(gains[:, 0]) >= 0).all()
    assert _gains([[7, 8, 9]], [[]], np.array([5])).sum() == 0.0


def test_an_order_that_helps_gets_its_weight_and_one_that_does_not_gets_none():
    helps = np.zeros((len(WEIGHTS), 100))
    helps[7] = np.linspace(0.4, 0.6, 100)
    assert calibrated(helps) == 0.7
    chance = np.zeros((len(WEIGHTS), 100))
    chance[7, :3] = 1.0
    chance[7, 3:6] = -0.9
    assert calibrated(chance) == 0.0
    assert calibrated(-helps) == 0.0
