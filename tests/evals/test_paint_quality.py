import random

import numpy as np
from tastemaker.evals.paint_quality import _nearest, kernel_distance


def test_the_kernel_distance_tells_one_distribution_from_two():
    draw = np.random.default_rng(0)

    def sample(middle: float) -> np.ndarray:
        vectors = draw.normal(middle, 1, (200, 16)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    same, _ = kernel_distance(sample(0), sample(0), seed=0)
    other, _ = kernel_distance(sample(0), sample(1), seed=0)
    assert abs(same) < 0.1 < other


def test_the_nearest_prototype_is_found_among_few_or_many():
    known = {f"s{n}": row for n, row in enumerate(np.eye(60, dtype=np.float32))}
    for name, vector in known.items():
        assert _nearest(vector, known, name, random.Random(0)) == name
    assert _nearest(known["s1"], known, "s2", random.Random(1)) in known
