import numpy as np
import pytest
from tastemaker.recommender.hashing_encoder import HashingEncoder


def test_unit_vectors_that_depend_on_the_text_alone():
    texts = ["robot space", "", "🎬", "Robot, SPACE!"]
    vectors = HashingEncoder().encode(texts)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-6)
    assert (vectors[0] == vectors[3]).all()
    assert (HashingEncoder("other").encode(texts[::-1])[::-1] == vectors).all()


def test_texts_that_share_words_are_near():
    one, near, far = HashingEncoder().encode(["robot in space", "a robot", "hotel winter"])
    assert one @ near > one @ far


def test_progress_and_no_texts():
    seen = []
    encoder = HashingEncoder()
    encoder.encode(["a", "b"], lambda done, total: seen.append((done, total)))
    encoder.warm_up()
    assert seen == [(2, 2)] and encoder.encode([]).shape[0] == 0
