import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.errors import BadInputError
from tastemaker.generation.image.deterministic import deterministic_generator
from tastemaker.generation.image.generator import PaintJob, open_generator, paint

JOBS = [PaintJob(prompt=f"fox, neon, on {n % 3}", seed=n) for n in range(9)]


def _digests(jobs: list[PaintJob]) -> list[str]:
    pictures = paint(deterministic_generator(), jobs)
    return [hashlib.sha256(one.tobytes()).hexdigest() for one in pictures]


@settings(max_examples=10, deadline=None)
@given(st.permutations(JOBS), st.integers(1, 9))
def test_a_job_gives_the_same_picture_whatever_is_beside_it(jobs: list[PaintJob], most: int):
    expected = dict(zip((job.seed for job in JOBS), _digests(JOBS), strict=True))
    assert _digests(jobs[:most]) == [expected[job.seed] for job in jobs[:most]]
    assert len(set(expected.values())) == len(JOBS)


def test_progress_counts_every_picture():
    seen = []
    paint(deterministic_generator(), JOBS, lambda *told: seen.append(told))
    assert seen == [("painting", n, 9) for n in range(1, 10)]


def test_nothing_to_paint_is_nothing_painted():
    assert paint(deterministic_generator(), []) == []


def test_a_folder_that_is_no_pipeline_is_refused(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(BadInputError, match="not a diffusers pipeline"):
        open_generator(str(tmp_path))
    (tmp_path / "config.json").unlink()
    with pytest.raises(BadInputError, match="not a model folder"):
        open_generator(str(tmp_path))
    with pytest.raises(BadInputError, match="No model is called"):
        open_generator("no such thing")


def test_a_pipeline_that_cannot_be_loaded_is_refused(tmp_path: Path):
    index = {"_class_name": "PixArtSigmaPipeline", "vae": ["diffusers", "AutoencoderTiny"]}
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(BadInputError, match="cannot be loaded"):
        open_generator(str(tmp_path))


def test_its_steps_are_the_vocabularys():
    assert deterministic_generator().steps == 2
    assert deterministic_generator(vocabulary=None).steps == 2
