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
    assert index.vectors(np.array([2, 0])).tolist() == vectors[[2, 0]].tolist()


def test_it_reads_what_it_wrote(tmp_path: Path):
    vectors = unit(9, 2)
    VectorIndex.build(vectors).save(tmp_path / "v.faiss")
    rows, _ = VectorIndex.load(tmp_path / "v.faiss").search(vectors[4], 1, np.ones(9, dtype=bool))
    assert rows.tolist() == [4]


HALF_PRECISION = 0.03
"""What rounding can add to the inner products of `large`, which are up to 100."""


@pytest.fixture(scope="module")
def large() -> tuple[np.ndarray, np.ndarray, VectorIndex]:
    """20,000 vectors in 300 clusters, of any length, 40 queries, and the graph."""
    chance = np.random.default_rng(3)
    centres = chance.normal(size=(300, 32))
    vectors = centres[chance.integers(300, size=20_040)] + chance.normal(size=(20_040, 32))
    vectors = vectors.astype(np.float32)
    return vectors[:-40], vectors[-40:], VectorIndex.build(vectors[:-40], exact_items=1000)


def recall(vectors: np.ndarray, queries: np.ndarray, index: VectorIndex, keep) -> float:
    found = 0
    for query in queries:
        products = vectors @ query
        allowed = keep(products)
        rows, scores = index.search(query, 10, allowed)
        assert len(rows) == 10 and allowed[rows].all()
        assert scores == pytest.approx(products[rows], abs=HALF_PRECISION)
        assert np.all(np.diff(scores) <= 0)
        tenth = np.sort(products[allowed])[-10]
        found += int((products[rows] >= tenth - HALF_PRECISION).sum())
    return found / (10 * len(queries))


@pytest.mark.parametrize("part", [0.001, 0.01, 0.1, 0.5, 0.9, 1.0])
def test_a_graph_loses_no_recall_under_a_filter_by_chance(large, part: float):
    allowed = np.random.default_rng(4).random(20_000) < part
    assert recall(*large, lambda _: allowed) >= 0.95


@pytest.mark.parametrize("part", [0.01, 0.1, 0.5, 0.8])
@pytest.mark.parametrize("sign", [1, -1], ids=["near", "far"])
def test_nor_under_a_filter_that_follows_the_query(large, part: float, sign: int):
    def keep(products: np.ndarray) -> np.ndarray:
        return sign * products >= np.quantile(sign * products, 1 - part)

    assert recall(*large, keep) >= 0.95


def test_no_filter_is_a_filter_that_allows_everything(large):
    _, queries, index = large
    everything = np.ones(index.count, dtype=bool)
    for query in queries:
        unfiltered = index.search(query, 10)[0].tolist()
        assert unfiltered == index.search(query, 10, everything)[0].tolist()


def test_a_graph_gives_as_many_hits_as_are_asked_for(large):
    _, queries, index = large
    rows, _ = index.search(queries[0], index.count)
    assert sorted(rows.tolist()) == list(range(index.count))


def test_a_graph_reads_what_it_wrote_and_grows(large, tmp_path: Path):
    vectors, queries, index = large
    index.save(tmp_path / "v.faiss")
    read = VectorIndex.load(tmp_path / "v.faiss")
    assert read.search(queries[0], 10)[0].tolist() == index.search(queries[0], 10)[0].tolist()
    assert read.vectors(np.array([7])) == pytest.approx(vectors[[7]], rel=1e-2)
    read.add(queries)
    longer = 2 * queries
    read.add(longer)
    for row, query in enumerate(longer, start=index.count):
        assert row in read.search(query, 10)[0]


@pytest.mark.parametrize("exact_items", [10_000, 1000], ids=["exact", "graph"])
def test_a_new_item_is_found_at_once(exact_items: int):
    vectors, new = unit(8000, 5), unit(3, 6)
    index = VectorIndex.build(vectors, exact_items=exact_items)
    index.add(new)
    assert index.count == 8003
    for row, vector in enumerate(new, start=8000):
        only = np.arange(8003) >= 8000
        assert index.search(vector, 1)[0].tolist() == [row]
        assert index.search(vector, 1, only)[0].tolist() == [row]


def test_vectors_of_zeros_can_be_indexed():
    index = VectorIndex.build(np.zeros((9000, 8), dtype=np.float32), exact_items=1000)
    assert len(index.search(unit(1, 0)[0], 5)[0]) == 5
