"""Whole runs through inspect: what comes back, what is refused, what a kill costs."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tastemaker.errors import BadInputError, MissingError
from tastemaker.evals.results.cases import Run
from tastemaker.evals.results.comparing import compared
from tastemaker.evals.results.runs import read_run
from tastemaker.evals.suites.registry import SUITES
from tastemaker.evals.suites.running import collected, judged_again, run_suites
from tastemaker.evals.suites.suite import Bench, Options, bench_of, forget
from tastemaker.evals.suites.tasks import task_of

ONE_RUN = Path(__file__).with_name("one_run.py")
CASES = 12
AGENTS = """
import json
import time

def walks(messages, user):
    n = len(messages) * 7
    items = [f"m{(n + k) % 160:03d}" for k in range(5)]
    return {"text": "Here you are. Or not?", "items": items, "tokens": 11, "calls": 1}

def counted(messages, user):
    with open("calls.jsonl", "a") as file:
        file.write(json.dumps([user, messages[0]["content"]]) + "\\n")
    return walks(messages, user)

def slow(messages, user):
    time.sleep(0.2)
    return counted(messages, user)

def crashes(messages, user):
    if len(messages) > 2:
        raise RuntimeError("It fell over.")
    return walks(messages, user)

def mute(messages, user):
    return None

def hangs(messages, user):
    if len(messages) == 1 and user is None:
        time.sleep(4)
    return walks(messages, user)
"""


@pytest.fixture
def agents(module) -> str:
    return module(AGENTS)


@pytest.fixture
def options(made, agents):
    """`options("walks", seed=…)`: a short run of one of the agents."""

    def make(name: str, **more: object) -> Options:
        told = {"agent": f"{agents}:{name}", "catalog": str(made.folder), "limit": CASES, **more}
        return Options(**told)

    return make


def lasting(run: Run) -> dict:
    """A run without its times."""
    told = run.model_dump(exclude={"made", "environment"})
    return {**told, "cases": [{**one, "seconds": 0} for one in told["cases"]]}


def run(options: Options, out: Path, *suites: str, **more: bool) -> Run:
    return run_suites(suites or ["dialogue"], options, out, **more)[0]


def test_every_case_comes_back_with_scores_costs_and_what_was_said(made, options, tmp_path):
    told: list[tuple] = []
    asked = options("walks")
    found, notes = run_suites(
        ["dialogue"], asked, tmp_path / "out", progress=lambda *one: told.append(one)
    )
    assert notes == []
    assert [one.id for one in found.cases] == [f"{n:03d}-0" for n in range(CASES)]
    assert (found.agent, found.model, found.seed) == (asked.agent, "unknown", 0)
    for one in found.cases:
        assert not one.error and one.cluster.startswith("p") and one.slices["person"]
        assert 0 <= one.scores["success"] <= 1 and one.scores["asked"] == one.turns
        assert (one.tokens, one.calls) == (11 * one.turns, one.turns)
        assert [said.role for said in one.transcript] == ["person", "agent"] * one.turns
        assert all(len(said.items) == 5 for said in one.transcript if said.role == "agent")
    assert read_run(tmp_path / "out") == found
    done = [one for what, one, _ in told if what == "dialogue"]
    assert done == sorted(done) and done[-1] == CASES
    bench = bench_of(asked)
    assert "face" not in bench.__dict__, "the bench of a run that has ended is forgotten"


def test_the_same_seed_gives_the_same_cases_another_one_others(options, tmp_path):
    first, again, other = (
        run(options("walks", seed=seed), tmp_path / str(n)) for n, seed in enumerate((3, 3, 4))
    )
    assert lasting(first) == lasting(again)
    assert lasting(first) != lasting(other)
    assert {row.difference for row in compared(first, again)} == {0}


def test_tries_of_one_goal_are_a_group(options, tmp_path):
    found = run(options("walks", seeds=3), tmp_path / "out")
    assert [one.id for one in found.cases] == [f"{n // 3:03d}-{n % 3}" for n in range(CASES)]
    assert [one.group for one in found.cases] == [f"{n // 3:03d}" for n in range(CASES)]


def test_a_run_judged_again_has_the_same_scores(options, tmp_path):
    for agent in ("walks", "crashes"):
        found = run(options(agent), tmp_path / agent)
        assert judged_again(tmp_path / agent) == found


def test_several_suites_come_in_their_order(options, tmp_path):
    found = run(options("walks", limit=4), tmp_path / "out", "cost", "dialogue")
    assert found.suites() == ["dialogue", "cost"]
    assert all(one.scores["tokens"] == 11 for one in found.of("cost"))
    assert set(found.figures["cost"]) == {"seconds a success", "tokens a success"}
    assert judged_again(tmp_path / "out") == found


def test_what_cannot_judge_an_agent_is_left_out_of_all_and_refused_by_name(options, tmp_path):
    found, notes = run_suites(["all"], options("walks", limit=3), tmp_path / "all")
    assert {"dialogue", "robustness", "safety", "cost"} <= set(found.suites())
    assert not {"ranking", "explanations", "assets"} & set(found.suites())
    assert any(one.startswith("ranking: left out.") for one in notes)
    assert judged_again(tmp_path / "all") == found
    with pytest.raises(BadInputError, match="Tastemaker's own parts"):
        run(options("walks"), tmp_path / "ranking", "ranking")


def test_a_crash_is_a_row_with_its_reason(options, tmp_path):
    found = run(options("crashes"), tmp_path / "out")
    failed = [one for one in found.cases if one.error]
    sound = [one for one in found.cases if not one.error]
    assert len(found.cases) == CASES and failed and sound
    assert all("It fell over." in one.error and not one.scores for one in failed)
    assert {one.turns for one in sound} == {1}
    assert [row for row in compared(found, found) if row.metric == "failed"]


def test_an_agent_that_says_nothing_usable_fails_in_every_case(options, tmp_path):
    found = run(options("mute", limit=3), tmp_path / "out")
    assert len(found.cases) == 3
    assert all("reply is none" in one.error for one in found.cases)
    assert judged_again(tmp_path / "out") == found


def test_an_agent_that_hangs_costs_its_own_case_only(options, tmp_path):
    from inspect_ai import eval as tried

    asked, out = options("hangs", limit=4), tmp_path / "out"
    task = task_of(SUITES["dialogue"], asked)
    task.time_limit = 1
    began = time.perf_counter()
    tried([task], model=None, display="none", log_dir=str(out / "logs" / "dialogue"))
    assert time.perf_counter() - began < 4
    found = collected(asked, [SUITES["dialogue"]], out, "unknown")
    forget(asked)
    errors = {one.id: one.error for one in found.cases}
    assert [bool(errors[f"{n:03d}-0"]) for n in range(4)] == [False, True, False, True]
    assert all(one.startswith("It took too long.") for one in errors.values() if one)


def test_a_second_run_into_a_folder_is_refused(options, tmp_path):
    out = tmp_path / "out"
    first = run(options("counted"), out)
    calls = (tmp_path / "calls.jsonl").read_text()
    with pytest.raises(BadInputError, match="--resume"):
        run(options("counted"), out)
    with pytest.raises(BadInputError, match=r"agent '.*:counted'; give the same"):
        run(options("walks"), out, resume=True)
    with pytest.raises(BadInputError, match="with seed 0, limit 12; give the same"):
        run(options("counted", seed=1, limit=13), out, resume=True)
    with pytest.raises(BadInputError, match=r"with suites \['dialogue'\];"):
        run(options("counted"), out, "dialogue", "cost", resume=True)
    again = run(options("counted"), out, resume=True)
    assert (tmp_path / "calls.jsonl").read_text() == calls, "there is nothing left to try"
    assert lasting(again) == lasting(first)


def test_a_folder_of_something_else_is_refused(options, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    for resume in (False, True):
        with pytest.raises(BadInputError, match="holds no run"):
            run(options("walks"), tmp_path / "out", resume=resume)
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_unknown_suites_and_agents_are_refused(options, made, tmp_path):
    with pytest.raises(BadInputError, match="no suite 'dialogues'; there are all, dialogue, req"):
        run(options("walks"), tmp_path / "out", "dialogues")
    with pytest.raises(BadInputError, match="no agent 'no_such:answer'"):
        run(Options(agent="no_such:answer", catalog=str(made.folder)), tmp_path / "out")
    with pytest.raises((BadInputError, MissingError)):
        run(options("walks", catalog=str(tmp_path / "nowhere")), tmp_path / "there")


def test_an_endpoint_that_is_away_is_said_at_once(made, tmp_path):
    began = time.perf_counter()
    with pytest.raises(MissingError, match="does not answer"):
        run(
            Options(agent="openai:http://127.0.0.1:9/v1#m", catalog=str(made.folder)),
            tmp_path / "out",
        )
    assert time.perf_counter() - began < 5


DAMAGED = ["", "{", "[]", '{"cases": 3}', "\x00\x01", '{"format": 1, "options": {}}', "null"]


@pytest.mark.parametrize("text", DAMAGED)
def test_damaged_records_are_refused(options, tmp_path, text):
    out = tmp_path / "out"
    run(options("walks", limit=1), out)
    (out / "cases.json").write_text(text)
    with pytest.raises(BadInputError, match=r"cases\.json is damaged"):
        read_run(out)
    (out / "run.json").write_text(text)
    for read in (judged_again, lambda out: run(options("walks", limit=1), out, resume=True)):
        with pytest.raises(BadInputError, match=r"run\.json is damaged"):
            read(out)


def test_records_of_another_version_are_refused(options, tmp_path):
    out = tmp_path / "out"
    run(options("walks", limit=1), out)
    for name, read in (("cases.json", read_run), ("run.json", judged_again)):
        told = json.loads((out / name).read_text())
        (out / name).write_text(json.dumps({**told, "format": 2}))
        with pytest.raises(BadInputError, match=r"version|format 2"):
            read(out)
        (out / name).write_text(json.dumps({**told, "mood": "good"}))
        with pytest.raises(BadInputError, match="version"):
            read(out)


def test_a_folder_without_a_finished_run_says_so(tmp_path):
    for read in (read_run, judged_again):
        with pytest.raises(BadInputError, match=r"no finished run|holds no run"):
            read(tmp_path)


def test_a_bench_opens_nothing_before_it_is_needed(options):
    bench = Bench(options("walks", catalog="/nowhere"))
    bench.close()
    assert "catalog" not in bench.__dict__


def conversation(cluster: str, slices: dict[str, str], first: str) -> tuple[str | None, str]:
    """By what the agent knows a conversation: its user, and the first message."""
    return (None if slices["person"] == "guest" else cluster, first)


def finished(out: Path) -> dict[str, tuple[str | None, str]]:
    """Id -> conversation of the samples that the newest log holds."""
    from inspect_ai.log import list_eval_logs, read_eval_log

    log = read_eval_log(list_eval_logs(str(out / "logs" / "dialogue"))[0])
    firsts = ((one, one.scores["judged"].metadata["said"][0]["text"]) for one in log.samples or [])
    return {
        str(one.id): conversation(one.metadata["cluster"], one.metadata["slices"], first)
        for one, first in firsts
    }


def test_after_a_kill_no_finished_sample_is_tried_again(made, agents, tmp_path):
    out, calls = tmp_path / "out", tmp_path / "calls.jsonl"
    command = [sys.executable, str(ONE_RUN), str(made.folder), str(out), f"{agents}:slow", "36"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= 12:
                break
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    done, before = finished(out), calls.read_text().splitlines()
    assert 1 <= len(done) < 36
    with pytest.raises(BadInputError, match="no finished run"):
        read_run(out)

    subprocess.run([*command, "resume"], cwd=tmp_path, check=True, stdout=subprocess.PIPE)
    after = {tuple(json.loads(line)) for line in calls.read_text().splitlines()[len(before) :]}
    assert after and not after & set(done.values())
    assert len({*done.values(), *after}) <= 36
    found = read_run(out)
    assert [one.id for one in found.cases] == [f"{n:03d}-0" for n in range(36)]
    assert not any(one.error for one in found.cases)
    for one in found.cases:
        key = conversation(one.cluster, one.slices, one.transcript[0].text)
        assert key == done.get(one.id, key)
    # The cases are those of a run that nobody killed.
    whole = Options(agent=f"{agents}:slow", catalog=str(made.folder), limit=36)
    assert lasting(run(whole, tmp_path / "whole")) == lasting(found)
