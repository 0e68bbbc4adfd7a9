"""A made campaign is looked at, decided on and taken away."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image
from tastemaker.errors import BadInputError
from tastemaker.generation.campaign.audience import recipients
from tastemaker.generation.campaign.brief import Brief
from tastemaker.generation.campaign.exporting import export
from tastemaker.generation.campaign.items import items_for
from tastemaker.generation.campaign.jobs import jobs_of
from tastemaker.generation.campaign.looking import decide, review, status
from tastemaker.generation.campaign.making import Workshop
from tastemaker.generation.campaign.review import alike, open_reviews
from tastemaker.generation.campaign.running import run_jobs
from tastemaker.generation.campaign.sheet import SHEET, write_sheet
from tastemaker.generation.campaign.store import Row, last_rows, open_folder
from tastemaker.generation.image.studio import Studio
from tastemaker.generation.image.verifying import verify
from tastemaker.generation.text.brand import Brand

BRIEF = Brief.model_validate(
    {
        "name": "spring", "catalog": "films", "audience": {"users": ["u1", "u2"]},
        "items": {"recommended": 1}, "language_model": False,
        "assets": {"copy": ["meta", "google_performance_max"], "images": ["square"],
                   "candidates": 1},
    }
)  # fmt: skip


@pytest.fixture
def folder(studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    people = recipients(studio.recommender, BRIEF.audience, 0)
    jobs = jobs_of(BRIEF, people, items_for(studio.recommender, BRIEF.items))
    with open_folder(tmp_path / "out", BRIEF) as folder:
        run_jobs(folder, Workshop(BRIEF, Brand(), studio.recommender, studio), jobs, 6)
    return tmp_path / "out"


def test_a_verdict_holds_for_the_asset_as_it_was(folder: Path):
    assert status(folder).reviewed == {"open": 6}
    assert review(folder, "approved", by="ann", passed=True) == 6
    assert review(folder, "rejected", by="bob", recipient="user:u1", target="square") == 1
    assert status(folder).reviewed == {"approved": 5, "rejected": 1}
    [row, *_] = last_rows(folder)
    changed = row.model_copy(update={"key": "0" * 32})
    with open_folder(folder, BRIEF) as kept:
        kept.record(changed)
    assert status(folder).reviewed == {"approved": 4, "rejected": 1, "open": 1}


def test_decisions_of_the_sheet(folder: Path, tmp_path: Path):
    rows = last_rows(folder)
    file = tmp_path / "decisions.json"
    file.write_text(json.dumps({rows[0].id: "approved", rows[1].id: "rejected"}))
    assert decide(folder, file, by="ann") == {"approved": 1, "rejected": 1}
    file.write_text(json.dumps({"strange": "approved"}))
    with pytest.raises(BadInputError, match="decides on 'strange'"):
        decide(folder, file, by="ann")
    for wrong in ('{"a": "maybe"}', "[]", "{"):
        file.write_text(wrong)
        with pytest.raises(BadInputError, match="holds no decisions"):
            decide(folder, file, by="ann")
    assert status(folder).reviewed == {"approved": 1, "rejected": 1, "open": 4}


def test_pictures_that_look_the_same_are_counted_across_people():
    rows = [
        _row(who).model_copy(update={"item_id": item, "looks": looks})
        for who, item, looks in (
            ("ann", "1", "0" * 16), ("bob", "1", "0" * 15 + "1"), ("cid", "1", "f" * 16),
            ("ann", "2", "0" * 16), ("bob", "2", "f" * 16), ("cid", "3", ""),
        )
    ]  # fmt: skip
    [(one, other)] = alike(rows)
    assert (one.recipient, other.recipient, one.item_id) == ("ann", "bob", "1")


def test_no_asset_fits(folder: Path, tmp_path: Path):
    with pytest.raises(BadInputError, match="No asset of"):
        review(folder, "approved", by="ann", item="no such")
    with pytest.raises(BadInputError, match="holds no campaign"):
        review(tmp_path, "approved", by="ann")


@pytest.mark.parametrize(("layout", "text"), [("meta", "Body"), ("google", "Long headline 1")])
def test_what_is_approved_is_exported_and_signed(folder: Path, tmp_path: Path, layout, text):
    with pytest.raises(BadInputError, match="is approved; approve with"):
        export(folder, tmp_path / "ads", layout)
    review(folder, "approved", by="ann", passed=True)
    review(folder, "rejected", by="ann", recipient="user:u2")
    assert export(folder, tmp_path / "ads", layout) == 1
    [line] = csv.DictReader((tmp_path / "ads" / f"{layout}.csv").open(encoding="utf-8"))
    assert line["Campaign"] == "spring" and line[text]
    [image] = (tmp_path / "ads").glob("*.png")
    assert image.name in line.values()
    assert verify(image).painting is not None
    [row] = [one for one in last_rows(folder) if one.kind == "image" and "u1" in one.id]
    with Image.open(image) as signed, Image.open(folder / row.file) as made:
        assert signed.tobytes() == made.tobytes()
    with pytest.raises(BadInputError, match="exists"):
        export(folder, tmp_path / "ads", layout)


def test_the_sheet_shows_every_asset_and_runs_nothing_that_a_text_says(folder: Path):
    evil = '"><script>alert(1)</script>'
    rows = [*last_rows(folder), _row(evil)]
    with open_reviews(folder) as reviews:
        page = write_sheet(folder, evil, rows, reviews.latest()).read_text(encoding="utf-8")
    assert evil not in page and page.count("<script>") == 1
    assert page.count("<article") == len(rows)
    for row in rows:
        assert not row.file.endswith(".png") or f'src="{row.file}"' in page
    assert "not made" in page and 'loading="lazy"' in page


def test_the_sheet_is_written_anew_after_a_review(folder: Path):
    review(folder, "rejected", by="ann", target="meta")
    assert (folder / SHEET).read_text(encoding="utf-8").count('data-state="rejected"') == 2


def _row(text: str) -> Row:
    return Row(
        id="x", recipient=text, recipient_title=text, item_id=text, title=text, kind="image",
        target="square", variant=0, key="", file="", sha256="", passed=False, error=text,
    )  # fmt: skip
