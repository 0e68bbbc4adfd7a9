"""What `tastemaker bench serve` makes of servers that answer, and of ones that do not."""

import asyncio
import sys
import time
from pathlib import Path

import pytest
from tastemaker.errors import BadInputError, MissingError
from tastemaker.evals import bench_serve
from tastemaker.evals.bench_serve import _Bench, _conversations, _crowd, _own_row, _until
from tastemaker.evals.serving_process import free_port, running
from tastemaker.packages import silent
from tastemaker.settings import Settings
from typer.testing import CliRunner

SERVE_FILMS = Path(__file__).parents[1] / "agent" / "web" / "serve_films.py"


@pytest.fixture
def bench(films):
    return _Bench(Settings(), films, 0, silent)


@pytest.fixture(scope="module")
def port(films, film_recommender, tmp_path_factory):
    """A server over the films whose model takes 20 ms for each piece."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    command = [sys.executable, SERVE_FILMS, films.folder, folder, port, 0.02]
    with running([str(part) for part in command], folder / "log"):
        yield port


def test_a_crowd_is_answered_and_counted(bench, port):
    people = bench.people(4, 0)
    assert len(set(people)) == 4 and sum(name.startswith("u") for name in people) == 2
    said, seconds = asyncio.run(_crowd(bench, port, people, 1.0, (0.0, 0.1)))
    assert len(said) >= 4 and seconds >= 1.0
    assert all(one.problem == "" and one.calls >= 1 for one in said)
    assert all(0 < one.first <= one.seconds for one in said)
    row = _own_row(4, said, seconds)
    assert row["errors"] == 0 and row["turns"] == len(said)
    assert row["p50"] <= row["p95"] <= row["p99"] <= row["max"]


def test_people_at_once_wait_less_than_one_after_another(bench, port):
    people = bench.people(4, 1)
    took = {}
    for at_once in (1, 4):
        began = time.perf_counter()
        said = asyncio.run(_conversations(port, people, at_once))
        took[at_once] = time.perf_counter() - began
        assert len(said) == 4 * bench_serve.LLM_MESSAGES
        assert not any(one.problem for one in said)
    assert took[4] < took[1] / 1.5


def test_what_is_refused_is_an_error_and_misses_the_target(bench, port):
    async def refused():
        async with bench_serve.Client(port) as client:
            return await bench_serve._say(client, "ann", "nothing", "a comedy")

    said = asyncio.run(refused())
    assert said.problem == "HTTP 404"
    row = _own_row(1, [said], 1.0)
    assert row["errors"] == 1 and row["ok"] is False


def test_a_page_is_waited_for(port):
    assert _until(port, "/healthz", 200, 1.0)
    assert not _until(port, "/nothing", 200, 0.1)
    assert not _until(free_port(), "/healthz", 200, 0.1)


def test_a_server_that_does_not_start_is_said(tmp_path):
    with (
        pytest.raises(MissingError, match="no such thing"),
        running([sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path / "log"),
    ):
        pass


def test_an_unknown_part_is_refused():
    from tastemaker.cli import app

    outcome = CliRunner().invoke(app, ["bench", "serve", "--part", "dancing"])
    assert isinstance(outcome.exception, BadInputError)
    assert "dancing" in str(outcome.exception)
