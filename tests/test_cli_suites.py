"""The commands around evaluation runs: what they print, and what they refuse in one sentence."""

import json
from pathlib import Path

import pytest
from tastemaker.evals.results.cases import Case, Run

from .test_cli import tastemaker


def write_run(folder: Path, successes: int, *, cases: int = 40, seed: int = 0) -> Path:
    """A finished run of the suite `dialogue`, of so many successes."""
    found = Run(
        agent="deterministic", model="deterministic", catalog="movies", seed=seed,
        made="2026-01-01T00:00:00+0000",
        cases=[
            Case(
                suite="dialogue", id=f"{n:03d}", cluster=f"user {n}", turns=2, seconds=1.0,
                scores={"success": float(n < successes)}, notes=[f"note of {n}"],
            )
            for n in range(cases)
        ],
    )  # fmt: skip
    folder.mkdir()
    (folder / "cases.json").write_text(found.model_dump_json())
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> dict[str, str]:
    return {
        "good": str(write_run(tmp_path / "good", 36)),
        "bad": str(write_run(tmp_path / "bad", 12)),
        "other": str(write_run(tmp_path / "other", 30, cases=41)),
    }


def test_the_suites_are_listed():
    listed = tastemaker("eval", "list")
    assert listed.returncode == 0
    for name in ("dialogue", "ranking", "robustness", "safety", "cost", "vision"):
        assert name in listed.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "dialog", "-o", "x"], 2, "no suite 'dialog'; there are all, dialogue"),
        (["run", "dialogue", "-o", "x", "--agent", "openai:http://127.0.0.1:9/v1"], 3,
         "http://127.0.0.1:9/v1 does not answer"),
        (["import", "missing.json", "-o", "x.jsonl"], 2, "missing.json does not exist"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
):
    monkeypatch.chdir(tmp_path)
    done = tastemaker("eval", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert said in " ".join(done.stderr.split())


def test_a_gate_lets_pass_what_is_not_worse(runs: dict[str, str]):
    assert tastemaker("eval", "gate", runs["good"], "--baseline", runs["bad"]).returncode == 0


def test_a_gate_stops_what_is_worse_and_shows_the_worst_cases(runs: dict[str, str]):
    done = tastemaker("eval", "gate", runs["bad"], "--baseline", runs["good"])
    assert done.returncode == 1 and "worse" in done.stdout
    assert done.stdout.count("note of") >= 3


def test_a_baseline_over_other_cases_is_refused(runs: dict[str, str]):
    done = tastemaker("eval", "gate", runs["good"], "--baseline", runs["other"])
    assert done.returncode == 2 and "'040'" in done.stderr


def test_a_comparison_is_a_table_for_a_pull_request(runs: dict[str, str], tmp_path: Path):
    done = tastemaker(
        "eval", "compare", runs["good"], runs["bad"], "--markdown", "--json", str(tmp_path / "rows")
    )
    assert done.returncode == 0 and "<code>success</code> | 0.9 | 0.3 |" in done.stdout
    [success, *_] = json.loads((tmp_path / "rows").read_text())
    assert success["difference"] == pytest.approx(0.6) and success["verdict"] == "better"


def test_a_report_and_a_plot_are_written(runs: dict[str, str], tmp_path: Path):
    done = tastemaker("eval", "report", runs["good"], "--baseline", runs["bad"])
    assert done.returncode == 0 and "success" in done.stdout
    assert "Against the baseline" in Path(runs["good"], "report.html").read_text()
    plot = tmp_path / "plot.svg"
    done = tastemaker("eval", "plot", runs["good"], runs["bad"], "-o", str(plot))
    assert done.returncode == 0 and plot.read_text().startswith("<svg")
    assert "success 0.900" in done.stdout


def test_a_folder_without_a_run_is_refused(tmp_path: Path):
    done = tastemaker("eval", "report", str(tmp_path))
    assert done.returncode == 2 and "no finished run" in done.stderr
