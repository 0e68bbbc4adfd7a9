"""The process that owns the managed server: `python -P -m tastemaker.serving.supervisor FOLDER`.

It reads `spec.json` in FOLDER, runs that command on a free port, restarts it after a crash with
growing pauses, ends it when idle or on SIGTERM, and reports to `state.json`. It knows nothing of
vLLM beyond /health and /metrics.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from .logs import shorten
from .probe import activity, healthy
from .state import ServerSpec, ServerState, end_group, process_started, write_state

_IDLE = "idle"
_ASKED = "asked to stop"


class Supervisor:
    """Runs one server for as long as it is wanted."""

    def __init__(self, folder: Path, spec: ServerSpec):
        self.folder = folder
        self.spec = spec
        self.log = folder / "vllm.log"
        self.asked = threading.Event()
        self.state = ServerState(
            supervisor_pid=os.getpid(),
            supervisor_started=process_started(os.getpid()),
            port=_free_port(),
            model=spec.model,
            identity=spec.identity,
            phase="starting",
        )
        self.root = f"http://127.0.0.1:{self.state.port}"

    def run(self) -> None:
        """Run the server until it is idle, unwanted or beyond mending."""
        crashes = 0
        ever_healthy = False
        self._report()
        while True:
            child = self._start()
            try:
                ended = self._watch(child)
            finally:
                self._end(child)
            since = self.state.healthy_since
            ever_healthy = ever_healthy or since is not None
            if ended in (_IDLE, _ASKED):
                return self._report(phase="stopped", message=ended)
            if since is not None and time.time() - since >= self.spec.steady_seconds:
                crashes = 0
            crashes += 1
            if not ever_healthy or crashes > self.spec.max_restarts:
                return self._report(phase="failed", message=ended)
            pause = self.spec.pause_seconds * 2 ** (crashes - 1)
            print(f"supervisor: the server {ended}; restart in {pause:g} s", flush=True)
            self._report(phase="starting", message=ended, restarts=self.state.restarts + 1)
            if self.asked.wait(pause):
                return self._report(phase="stopped", message=_ASKED)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [part.replace("{port}", str(self.state.port)) for part in self.spec.command]
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=os.environ | self.spec.environment,
                start_new_session=True,  # its own group, so that all of it can be ended
            )
        self._report(child_pid=child.pid, child_started=process_started(child.pid))
        return child

    def _watch(self, child: subprocess.Popen[bytes]) -> str:
        """Wait until the child has ended or should; says why."""
        began = last_answer = last_work = time.monotonic()
        worked = -1.0
        while not self.asked.wait(self._pause()):
            now = time.monotonic()
            if child.poll() is not None:
                return f"ended by itself with exit code {child.returncode}"
            if healthy(self.root):
                last_answer = now
                if self.state.healthy_since is None:
                    self._report(phase="running", healthy_since=time.time())
                work = activity(self.root)
                if work is None or work.requests or work.worked != worked:
                    last_work = now
                    worked = work.worked if work else worked
                elif now - last_work > self.spec.idle_seconds and self._unwanted():
                    return _IDLE
            elif self.state.healthy_since is None:
                if now - began > self.spec.start_seconds:
                    return f"was not healthy after {self.spec.start_seconds:g} s"
            elif now - last_answer > self.spec.deaf_seconds:
                return f"did not answer for {self.spec.deaf_seconds:g} s"
            shorten(self.log)
        return _ASKED

    def _pause(self) -> float:
        """Between two looks; short while somebody waits for the start."""
        starting = self.state.healthy_since is None
        return min(self.spec.poll_seconds, 0.5) if starting else self.spec.poll_seconds

    def _unwanted(self) -> bool:
        """Whether no client is just now picking the server up; it counts as stopping from here."""
        try:
            with FileLock(self.folder / "lock", timeout=0):
                age = time.time() - (self.folder / "used").stat().st_mtime
                if age <= self.spec.idle_seconds:
                    return False
                self._report(phase="stopping", message=_IDLE)
                return True
        except Timeout:
            return False

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            self._report(phase="stopping")
        assert self.state.child_started is not None
        end_group(child.pid, self.state.child_started, self.spec.stop_seconds)
        child.wait()
        self._report(child_pid=None, child_started=None)

    def _report(self, **changes: object) -> None:
        if changes.get("phase") == "starting":
            changes["healthy_since"] = None
        self.state = self.state.model_copy(update=changes)
        write_state(self.folder, self.state)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    """Supervise the server that the folder given on the command line specifies."""
    folder = Path(sys.argv[1])
    spec = ServerSpec.model_validate_json((folder / "spec.json").read_bytes())
    supervisor = Supervisor(folder, spec)
    signal.signal(signal.SIGTERM, lambda *_: supervisor.asked.set())
    supervisor.run()


if __name__ == "__main__":
    main()
