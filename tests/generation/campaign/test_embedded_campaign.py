"""A campaign with the real language model and the real generator, through the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from tastemaker.generation.campaign.store import last_rows

BRIEF = """
name = "trial"
catalog = "movies"
[audience]
users = ["7"]
[items]
ids = ["Toy Story"]
[assets]
copy = ["push", "sms"]
images = ["thumbnail", "thumbnail_square"]
explanations = true
"""


def campaign(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "tastemaker", "campaign", *map(str, arguments)],
        capture_output=True, text=True, timeout=550,
    )  # fmt: skip


@pytest.mark.embedded
@pytest.mark.packs
@pytest.mark.timeout(600)
def test_a_campaign_is_made_and_found_again(tmp_path: Path):
    (tmp_path / "brief.toml").write_text(BRIEF)
    done = campaign("run", tmp_path / "brief.toml", "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["done"]["made"] == {"copy": 2, "explanation": 1, "image": 2}
    assert told["done"]["passed"] == 5 and told["done"]["tokens"] > 0
    rows = last_rows(tmp_path / "out")
    texts = [json.loads((tmp_path / "out" / row.file).read_text()) for row in rows[:3]]
    assert texts[0]["body"][0] and texts[1]["text"][0] and texts[2]["text"][0]
    sizes = [Image.open(tmp_path / "out" / row.file).size for row in rows[3:]]
    assert sizes == [(320, 180), (400, 400)]
    assert rows[3].looks == rows[4].looks, "two formats share one picture"
    again = campaign("run", "--resume", "--out", tmp_path / "out", "--json")
    assert json.loads(again.stdout)["done"]["made"] == {}
