from pathlib import Path

import pytest
from tastemaker.errors import BadInputError
from tastemaker.generation.image.deterministic import VOCABULARY
from tastemaker.generation.image.looks import Look
from tastemaker.generation.image.vocabulary import FILE, check_look, read_vocabulary


def test_it_is_read_as_it_was_written(tmp_path: Path):
    assert read_vocabulary(tmp_path) is None
    (tmp_path / FILE).write_text(VOCABULARY.model_dump_json())
    assert read_vocabulary(tmp_path) == VOCABULARY


@pytest.mark.parametrize("text", ["{}", "[1]", "no JSON", '{"subjects": [], "more": 1}'])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadInputError, match="not a vocabulary"):
        read_vocabulary(tmp_path)


def test_a_look_that_it_knows_is_fine():
    check_look(Look(style="neon", ground="navy", pattern=True), VOCABULARY)


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (Look(style="watercolor"), "no style 'watercolor'; the nearest is watercolour"),
        (Look(style="neon", ground="nevy"), "no ground 'nevy'; the nearest is navy"),
        (Look(style="zzz"), "it knows flat illustration, neon, watercolour"),
    ],
)
def test_what_it_does_not_know_is_said_with_the_nearest(look: Look, said: str):
    with pytest.raises(BadInputError, match=said):
        check_look(look, VOCABULARY)
