"""The supervisor and its users, with a small server in vLLM's place."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import psutil
import pytest
from tastemaker.errors import LLMError
from tastemaker.serving.server import (
    Endpoint,
    ensure_running,
    ensure_server,
    server_status,
    stop_server,
)
from tastemaker.serving.state import ServerSpec, read_state, server_folder
from tastemaker.settings import load_settings

FAKE = Path(__file__).with_name("fake_server.py")


class Bench:
    """One data folder with a supervised fake server in it."""

    def __init__(self, dirs: Path):
        self.pids = dirs / "pids"
        self.folder = server_folder()

    def spec(self, *options: str, **changes: object) -> ServerSpec:
        values = {
            "command": [sys.executable, str(FAKE), "{port}", str(self.pids), *options],
            "environment": {},
            "model": "fake",
            "identity": "fake-1",
            "idle_seconds": 60.0,
            "start_seconds": 20.0,
            "max_restarts": 3,
            "pause_seconds": 0.05,
            "poll_seconds": 0.05,
            "stop_seconds": 5.0,
        }
        return ServerSpec.model_validate(values | changes)

    def start(self, *options: str, **changes: object) -> Endpoint:
        return ensure_running(self.folder, self.spec(*options, **changes))

    def get(self, path: str) -> None:
        state = read_state(self.folder)
        assert state is not None
        try:
            httpx2.get(f"http://127.0.0.1:{state.port}{path}", timeout=1, trust_env=False)
        except httpx2.HTTPError:
            assert path in ("/crash", "/deaf")

    def starts(self) -> int:
        return len(self.pids.read_text().splitlines())

    def left(self) -> list[int]:
        """Processes of any of the fake servers that still run."""
        pids = [int(pid) for pid in self.pids.read_text().split()]
        return [pid for pid in pids if _running(pid)]

    def message(self) -> str:
        state = read_state(self.folder)
        return state.message if state else ""


def _running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture
def bench(dirs: Path) -> Iterator[Bench]:
    made = Bench(dirs)
    yield made
    stop_server()
    if made.pids.exists():
        until(lambda: not made.left())


def test_starts_reports_and_stops_without_leaving_a_process(bench):
    assert server_status().phase == "stopped"
    endpoint = bench.start()
    assert httpx2.get(endpoint.base_url.removesuffix("/v1") + "/health").status_code == 200
    status = server_status()
    assert (status.phase, status.model, status.requests, status.restarts) == (
        "running",
        "fake",
        0,
        0,
    )
    assert status.pid in bench.left() and status.port == int(endpoint.base_url.split(":")[2][:-3])
    assert status.uptime_seconds is not None and status.uptime_seconds < 20
    assert "fake server: start 1" in status.log.read_text()
    assert stop_server()
    assert bench.left() == []
    assert server_status().phase == "stopped"
    assert not stop_server()


def test_a_second_call_reuses_it(bench):
    first = bench.start()
    assert bench.start() == first
    assert bench.starts() == 1


def test_two_processes_at_once_start_one(bench, tmp_path):
    spec = tmp_path / "spec.json"
    spec.write_text(bench.spec().model_dump_json())
    code = (
        "import sys, pathlib\n"
        "from tastemaker.serving.server import ensure_running\n"
        "from tastemaker.serving.state import ServerSpec, server_folder\n"
        "spec = ServerSpec.model_validate_json(pathlib.Path(sys.argv[1]).read_text())\n"
        "print(ensure_running(server_folder(), spec).base_url)\n"
    )
    command = [sys.executable, "-P", "-c", code, str(spec)]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) for _ in range(2)
    ]
    addresses = {process.communicate(timeout=60)[0] for process in started}
    assert len(addresses) == 1 and addresses.pop().startswith("http://127.0.0.1")
    assert bench.starts() == 1
    assert server_status().phase == "running"


def test_a_crash_is_mended_on_the_same_port(bench):
    endpoint = bench.start()
    bench.get("/crash")
    until(lambda: bench.starts() == 2)
    assert bench.start() == endpoint
    status = server_status()
    assert (status.phase, status.restarts) == ("running", 1)
    assert "exit code 7" in status.message


def test_crashes_without_end_are_given_up(bench):
    bench.start(max_restarts=2)
    for number in range(3):
        until(lambda: server_status().phase == "running")
        bench.get("/crash")
        until(lambda n=number: server_status().restarts > n or server_status().phase == "stopped")
    until(lambda: server_status().phase == "stopped")
    assert bench.starts() == 3
    assert "exit code 7" in server_status().message


def test_a_steady_server_is_forgiven_its_crashes(bench):
    bench.start(max_restarts=1, steady_seconds=0.2)
    for number in range(3):
        until(lambda: (server_status().uptime_seconds or 0) > 0.3)
        bench.get("/crash")
        until(lambda n=number: server_status().restarts == n + 1)
    until(lambda: server_status().phase == "running")


def test_a_restart_that_dies_before_it_is_healthy_is_tried_again(bench):
    bench.start("--second-dies")
    bench.get("/crash")
    until(lambda: bench.starts() == 3 and server_status().phase == "running")


def test_a_server_that_stops_answering_is_replaced(bench):
    bench.start(deaf_seconds=0.3)
    bench.get("/deaf")
    until(lambda: bench.starts() == 2)
    until(lambda: server_status().phase == "running", 30)


def test_a_model_that_cannot_start_says_why_at_once(bench):
    with pytest.raises(LLMError) as caught:
        bench.start("--exit-at-once")
    assert "exit code 1" in str(caught.value)
    assert "fake server: the model is broken" in str(caught.value)
    assert str(bench.folder / "vllm.log") in str(caught.value)
    assert bench.starts() == 1
    bench.start()


def test_a_start_that_takes_too_long_is_ended(bench):
    with pytest.raises(LLMError, match="not healthy after"):
        bench.start("--never-healthy", start_seconds=1.5)
    until(lambda: not bench.left())


def test_idle_servers_stop(bench):
    bench.start(idle_seconds=0.5)
    until(lambda: server_status().phase == "stopped")
    assert server_status().message == "idle"
    assert bench.left() == []
    bench.start()


def test_work_keeps_a_server_up(bench):
    bench.start(idle_seconds=1.0)
    for _ in range(8):
        bench.get("/work")
        time.sleep(0.25)
    bench.get("/busy")
    time.sleep(1.5)
    status = server_status()
    assert (status.phase, status.requests) == ("running", 1)
    bench.get("/free")
    until(lambda: server_status().phase == "stopped")


def test_picking_the_server_up_counts_as_use(bench):
    bench.start(idle_seconds=1.0)
    for _ in range(8):
        time.sleep(0.25)
        bench.start(idle_seconds=1.0)
    assert bench.starts() == 1


def test_another_model_replaces_an_idle_server(bench):
    bench.start()
    told = []
    spec = bench.spec(model="other", identity="fake-2")
    endpoint = ensure_running(bench.folder, spec, lambda what, *_: told.append(what))
    assert endpoint.model == "other"
    assert "stopping the server for fake" in told
    assert bench.starts() == 2 and len(bench.left()) == 2


def test_another_model_waits_while_the_server_is_busy(bench):
    bench.start()
    bench.get("/busy")
    with pytest.raises(LLMError, match=r"answering 1 requests for fake.*cannot change to other"):
        bench.start(model="other", identity="fake-2")
    assert bench.starts() == 1


def test_a_stubborn_server_is_killed(bench):
    bench.start("--stubborn", stop_seconds=0.5)
    assert stop_server()
    assert bench.left() == []


def test_the_orphan_of_a_killed_supervisor_is_cleared_away(bench):
    bench.start()
    state = read_state(bench.folder)
    assert state is not None
    os.kill(state.supervisor_pid, signal.SIGKILL)
    until(lambda: not state.alive())
    assert server_status().phase == "stopped"
    assert bench.left()
    bench.start()
    assert bench.starts() == 2 and len(bench.left()) == 2


def test_stop_also_finds_the_orphan(bench):
    bench.start()
    state = read_state(bench.folder)
    assert state is not None
    os.kill(state.supervisor_pid, signal.SIGKILL)
    until(lambda: not state.alive())
    assert stop_server()
    until(lambda: not bench.left())  # a killed process takes a moment to be gone


def test_a_recycled_process_id_is_not_mistaken_for_the_supervisor(bench):
    bench.start()
    state = read_state(bench.folder)
    assert state is not None
    assert state.alive()
    mine = psutil.Process().create_time()
    assert state.model_copy(
        update={"supervisor_pid": os.getpid(), "supervisor_started": mine}
    ).alive()
    assert not state.model_copy(update={"supervisor_pid": os.getpid()}).alive()


def test_a_state_file_of_another_version_is_ignored(bench):
    bench.folder.mkdir(parents=True)
    (bench.folder / "state.json").write_text('{"pid": 1}')
    assert server_status().phase == "stopped"
    bench.start()


def test_earlier_logs_are_kept(bench):
    for _ in range(3):
        bench.start()
        stop_server()
    names = sorted(path.name for path in bench.folder.glob("vllm.log*"))
    assert names == ["vllm.log", "vllm.log.1", "vllm.log.2"]


@pytest.mark.embedded
def test_the_embedded_model_answers_and_stays_for_the_next_process(tmp_path):
    from langchain_core.tools import tool
    from tastemaker.serving.calls import complete_json, complete_text, complete_tools
    from tastemaker.serving.chat_model import chat_model, check_endpoint

    @tool
    def search(query: str) -> str:
        """Find films."""
        return query

    settings = load_settings()
    endpoint = ensure_server(settings)
    assert check_endpoint(endpoint.base_url, "none")
    model = chat_model(settings, endpoint)
    ask = [{"role": "user", "content": "Name a mood for tonight."}]

    schema = {
        "type": "object",
        "properties": {
            "mood": {"enum": ["calm", "tense"]},
            "why": {"type": "string", "maxLength": 60},
        },
        "required": ["mood", "why"],
        "additionalProperties": False,
    }
    answer, usage = complete_json(model, ask, schema, max_tokens=80)
    assert answer["mood"] in ("calm", "tense")
    assert usage.prompt_tokens > 10 and usage.completion_tokens > 5

    pieces: list[str] = []
    text, usage = complete_text(model, ask, max_tokens=24, on_text=pieces.append)
    assert text and len(pieces) > 3 and usage.completion_tokens <= 24

    message, usage = complete_tools(model, ask, [search], max_tokens=40)
    assert (message.text or message.tool_calls) and usage.prompt_tokens > 60

    code = (
        "from tastemaker.serving.server import ensure_server\n"
        "from tastemaker.settings import load_settings\n"
        "print(ensure_server(load_settings()).base_url)\n"
    )
    began = time.monotonic()
    again = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert again.stdout.strip() == endpoint.base_url
    assert time.monotonic() - began < 10
    assert server_status().phase == "running"
