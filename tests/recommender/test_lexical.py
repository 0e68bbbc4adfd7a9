import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.recommender.lexical import LexicalIndex, top

DOCUMENTS = [
    "robot space",
    "robot robot kitchen garden flower water",
    "space flower",
    "garden",
    "",
    "kitchen",
]


def search(index: LexicalIndex, text: str, k: int = 10, without: tuple[int, ...] = ()):
    allowed = np.ones(len(DOCUMENTS), dtype=bool)
    allowed[list(without)] = False
    rows, scores = index.search(text, k, allowed)
    return dict(zip(rows.tolist(), scores.tolist(), strict=True))


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(DOCUMENTS)


def bm25(count: int, words: int, having: int) -> float:
    """Lucene's BM25 with k1 = 1.5, b = 0.75, as bm25s computes it."""
    mean = sum(len(document.split()) for document in DOCUMENTS) / len(DOCUMENTS)
    idf = math.log(1 + (len(DOCUMENTS) - having + 0.5) / (having + 0.5))
    return idf * count / (count + 1.5 * (1 - 0.75 + 0.75 * words / mean))


def test_scores_are_bm25(index: LexicalIndex):
    found = search(index, "robot")
    assert found == pytest.approx({0: bm25(1, 2, 2), 1: bm25(2, 6, 2)}, rel=1e-4)
    assert list(found) == sorted(found, key=lambda row: -found[row])


def test_words_add_up(index: LexicalIndex):
    found = search(index, "a robot in space")
    assert next(iter(found)) == 0
    assert found[0] == pytest.approx(2 * bm25(1, 2, 2), rel=1e-4)


def test_case_and_punctuation_do_not_matter(index: LexicalIndex):
    assert search(index, "ROBOT!") == search(index, "robot")


def test_only_allowed_items_come_back(index: LexicalIndex):
    assert list(search(index, "robot", without=(0,))) == [1]
    assert len(search(index, "robot space garden", k=2)) == 2


@pytest.mark.parametrize("text", ["", "the", "zebra", "🎬", "!?", "\x00", "o'; drop table"])
def test_unknown_words_find_nothing(index: LexicalIndex, text: str):
    assert search(index, text) == {}


@pytest.mark.parametrize("documents", [[""], ["", ""], ["M"], ["∅"], ["the"], ["7", "电影"]])
def test_documents_without_usable_words(documents: list[str], tmp_path: Path):
    LexicalIndex.build(documents).save(tmp_path / "bm25")
    index = LexicalIndex.load(tmp_path / "bm25")
    rows, _ = index.search("robot", 5, np.ones(len(documents), dtype=bool))
    assert rows.tolist() == []


def test_it_reads_what_it_wrote(index: LexicalIndex, tmp_path: Path):
    index.save(tmp_path / "bm25")
    again = LexicalIndex.load(tmp_path / "bm25")
    for text in ("robot", "space garden", "zebra"):
        assert search(again, text) == search(index, text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(-2, 2).map(float), max_size=20), st.integers(0, 25))
def test_top_equals_sorting(scores: list[float], k: int):
    found = top(np.array(scores, dtype=np.float32), k).tolist()
    assert found == sorted(range(len(scores)), key=lambda row: (-scores[row], row))[:k]
