import numpy as np
import pytest
from tastemaker.recommender.fusion import reciprocal_rank_fusion


def hits(*rows: int):
    return np.array(rows, dtype=np.int64), np.linspace(1, 0, len(rows), dtype=np.float32)


def test_the_sum_of_weighted_reciprocal_ranks():
    channels = {"one": hits(2, 0), "two": hits(0, 3, 2), "none": hits()}
    fused = reciprocal_rank_fusion(channels, {"one": 1.0, "two": 0.5, "none": 9.0}, 5)
    assert fused.tolist() == pytest.approx(
        [1 / 62 + 0.5 / 61, 0, 1 / 61 + 0.5 / 63, 0.5 / 62, 0], rel=1e-5
    )


def test_no_channel_no_score():
    assert reciprocal_rank_fusion({}, {}, 3).tolist() == [0, 0, 0]
