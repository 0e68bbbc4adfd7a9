"""A campaign over the forty films with a generator without a model: once each, whatever happens."""

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from tastemaker.catalog.store import Catalog
from tastemaker.errors import BadInputError, BusyError, TastemakerError
from tastemaker.generation.campaign.audience import recipients
from tastemaker.generation.campaign.brief import Brief
from tastemaker.generation.campaign.items import items_for
from tastemaker.generation.campaign.jobs import jobs_of
from tastemaker.generation.campaign.making import Workshop, make
from tastemaker.generation.campaign.running import Summary, run_jobs
from tastemaker.generation.campaign.store import MANIFEST, last_rows, open_folder, read_rows
from tastemaker.generation.image.studio import Studio
from tastemaker.generation.text.brand import Brand
from tastemaker.generation.text.writer import Writer

BRIEF: dict[str, Any] = {
    "name": "spring",
    "catalog": "films",
    "audience": {"users": ["u1", "u2", "u3"]},
    "items": {"recommended": 2},
    "assets": {"copy": ["push"], "images": ["thumbnail_square"], "explanations": True,
               "candidates": 1},
    "language_model": False,
}  # fmt: skip
ALL = 3 * 2 * 3

Run = Callable[..., Summary]


@pytest.fixture
def run(studio: Studio, tmp_path: Path) -> Run:
    """`run(change, …)`: the campaign of the brief with a change, into one folder."""

    def run(
        change: dict[str, Any] | None = None,
        brand: Brand | None = None,
        out: str = "out",
        writer: Writer | None = None,
        **more: Any,
    ) -> Summary:
        brief = Brief.model_validate({**BRIEF, **(change or {})})
        workshop = Workshop(brief, brand or Brand(), studio.recommender, studio, writer)
        people = recipients(studio.recommender, brief.audience, brief.seed)
        jobs = jobs_of(brief, people, items_for(studio.recommender, brief.items))
        with open_folder(tmp_path / out, brief) as folder:
            return run_jobs(folder, workshop, jobs, ALL, **more)

    return run


def contents(folder: Path) -> dict[str, str]:
    return {row.id: row.sha256 for row in last_rows(folder)}


def test_every_asset_is_made_once(run: Run, tmp_path: Path):
    done = run()
    assert done.made == {"copy": 6, "explanation": 6, "image": 6} and not done.failed
    rows = read_rows(tmp_path / "out")
    assert len(rows) == len({row.id for row in rows}) == ALL
    for row in rows:
        assert (tmp_path / "out" / row.file).is_file()
    again = run()
    assert again.made == {} and again.found == ALL
    assert read_rows(tmp_path / "out") == rows


def test_two_folders_hold_the_same_contents(run: Run, tmp_path: Path):
    run()
    run(out="other", batch=1)
    assert contents(tmp_path / "out") == contents(tmp_path / "other")


@pytest.mark.parametrize(
    ("change", "brand", "made"),
    [
        ({"assets": {**BRIEF["assets"], "call": "Look"}}, Brand(), {"image": 6}),
        ({}, Brand(palette=["#aa3344"]), {"image": 6}),
        ({}, Brand(banned_words=["space"]), {"copy": 6}),
        ({"assets": {**BRIEF["assets"], "copy": ["sms"]}}, Brand(), {"copy": 6}),
        ({"seed": 3}, Brand(), {"image": 6}),
        ({"budget": {"assets": 999}}, Brand(), {}),
    ],
)
def test_a_changed_field_remakes_what_depends_on_it(run: Run, change, brand, made):
    run()
    assert run(change, brand).made == made


class Stopped(Exception):
    """Somebody pulled the plug."""


def test_a_run_that_broke_off_goes_on(run: Run, tmp_path: Path):
    run(out="whole")

    def broken(workshop, work):
        if len(read_rows(tmp_path / "out")) >= 8:
            raise Stopped
        return make(workshop, work)

    with pytest.raises(Stopped):
        run(make_batch=broken, batch=4)
    assert 8 <= len(read_rows(tmp_path / "out")) < ALL
    done = run()
    assert sum(done.made.values()) + done.found == ALL
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_a_line_that_was_never_finished_is_cut_off(run: Run, tmp_path: Path):
    run()
    rows = read_rows(tmp_path / "out")
    file = tmp_path / "out" / MANIFEST
    file.write_bytes(file.read_bytes()[:-20])
    done = run()
    assert done.made == {} and done.found == ALL, "its files are there: nothing is made twice"
    assert [row.sha256 for row in read_rows(tmp_path / "out")] == [row.sha256 for row in rows]


def test_one_that_cannot_be_made_is_a_row_and_stops_no_other(run: Run, tmp_path: Path):
    def failing(workshop, work):
        return [
            TastemakerError("no paint left") if one.plan else made
            for one, made in zip(work, make(workshop, work), strict=True)
        ]

    done = run(make_batch=failing)
    assert done.failed == 6 and done.made == {"copy": 6, "explanation": 6}
    assert {row.error for row in read_rows(tmp_path / "out") if row.kind == "image"} == {
        "no paint left"
    }
    assert run().made == {"image": 6}, "what failed is tried again"


def test_two_runs_in_one_folder(run: Run, tmp_path: Path):
    with open_folder(tmp_path / "out", Brief.model_validate(BRIEF)), pytest.raises(BusyError):
        run()


def test_a_folder_of_something_else(run: Run, tmp_path: Path):
    run()
    with pytest.raises(BadInputError, match="holds the campaign 'spring'"):
        run({"name": "autumn"})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(BadInputError, match="holds other things"):
        run(out="mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_what_is_no_longer_asked_for_is_retired_and_comes_back(run: Run, tmp_path: Path):
    run()
    less = run({"assets": {**BRIEF["assets"], "explanations": False}})
    assert less.made == {} and {row.kind for row in last_rows(tmp_path / "out")} == {
        "copy", "image"
    }  # fmt: skip
    assert run().made == {} and len(last_rows(tmp_path / "out")) == ALL


def test_killed_twenty_times_nothing_is_lost_and_nothing_is_made_twice(
    run: Run, films: Catalog, tmp_path: Path
):
    run(out="whole")
    script = Path(__file__).with_name("kill_twenty.py")
    told = subprocess.run(
        [sys.executable, "-P", script, films.folder, tmp_path / "out", json.dumps(BRIEF)],
        env={**os.environ, "TASTEMAKER_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(told.stdout) > 1, "they were killed at work"
    before = len(read_rows(tmp_path / "out"))
    done = run()
    assert before, "the killed ones left nothing behind"
    assert done.found >= before
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    rows = read_rows(tmp_path / "out")
    assert len(rows) == len({row.id for row in rows}) == ALL, "each line once"
    files = [file for file in (tmp_path / "out" / "assets").rglob("*") if file.is_file()]
    assert len(files) == len({row.file for row in rows}), "and no half-written file"


def test_a_lock_of_a_dead_process_holds_nobody_up(run: Run, tmp_path: Path):
    def hold() -> None:
        with open_folder(tmp_path / "out", Brief.model_validate(BRIEF)):
            (tmp_path / "held").touch()
            time.sleep(60)

    child = multiprocessing.get_context("fork").Process(target=hold)
    child.start()
    while not (tmp_path / "held").exists():
        time.sleep(0.01)
    with pytest.raises(BusyError):
        run()
    child.kill()
    child.join()
    assert run().failed == 0


def test_a_full_disk_is_one_sentence_and_what_was_made_stays(run: Run, tmp_path: Path):
    run(out="whole")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
    try:
        with pytest.raises(BadInputError, match="make room and run the same command"):
            run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    done = run()
    assert done.found and contents(tmp_path / "out") == contents(tmp_path / "whole")


class Flaky(GenericFakeChatModel):
    """A model that is away until it is asked often enough."""

    away: int

    def _generate(self, *arguments: Any, **more: Any) -> ChatResult:
        self.away -= 1
        if self.away >= 0:
            raise httpx2.ConnectError("gone")
        said = AIMessage('{"copy": "A film for you.", "answer": "A film for you."}')
        return ChatResult(generations=[ChatGeneration(message=said)])


def writer(away: int) -> Writer:
    return Writer(Flaky(messages=iter([]), away=away), drafts=1, needed=True)


def test_texts_wait_for_a_model_that_went_away(run: Run, tmp_path: Path):
    asked = []

    def alive() -> bool:
        asked.append(1)
        return True

    done = run(writer=writer(away=3), alive=alive)
    assert asked and not done.failed and done.made == {"copy": 6, "explanation": 6, "image": 6}


@pytest.mark.parametrize("policy", [{"away": "fail"}, {"away": "wait", "patience": 0}])
def test_or_are_recorded_as_failed(run: Run, tmp_path: Path, policy: dict[str, Any]):
    done = run({"policy": policy}, writer=writer(away=10_000), alive=lambda: False)
    assert done.failed == 12 and done.made == {"image": 6}
    assert "cannot be reached" in next(
        row.error for row in last_rows(tmp_path / "out") if row.error
    )
    assert run({"policy": policy}, writer=writer(away=0)).made == {"copy": 6, "explanation": 6}
