from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.recommender.vectors import VectorIndex


def unit(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=70), st.integers(0, 80), st.integers(0, 10_000))
def test_search_equals_brute_force(allowed: list[bool], k: int, seed: int):
    vectors, query = unit(len(allowed), seed), unit(1, seed + 1)[0]
    rows, scores = VectorIndex.build(vectors).search(query, k, np.array(allowed))
    expected = [row for row in np.argsort(-(vectors @ query)) if allowed[row]][:k]
    assert rows.tolist() == expected
    assert scores.tolist() == pytest.approx((vectors[expected] @ query).tolist(), abs=1e-5)


def test_equal_vectors_are_all_found():
    index = VectorIndex.build(np.repeat(unit(1, 0), 5, axis=0))
    rows, scores = index.search(unit(1, 0)[0], 10, np.array([True, False, True, True, False]))
    assert sorted(rows.tolist()) == [0, 2, 3] and scores.tolist() == pytest.approx([1, 1, 1])


def test_vectors_come_back_by_row():
    vectors = unit(3, 1)
    index = VectorIndex.build(vectors)
    assert [index.vector(row).tolist() for row in range(3)] == vectors.tolist()


def test_it_reads_what_it_wrote(tmp_path: Path):
    vectors = unit(9, 2)
    VectorIndex.build(vectors).save(tmp_path / "v.faiss")
    rows, _ = VectorIndex.load(tmp_path / "v.faiss").search(vectors[4], 1, np.ones(9, dtype=bool))
    assert rows.tolist() == [4]


def test_a_new_item_is_found_at_once(tmp_path: Path):
    vectors = unit(6, 3)
    VectorIndex.build(vectors[:5]).save(tmp_path / "v.faiss")
    index = VectorIndex.load(tmp_path / "v.faiss")
    index.add(vectors[5:])
    rows, _ = index.search(vectors[5], 1, np.ones(6, dtype=bool))
    assert rows.tolist() == [5] and index.count == 6
