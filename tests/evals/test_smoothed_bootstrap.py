import numpy as np
import pytest
from tastemaker.evals.smoothed_bootstrap import smoothed_bootstrap


def real() -> np.ndarray:
    """600 unit vectors around three centres."""
    chance = np.random.default_rng(0)
    vectors = 2 * np.eye(3, 16)[np.arange(600) % 3] + 0.3 * chance.normal(size=(600, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def test_unit_vectors_that_lie_as_the_real_ones_do():
    vectors = real()
    made = smoothed_bootstrap(vectors, 3000)
    assert made.shape == (3000, 16) and made.dtype == np.float32
    assert np.linalg.norm(made, axis=1) == pytest.approx(np.ones(3000), abs=1e-5)
    assert made.mean(axis=0) == pytest.approx(vectors.mean(axis=0), abs=0.03)
    assert made.var(axis=0).sum() == pytest.approx(vectors.var(axis=0).sum(), rel=0.1)
    assert (made.argmax(axis=1) < 3).mean() > 0.98  # nearly nothing between the groups
    assert len(np.unique(made, axis=0)) == 3000


def test_the_seed_decides():
    vectors = real()
    first, again, other = (smoothed_bootstrap(vectors, 50, seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
