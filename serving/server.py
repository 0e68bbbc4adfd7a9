"""The managed vLLM server as its users see it: one per user, started on need, shared by all.

A supervisor process owns it (see `supervisor.py`); here it is started, found again, and stopped.
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from ..errors import LLMError
from ..packages import Progress, silent
from ..settings import Settings
from .command import vllm_spec
from .logs import rotate, tail
from .models import resolve_model
from .probe import activity, healthy
from .state import ServerSpec, ServerState, end_group, read_state, server_folder, write_state

TYPICAL_START_SECONDS = 40
"""What progress counts towards; a start on two cores takes 25 to 50 seconds."""


class Endpoint(BaseModel):
    """Where a model answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    """OpenAI-compatible address, ending in /v1."""
    model: str
    """Name to ask for."""


class ServerStatus(BaseModel):
    """The managed server at this moment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phase: Literal["starting", "running", "stopped"]
    model: str | None = None
    """Name that it serves."""
    pid: int | None = None
    """Process of the server; its supervisor is another."""
    port: int | None = None
    """Port on 127.0.0.1."""
    since: float | None = None
    """Unix seconds at which it became healthy."""
    uptime_seconds: float | None = None
    """Seconds since then."""
    restarts: int = 0
    """Restarts after crashes since it was started."""
    requests: int | None = None
    """Requests running or waiting; none when it does not say."""
    log: Path
    """Its log; earlier ones end in .1, .2, .3."""
    message: str = ""
    """Why it stopped or was restarted."""


def ensure_server(settings: Settings, progress: Progress = silent) -> Endpoint:
    """The healthy managed server for `settings.llm.model`, started when there is none.

    `progress` counts bytes while weights are fetched and seconds while the server starts.

    Raises:
        MissingError: vLLM is not installed, or the model cannot be fetched.
        LLMError: it does not start (the message ends with the log's last lines), or it is busy
            with another model.
    """
    spec = vllm_spec(settings, resolve_model(settings.llm.model, progress))
    return ensure_running(server_folder(), spec, progress)


def ensure_running(folder: Path, spec: ServerSpec, progress: Progress = silent) -> Endpoint:
    """The same for any server that answers /health: `folder` holds its state, log and lock."""
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + spec.start_seconds
    with FileLock(folder / "lock"):
        (folder / "used").touch()
        state = read_state(folder)
        if state and state.alive() and state.phase in ("starting", "running"):
            if state.identity != spec.identity:
                _stop_for(spec, state, folder, progress)
                _start_supervisor(folder, spec)
        else:
            _stop(folder, state)
            _start_supervisor(folder, spec)
    state = _wait_healthy(folder, deadline, progress)
    return Endpoint(base_url=state.base_url, model=state.model)


def server_status() -> ServerStatus:
    """What the managed server does now."""
    folder = server_folder()
    log = folder / "vllm.log"
    state = read_state(folder)
    if state is None:
        return ServerStatus(phase="stopped", log=log)
    if not state.alive():
        return ServerStatus(phase="stopped", log=log, message=state.message, model=state.model)
    now_working = activity(_root(state)) if state.phase == "running" else None
    since = state.healthy_since
    return ServerStatus(
        phase="running" if state.phase == "running" else "starting",
        model=state.model,
        pid=state.child_pid,
        port=state.port,
        since=since,
        uptime_seconds=time.time() - since if since else None,
        restarts=state.restarts,
        requests=now_working.requests if now_working else None,
        log=log,
        message=state.message,
    )


def stop_server() -> bool:
    """Stop the managed server with all its processes; False when none ran. Takes up to 45 s."""
    folder = server_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        return _stop(folder, read_state(folder))


def _start_supervisor(folder: Path, spec: ServerSpec) -> None:
    log = folder / "vllm.log"
    rotate(log)
    (folder / "spec.json").write_text(spec.model_dump_json(indent=1), encoding="utf-8")
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tastemaker.serving.supervisor", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=folder,
            start_new_session=True,  # outlives the terminal that it was started from
        )
    while process.poll() is None:
        state = read_state(folder)
        if state and state.supervisor_pid == process.pid:
            return
        time.sleep(0.05)
    state = read_state(folder)
    if state is None or state.supervisor_pid != process.pid:
        raise LLMError(f"The server's supervisor did not start; {_log_end(folder)}")


def _wait_healthy(folder: Path, deadline: float, progress: Progress) -> ServerState:
    began = time.monotonic()
    while True:
        state = read_state(folder)
        if state is None or not state.alive():
            why = state.message if state else "has gone"
            raise LLMError(f"The language model's server {why}; {_log_end(folder)}")
        if state.phase == "running" and healthy(_root(state)):
            return state
        now = time.monotonic()
        if now > deadline:
            raise LLMError(
                f"The language model's server was not healthy after {now - began:.0f} s;"
                f" {_log_end(folder)}"
            )
        progress("starting the language model", int(now - began), TYPICAL_START_SECONDS)
        time.sleep(0.25)


def _stop_for(spec: ServerSpec, state: ServerState, folder: Path, progress: Progress) -> None:
    """Make room for another model, unless somebody would lose an answer."""
    working = activity(_root(state)) if state.phase == "running" else None
    if working is None or working.requests:
        doing = f"is answering {working.requests} requests" if working else "is starting"
        raise LLMError(
            f"The managed server {doing} for {state.model}, so it cannot change to {spec.model}"
            " now; wait, or run `tastemaker llm stop`."
        )
    progress(f"stopping the server for {state.model}", 0, None)
    _stop(folder, state)


def _stop(folder: Path, state: ServerState | None) -> bool:
    if state is None:
        return False
    if state.alive():
        end_group(state.supervisor_pid, state.supervisor_started, seconds=50)
        state = read_state(folder) or state
        stopped = True
    else:
        stopped = False
    orphan = state.orphan()
    if orphan is not None and state.child_started is not None:
        end_group(orphan, state.child_started, seconds=40)
        write_state(folder, state.model_copy(update={"phase": "stopped", "child_pid": None}))
        stopped = True
    return stopped


def _root(state: ServerState) -> str:
    return state.base_url.removesuffix("/v1")


def _log_end(folder: Path) -> str:
    log = folder / "vllm.log"
    return f"its log {log} ends:\n{tail(log)}"
