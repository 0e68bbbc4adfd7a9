"""What the supervisor of the managed server is told and what it reports: two small JSON files."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from ..files import data_dir, replacing_file


class ServerSpec(BaseModel):
    """What the supervisor runs, and how long it is patient."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: list[str]
    """The server's command line; `{port}` is filled in with a free port."""
    environment: dict[str, str]
    """Variables set on top of the supervisor's own."""
    model: str
    """Name under which the server answers for the model."""
    identity: str
    """Two specs with the same identity can use one another's server."""
    idle_seconds: float
    """Stop after so long without a request."""
    start_seconds: float
    """A child that is not healthy by then is ended."""
    max_restarts: int
    """Crashes in a row that are mended; a crash before the first healthy moment is not."""
    pause_seconds: float = 1.0
    """Pause before the first restart; each further one doubles it."""
    steady_seconds: float = 60.0
    """So long healthy, and earlier crashes are forgotten."""
    deaf_seconds: float = 120.0
    """A running child that does not answer /health for so long counts as crashed."""
    poll_seconds: float = 2.0
    """Pause between two looks at the child."""
    stop_seconds: float = 40.0
    """Time from SIGTERM to SIGKILL."""


class ServerState(BaseModel):
    """The supervisor's last report."""

    model_config = ConfigDict(extra="forbid")

    supervisor_pid: int
    supervisor_started: float
    """Creation time of that process in Unix seconds, which tells it from a later one."""
    child_pid: int | None = None
    """The server process, which leads a process group of its own."""
    child_started: float | None = None
    """Creation time of the server process in Unix seconds."""
    port: int
    model: str
    identity: str
    phase: Literal["starting", "running", "stopping", "stopped", "failed"]
    message: str = ""
    """Why it stopped or failed."""
    healthy_since: float | None = None
    """Unix seconds at which the present child became healthy."""
    restarts: int = 0
    """Restarts after crashes since the supervisor began."""

    @property
    def base_url(self) -> str:
        """The OpenAI-compatible address."""
        return f"http://127.0.0.1:{self.port}/v1"

    def alive(self) -> bool:
        """Whether the supervisor that wrote this still runs."""
        return _runs(self.supervisor_pid, self.supervisor_started)

    def orphan(self) -> int | None:
        """The process group of a server whose supervisor was killed."""
        if self.alive() or self.child_pid is None or self.child_started is None:
            return None
        return self.child_pid if _runs(self.child_pid, self.child_started) else None


def server_folder() -> Path:
    """Where specification, state, log and lock of the managed server lie."""
    return data_dir().absolute() / "server"


def read_state(folder: Path) -> ServerState | None:
    """The last report; none when no server was ever started or the file is of another version."""
    try:
        return ServerState.model_validate_json((folder / "state.json").read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_state(folder: Path, state: ServerState) -> None:
    """Replace the report in one step."""
    with replacing_file(folder / "state.json") as temporary:
        temporary.write_text(state.model_dump_json(indent=1), encoding="utf-8")


def process_started(pid: int) -> float:
    """Creation time of a running process in Unix seconds."""
    return psutil.Process(pid).create_time()


def end_group(leader: int, started: float, seconds: float) -> None:
    """Ask a process that leads its group to end; after `seconds` kill what is left of the group.

    vLLM's own children end when their leader asks them to; the kill is for those that hang.
    """
    with suppress(ProcessLookupError):
        os.kill(leader, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while _runs(leader, started) and time.monotonic() < deadline:
        time.sleep(0.05)
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _runs(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
