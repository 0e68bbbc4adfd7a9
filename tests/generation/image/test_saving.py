import json
from pathlib import Path

import pytest
from PIL import Image
from tastemaker.errors import BadInputError
from tastemaker.generation.image.painting import Painted, Report, paint_plans
from tastemaker.generation.image.planning import Order, plan_picture
from tastemaker.generation.image.saving import check_target, report_file, save_image
from tastemaker.generation.image.studio import Studio
from tastemaker.generation.image.verifying import verify


@pytest.fixture
def done(studio: Studio) -> Painted:
    order = Order(item_id="22", format="thumbnail_square", candidates=1)
    return paint_plans(studio, [plan_picture(studio, order)])[0]


@pytest.mark.parametrize("ending", [".png", ".webp"])
def test_it_is_signed_and_lossless_and_its_report_lies_beside(
    done: Painted, data: Path, tmp_path: Path, ending: str
):
    file = tmp_path / f"alien{ending}"
    save_image([done.image], done.report, file)
    with Image.open(file) as image:
        assert image.convert("RGB").tobytes() == done.image.tobytes()
    verdict = verify(file)
    assert verdict.ok and verdict.painting and verdict.painting.seed == done.report.sketch.seed
    assert Report.model_validate(json.loads(report_file(file).read_text())) == done.report


def test_a_moving_picture_is_signed_too(done: Painted, data: Path, tmp_path: Path):
    frames = [done.image, Image.new("RGB", done.image.size, "red")]
    for ending in (".webp", ".gif"):
        save_image(frames, done.report, tmp_path / f"moves{ending}")
        with Image.open(tmp_path / f"moves{ending}") as image:
            assert image.n_frames == 2  # type: ignore[attr-defined]
        assert verify(tmp_path / f"moves{ending}").ok


@pytest.mark.parametrize(
    ("name", "moving", "said"),
    [
        ("a.jpg", False, "written as .png or .webp"),
        ("a.png", True, "written as .webp or .gif"),
        ("none/a.png", False, "There is no folder"),
        ("there.png", False, "exists"),
        ("report.png", False, "report.json exists"),
    ],
)
def test_where_it_cannot_be_written_is_said_first(
    tmp_path: Path, name: str, moving: bool, said: str
):
    (tmp_path / "there.png").write_text("mine")
    (tmp_path / "report.json").write_text("mine")
    with pytest.raises(BadInputError, match=said):
        check_target(tmp_path / name, moving=moving, replace=False)
    assert (tmp_path / "there.png").read_text() == "mine"
    check_target(tmp_path / "there.png", moving=False, replace=True)
