"""Log lines: one for each request and each turn, with who and how long, never what was said."""

import json
import logging
import sys
import time
import traceback
from typing import Any, Literal

from ..turns import Finished

log = logging.getLogger("tastemaker.web")


def set_up_logs(form: Literal["text", "json"]) -> None:
    """Write log lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    log.setLevel(logging.INFO)


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(
            {
                "time": _time(record), "level": record.levelname.lower(),
                "logger": record.name, "event": record.getMessage(), **_facts(record),
            }
        )  # fmt: skip


class TextLines(logging.Formatter):
    """Words for people, still one line each."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = " ".join(f"{name}={_value(value)}" for name, value in _facts(record).items())
        said = json.dumps(record.getMessage())[1:-1]
        return f"{_time(record)} {record.levelname.lower()} {said} {facts}".rstrip()


def log_turn(turn: Finished) -> None:
    """Tell of a turn that ended."""
    facts: dict[str, Any] = {
        "thread": turn.thread, "turn": turn.turn, "tenant": turn.caller.tenant,
        "key": turn.caller.key, "status": turn.status, "seconds": round(turn.seconds, 3),
    }  # fmt: skip
    if turn.result is not None:
        usage = turn.result["usage"]
        facts |= {
            "tokens": usage["prompt_tokens"] + usage["completion_tokens"],
            "degraded": turn.result["degraded"], "prompts": turn.result["prompts"],
        }  # fmt: skip
    log.info("turn", extra={"facts": facts})


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says beside its event. Of an error, only what it is and where it came from: its
    own words may quote a message."""
    facts: dict[str, Any] = getattr(record, "facts", {})
    if not record.exc_info or record.exc_info[0] is None:
        return facts
    frames = traceback.extract_tb(record.exc_info[2])
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {**facts, "error": record.exc_info[0].__name__, "where": where}


def _time(record: logging.LogRecord) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{whole}.{int(record.msecs):03}Z"


def _value(value: Any) -> str:
    """A value that cannot end the line or pass for another fact."""
    plain = isinstance(value, str) and value.isascii() and value.isprintable()
    return value if plain and value and not set(value) & set(' "=') else json.dumps(value)
