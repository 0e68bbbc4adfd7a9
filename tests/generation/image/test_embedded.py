"""The generator that ships paints, on this machine, what it says it can."""

import json
from pathlib import Path

import numpy as np
import pytest
from tastemaker.generation.image.embedded import WEIGHTS, embedded_pipeline
from tastemaker.generation.image.generator import (
    EMBEDDED,
    Generator,
    PaintJob,
    open_generator,
    paint,
)
from tastemaker.generation.image.learnt import read_learnt
from tastemaker.generation.image.prototypes import read_prototypes
from tastemaker.generation.image.ranking import picture_vectors, subject_scores
from tastemaker.generation.image.vocabulary import read_vocabulary
from tastemaker.recommender.image_encoder import ImageEncoder
from tastemaker.serving.models import resolve_model

MIB = 2**20


def test_what_ships_is_small_and_whole():
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 40 * MIB
    assert {path.suffix for path in files} <= {".safetensors", ".json", ".md"}
    vocabulary, prototypes = read_vocabulary(WEIGHTS), read_prototypes(WEIGHTS)
    assert vocabulary and prototypes and read_learnt(WEIGHTS)
    assert set(prototypes.subjects) == set(vocabulary.subjects)
    assert set(prototypes.styles) == set(vocabulary.styles)
    assert vocabulary.call["num_inference_steps"] <= 8
    card = json.loads((WEIGHTS / "card.json").read_text())
    assert card["command"] in (WEIGHTS / "README.md").read_text()


@pytest.mark.packs
class TestPainting:
    @pytest.fixture(scope="class")
    def generator(self) -> Generator:
        return open_generator(EMBEDDED)

    def test_a_job_gives_the_same_bytes_alone_and_in_a_batch(self, generator: Generator):
        jobs = [PaintJob(prompt=f"fox, cartoon, on {one}", seed=7) for one in ("cream", "navy")]
        jobs += [PaintJob(prompt="rocket, neon, on black", seed=3)]
        together = [one.tobytes() for one in paint(generator, jobs)]
        assert together == [paint(generator, [job])[0].tobytes() for job in jobs]
        assert len(set(together)) == 3

    def test_the_ground_has_the_colour_that_was_asked_for(self, generator: Generator):
        grounds = {"cream": (245, 232, 205), "navy": (30, 42, 92), "green": (96, 168, 92)}
        jobs = [PaintJob(prompt=f"fox, cartoon, on {one}", seed=1) for one in grounds]
        corners = [
            np.asarray(one, float)[2:12, 2:12].mean((0, 1)) for one in paint(generator, jobs)
        ]
        for name, corner in zip(grounds, corners, strict=True):
            distances = {
                other: np.abs(corner - np.array(rgb)).sum() for other, rgb in grounds.items()
            }
            assert min(distances, key=lambda one: distances[one]) == name

    def test_the_subject_is_seen_in_what_it_paints(self, generator: Generator):
        prototypes = read_prototypes(WEIGHTS)
        assert prototypes
        eyes = ImageEncoder(resolve_model("clip-vit-b-16"))
        subjects = "strawberry guitar penguin sunflower castle rocket pizza tree".split()
        jobs = [PaintJob(prompt=f"{one}, cartoon, on cream", seed=5) for one in subjects]
        vectors = picture_vectors(eyes, paint(generator, jobs))
        scores = np.stack([subject_scores(vectors, one, prototypes) for one in subjects])
        right = sum(scores[:, n].argmax() == n for n in range(len(subjects)))
        assert right >= len(subjects) // 2, "by chance it would be one"

    def test_the_pipeline_is_joined_once(self, generator: Generator):
        folder = embedded_pipeline()
        assert folder == embedded_pipeline() and Path(folder / "model_index.json").is_file()
