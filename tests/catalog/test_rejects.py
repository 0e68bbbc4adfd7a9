import json
from pathlib import Path

from tastemaker.catalog import rejects as module
from tastemaker.catalog.rejects import Rejects


def test_counts_everything_and_keeps_the_first(tmp_path: Path):
    rejects = Rejects()
    for line in range(module.KEPT + 5):
        rejects.add(f"a.csv:{line}", "is odd", "x" * 1000)
    rejects.add_uncounted_reasons("is odd", 7)
    rejects.problem("a.csv:1", "has an image that is missing", "x\x1b.jpg")
    assert rejects.count == module.KEPT + 12
    assert rejects.problems == 1
    assert rejects.reasons == {"is odd": module.KEPT + 12, "has an image that is missing": 1}
    assert rejects.first[0] == "a.csv:0 is odd" and len(rejects.first) == module.SHOWN
    assert rejects.write(tmp_path / "rejects.jsonl")
    lines = (tmp_path / "rejects.jsonl").read_text().splitlines()
    assert len(lines) == module.KEPT
    assert json.loads(lines[3]) == {"where": "a.csv:3", "reason": "is odd", "row": "x" * 500}


def test_problems_say_what_they_are_about():
    rejects = Rejects()
    rejects.problem("a.csv:1", "has an image that is missing", "x\x1b.jpg")
    assert rejects.first == ["a.csv:1 has an image that is missing: x.jpg"]


def test_no_file_without_rejects(tmp_path: Path):
    assert not Rejects().write(tmp_path / "rejects.jsonl")
    assert not (tmp_path / "rejects.jsonl").exists()
