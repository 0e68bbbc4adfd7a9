"""What a turn costs one person who has the agent to themselves: one conversation at a time."""

from collections.abc import Sequence
from pathlib import Path

from . import dialogue
from .suite import Bench, Draft, Given, Judged, Record, Suite

CONVERSATIONS = 12
_COUNTERS = "/sys/class/powercap"


def _draw(bench: Bench) -> Sequence[Draft]:
    limit = min(bench.options.limit or CONVERSATIONS, CONVERSATIONS)
    return list(dialogue.DIALOGUE.draw(bench))[:limit]


def _act(bench: Bench, given: Given) -> Record:
    before = _microjoules()
    record = dialogue.DIALOGUE.act(bench, given)
    after = _microjoules()
    spent = None if before is None or after is None or after < before else (after - before) / 1e6
    return {**record, "joules": spent}


def _judge(bench: Bench, given: Given, record: Record) -> Judged:
    found = dialogue.DIALOGUE.judge(bench, given, record)
    turns = max(found.turns, 1)
    scores = {
        "seconds": found.seconds / turns,
        "slowest": max(one["reply"]["seconds"] for one in record["exchanges"]),
        "tokens": found.tokens / turns,
        "calls": found.calls / turns,
    }
    if record["joules"] is not None:
        scores["joules"] = record["joules"] / turns
    return found.model_copy(update={"scores": scores})


def _figures(bench: Bench, records: Sequence[tuple[Given, Record]]) -> dict[str, float]:
    found = [dialogue.DIALOGUE.judge(bench, given, record) for given, record in records]
    successes = sum(one.scores["success"] for one in found) or 1
    return {
        "seconds a success": sum(one.seconds for one in found) / successes,
        "tokens a success": sum(one.tokens for one in found) / successes,
    }


def _microjoules() -> float | None:
    """Energy counters of the processor packages (RAPL); none where the system does not tell."""
    try:
        files = Path(_COUNTERS).glob("intel-rapl:?/energy_uj")
        read = [float(one.read_text()) for one in files]
    except (OSError, ValueError):
        return None
    return sum(read) if read else None


COST = Suite(
    name="cost",
    about="Tokens, calls, seconds and joules of a turn, one conversation at a time.",
    judges="any agent",
    draw=_draw,
    act=_act,
    judge=_judge,
    figures=_figures,
    at_once=1,
)
