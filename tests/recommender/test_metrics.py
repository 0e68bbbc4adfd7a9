import numpy as np
import pytest
from tastemaker.recommender.metrics import ndcg


def test_the_first_place_gains_one_and_the_third_half():
    assert ndcg(np.array([1, 3, 10, 11])) == pytest.approx([1, 0.5, 1 / np.log2(11), 0])
    assert ndcg(np.array([1, 2]), depth=1).tolist() == [1, 0]
