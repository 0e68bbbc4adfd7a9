import sys

import numpy as np
import pytest
from tastemaker.errors import MissingError
from tastemaker.evals.bench_index import FILTERS, PARTS, _exact, _filtered, _recall, run
from tastemaker.recommender.vectors import VectorIndex
from tastemaker.settings import Settings


def unit(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_recall_is_the_part_of_the_true_neighbours_that_was_found():
    true = np.array([[1, 2], [3, 4]])
    assert _recall([np.array([2, 1]), np.array([3, 9])], true) == 0.75


def test_exact_neighbours():
    items, asked = unit(200, 0), unit(3, 1)
    found = _exact(items, asked)
    for query, rows in zip(asked, found, strict=True):
        assert rows.tolist() == np.argsort(-(items @ query))[:10].tolist()


def test_an_exact_index_has_recall_1_under_every_filter():
    items = unit(2000, 2)
    rows = _filtered(VectorIndex.build(items), items, unit(5, 3), 0, lambda *_: None)
    assert len(rows) == len(FILTERS) * len(PARTS)
    assert all(row["recall@10"] == 1 and row["ok"] for row in rows)


def test_a_missing_peer_names_the_command(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "usearch", None)
    with pytest.raises(MissingError, match="pip install"):
        run(Settings())
