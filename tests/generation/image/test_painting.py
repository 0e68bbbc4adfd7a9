from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tastemaker.errors import BadInputError
from tastemaker.generation.image.deterministic import VOCABULARY
from tastemaker.generation.image.learnt import Learnt, read_learnt
from tastemaker.generation.image.painting import paint_plans, ranked
from tastemaker.generation.image.planning import Order, plan_picture
from tastemaker.generation.image.prototypes import Prototypes, read_prototypes
from tastemaker.generation.image.studio import Studio


def test_a_plan_becomes_a_finished_image_that_holds_its_checks(studio: Studio):
    plan = plan_picture(studio, Order(item_id="22", user="u3", call="Watch it"))
    [done] = paint_plans(studio, [plan])
    report = done.report
    assert done.image.size == (report.composition.width, report.composition.height) == (1200, 1200)
    assert {one.role for one in report.composition.texts} == {"title", "line", "call"}
    assert report.sketch in plan.sketches and report.steps == 2
    assert report.passed, [one for one in report.checks if not one.ok]


def test_the_same_plan_gives_the_same_bytes_alone_and_among_others(studio: Studio):
    plans = [plan_picture(studio, Order(item_id=str(n), user="u1")) for n in (1, 11, 21)]
    together = [done.image.tobytes() for done in paint_plans(studio, plans)]
    alone = [paint_plans(studio, [plan])[0].image.tobytes() for plan in plans]
    assert together == alone


def test_an_items_own_picture_is_kept_pixel_for_pixel(studio: Studio, tmp_path: Path):
    noise = np.random.default_rng(0).integers(0, 255, (300, 240, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "own.png")
    plan = plan_picture(studio, Order(item_id="22")).model_copy(
        update={"product": tmp_path / "own.png"}
    )
    [done] = paint_plans(studio, [plan])
    check = next(one for one in done.report.checks if one.name == "product")
    assert check.ok and check.figure == 1 and done.report.composition.product


def test_an_items_picture_that_cannot_be_used_is_said(studio: Studio, tmp_path: Path):
    (tmp_path / "own.png").write_bytes(b"no picture")
    plan = plan_picture(studio, Order(item_id="22")).model_copy(
        update={"product": tmp_path / "own.png"}
    )
    with pytest.raises(BadInputError, match="The picture of Star Wars cannot be decoded"):
        paint_plans(studio, [plan])


def test_the_candidate_that_shows_subject_and_style_is_taken(studio: Studio):
    red, blue, green = np.eye(3, dtype=np.float32)
    subjects = dict.fromkeys(VOCABULARY.subjects, blue) | {"fox": red}
    seeing = replace(
        studio, prototypes=Prototypes(subjects, dict.fromkeys(VOCABULARY.styles, green))
    )
    plan = plan_picture(studio, Order(item_id="22", subject="fox", candidates=3))
    colours = ["blue", "red", "green"]
    best, scores = ranked(seeing, plan, [Image.new("RGB", (9, 9), one) for one in colours])
    assert best == 1 and len(scores) == 3


def test_what_is_known_of_a_generator_is_read_as_it_was_written(tmp_path: Path):
    assert read_prototypes(tmp_path) is None and read_learnt(tmp_path) is None
    unit = np.array([1, 0], np.float32)
    Prototypes({"ice cream": unit}, {"oil painting": unit}).save(tmp_path)
    Learnt(np.eye(2, dtype=np.float32), 0.75).save(tmp_path)
    found = read_prototypes(tmp_path)
    assert (
        found and list(found.subjects) == ["ice cream"] and list(found.styles) == ["oil painting"]
    )
    learnt = read_learnt(tmp_path)
    assert learnt and learnt.bar == 0.75 and learnt.vectors.shape == (2, 2)
