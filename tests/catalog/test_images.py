from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tastemaker.catalog.images import copy_images, image_problem
from tastemaker.catalog.rejects import Rejects


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "red.JPG"
    Image.new("RGB", (300, 200), "red").save(path, "JPEG")
    return path


def test_good_image_is_copied_as_it_is(picture: Path, tmp_path: Path):
    target = tmp_path / "catalog"
    target.mkdir()
    rejects = Rejects()
    stored = copy_images([picture, picture], "one", target, "a.csv:2", rejects)
    assert stored == ["images/one.jpg", "images/one-2.jpg"]
    assert (target / stored[0]).read_bytes() == picture.read_bytes()
    assert rejects.problems == 0


def test_missing_cut_and_foreign_files_are_recorded(picture: Path, tmp_path: Path):
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(picture.read_bytes()[:-200])
    text = tmp_path / "text.png"
    text.write_text("no image")
    rejects = Rejects()
    sources = [tmp_path / "gone.jpg", cut, text, tmp_path]
    assert copy_images(sources, "one", tmp_path, "a.csv:2", rejects) == []
    assert rejects.problems == 4 and rejects.count == 0
    assert rejects.first[0] == "a.csv:2 has an image that is missing: gone.jpg"
    assert not (tmp_path / "images").exists()


def test_other_formats_are_refused(tmp_path: Path):
    Image.new("RGB", (5, 5)).save(tmp_path / "a.bmp")
    assert "cannot be decoded" in (image_problem(tmp_path / "a.bmp") or "")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"]))
def test_any_bytes_are_judged(tmp_path: Path, body: bytes, start: bytes):
    path = tmp_path / "any.jpg"
    path.write_bytes(start + body)
    assert image_problem(path) is not None
