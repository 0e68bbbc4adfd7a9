"""A server in a process of its own, as measurements use it.

`python -m tastemaker.evals.serving_process CATALOG HOME PORT [SECONDS]` is such a process: what
`tastemaker serve` runs, with its conversations in HOME. With SECONDS, a deterministic model that
takes as long for each call answers instead of the configured one. Prints `ready` when it answers.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import MissingError

START_SECONDS = 120.0
STOP_SECONDS = 15.0
# Limits are for other people's calls; here the machine is to be the limit.
NO_LIMITS = {
    "TASTEMAKER_SERVE__REQUESTS_PER_MINUTE": "10000000",
    "TASTEMAKER_SERVE__TOKENS_PER_DAY": "1000000000",
    "TASTEMAKER_SERVE__TURNS_AT_ONCE": "256",
}


def server_command(catalog: str, home: Path, port: int, seconds: float | None = None) -> list[str]:
    """The command of such a process.

    Args:
        seconds: what each call of the deterministic model takes; none: the configured model.
    """
    command = [sys.executable, "-P", "-m", __spec__.name if __spec__ else __name__]
    command += [catalog, str(home), str(port)]
    return command if seconds is None else [*command, str(seconds)]


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(command: Sequence[str], log: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has said `ready`; ended when the block ends, if it lives.

    Args:
        log: gets what it writes to standard error.

    Raises:
        MissingError: it ends, or does not say so in two minutes.
    """
    with (
        log.open("a", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **NO_LIMITS},
        ) as process,
    ):
        watch = threading.Timer(START_SECONDS, process.kill)
        try:
            watch.start()
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                process.kill()
                end = log.read_text(encoding="utf-8", errors="replace")[-800:]
                raise MissingError(f"The server did not start; its log ends with: {end}")
            watch.cancel()
            yield process
        finally:
            watch.cancel()
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _main(catalog: str, home: Path, port: int, seconds: float | None = None) -> None:
    from langchain_core.messages import BaseMessage

    from ..agent.agent import open_agent
    from ..agent.chats import Chats
    from ..agent.web.service import Service
    from ..agent.web.serving import listening, run
    from ..catalog.store import resolve_catalog
    from ..serving.deterministic import DeterministicChatModel
    from ..serving.faults import valid_json
    from ..settings import load_settings

    settings = load_settings()

    def slow(messages: list[BaseMessage], **asked: object) -> str:
        if model is not None:
            model.calls.clear()  # nobody reads them, and they would fill the memory
        time.sleep(seconds or 0.0)
        return valid_json(messages, **asked)

    model = None if seconds is None else DeterministicChatModel(respond=slow, chunk_chars=64)

    def opened() -> Chats:
        agent = open_agent(settings, resolve_catalog(catalog), model=model, home=home)
        agent.resources.recommender.encoder.warm_up()
        return Chats(agent)

    def announce() -> None:
        service.wait()
        print("ready" if service.chats else "", flush=True)

    service = Service(settings, home / "campaigns", opened, home=home)
    threading.Thread(target=announce, daemon=True).start()
    with listening("127.0.0.1", port) as listener:
        run(service, listener)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), *map(float, sys.argv[4:5]))
