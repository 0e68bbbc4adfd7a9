"""The graph gets one more output by appended bytes; the real one only under the marker `packs`."""

import numpy as np
import pytest
from PIL import Image
from tastemaker.generation.image.checks.judging_encoder import encode, with_output


def test_an_output_is_appended():
    # ModelProto.graph { GraphProto.output { ValueInfoProto.name: "ab" } }
    assert with_output(b"model", "ab") == b"model\x3a\x06\x62\x04\x0a\x02ab"


@pytest.mark.packs
def test_vectors_are_of_unit_length_and_see_what_is_alike():
    picture = Image.radial_gradient("L").convert("RGB")
    images = [picture, picture.resize((200, 220)), Image.linear_gradient("L")]
    vectors = encode(images)
    assert vectors.shape == (3, 384) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    alike = vectors @ vectors.T
    assert alike[0, 1] > 0.9 > alike[0, 2]
    assert np.array_equal(encode(images), vectors)
