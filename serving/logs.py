"""The managed server's log: one file, and the few before it."""

import os
import shutil
from pathlib import Path

KEPT = 3
"""Earlier logs that are kept: vllm.log.1 is the newest."""
LARGEST_BYTES = 20_000_000
"""A longer log is put aside while the server goes on writing."""


def rotate(log: Path) -> None:
    """Put the log aside, so that a new one begins."""
    _age(log)
    if log.exists():
        log.replace(_earlier(log, 1))


def shorten(log: Path) -> None:
    """Put a log that has grown too long aside under the hand of its writer, who appends."""
    if log.stat().st_size > LARGEST_BYTES:
        _age(log)
        shutil.copyfile(log, _earlier(log, 1))
        os.truncate(log, 0)


def tail(log: Path, lines: int = 15) -> str:
    """The last lines, for an error message."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 20_000))
        text = stream.read().decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])


def _age(log: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        if _earlier(log, number).exists():
            _earlier(log, number).replace(_earlier(log, number + 1))


def _earlier(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
