"""`tastemaker bench turn`: what a turn costs beside the LLM, and with it.

Our own part is measured on turns that take the same path with the LLM away, over real users and
guests. The LLM's part is measured on a fixed conversation, first with a cold prefix cache.
"""

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from langchain_core.language_models import BaseChatModel

from ..agent.agent import Agent, new_thread, open_agent
from ..catalog.store import Catalog, resolve_catalog
from ..packages import Progress, silent
from ..serving.calls import complete_text
from ..serving.deterministic import DeterministicChatModel
from ..serving.faults import valid_json
from ..settings import load_settings
from .report import Report, environment

TARGET_MS = 50.0
CONVERSATION = [
    "something funny from the 90s, no horror",
    "shorter than 100 minutes",
    "more like the second one",
    "why that one?",
    "not that, I've seen it",
    "actually, make it sad",
]
_OPENINGS = [
    "something about space travel",
    "a thriller under two hours",
    "comedy or drama from the 80s",
    "nothing scary, something with Tom Hanks",
    "a slow story about grief and a lighthouse",
    "surprise me",
]


def run(
    catalog: str | None,
    *,
    seed: int,
    turns: int,
    llm_turns: int,
    progress: Progress = silent,
) -> Report:
    """Measure on a catalogue (the configured one when none is named)."""
    settings = load_settings()
    opened = resolve_catalog(catalog or settings.catalog, progress)
    instant = DeterministicChatModel(respond=valid_json)
    agent = open_agent(settings, opened, model=instant, progress=progress)
    rows = [_own_part(agent, opened, turns, seed, progress)]
    agent.close()
    if llm_turns:
        agent = open_agent(settings, opened, progress=progress)
        rows += _with_llm(agent, llm_turns, progress)
        agent.close()
        rows += _new_process(opened.manifest.name)
    return Report(
        name="turn",
        protocol=(
            f"Own part: {turns} turns of scripted conversations on {opened.manifest.name}"
            f" ({opened.manifest.items:,} items), half of them with real users (seed {seed}); wall"
            " time of a whole turn, its prompts rendered, its answers checked and its checkpoints"
            " written, around an LLM that answers in no time. With the LLM: the README's"
            " conversation on a new thread, twice, on a running server. Prefix cache: a prompt the"
            " server has not seen, then the same again. New process: `tastemaker chat` to the first"
            " words of its first answer, with a running server."
        ),
        environment=environment(),
        rows=rows,
    )


def _own_part(
    agent: Agent, catalog: Catalog, turns: int, seed: int, progress: Progress
) -> dict[str, object]:
    agent.resources.recommender.encoder.warm_up()
    seconds: list[float] = []
    for done, (message, thread, user) in enumerate(_script(catalog, turns + 5, seed)):
        began = time.perf_counter()
        for _ in agent.turn(message, thread=thread, user=user):
            pass
        seconds.append(time.perf_counter() - began)
        progress("turns without the LLM", done + 1, turns + 5)
    kept = sorted(1000 * one for one in seconds[5:])  # the first few fill caches
    median = statistics.median(kept)
    return {
        "figure": "own part of a turn, ms",
        "median": round(median, 1),
        "p95": round(kept[int(0.95 * len(kept))], 1),
        "min": round(kept[0], 1),
        "max": round(kept[-1], 1),
        "turns": len(kept),
        "target": f"median < {TARGET_MS:g}",
        "ok": median < TARGET_MS,
    }


def _script(catalog: Catalog, turns: int, seed: int) -> Iterator[tuple[str, str, str | None]]:
    """Messages with their thread and user; a new thread for each conversation."""
    chance = random.Random(seed)
    users = catalog.interactions().select("user_id").unique().sort("user_id").collect()
    ids = users["user_id"].to_list()
    done = 0
    while done < turns:
        thread = f"bench-{new_thread()}"
        user = chance.choice(ids) if ids and chance.random() < 0.5 else None
        for message in [chance.choice(_OPENINGS), *CONVERSATION]:
            if done < turns:
                yield message, thread, user
                done += 1


def _with_llm(agent: Agent, turns: int, progress: Progress) -> list[dict[str, object]]:
    rows = []
    for run_name in ("first", "again"):
        thread = f"bench-{new_thread()}"
        for number, message in enumerate(CONVERSATION[:turns], 1):
            *_, turn = agent.turn(message, thread=thread)
            progress("turns with the LLM", len(rows) + 1, 2 * turns)
            usage = turn["usage"]
            rows.append(
                {
                    "figure": f"turn {number}, {run_name}",
                    "message": message,
                    "seconds": turn["seconds"]["total"],
                    "first words after": turn["seconds"]["first_token"],
                    "llm calls": usage["llm_calls"],
                    "prompt tokens": usage["prompt_tokens"],
                    "completion tokens": usage["completion_tokens"],
                    "target": "llm calls <= 3",
                    "ok": usage["llm_calls"] <= 3 and not turn["degraded"],
                }
            )
    model = agent.resources.connect()
    return rows + (_prefix_cache(model) if model else [])


def _new_process(catalog: str) -> list[dict[str, object]]:
    """Seconds from the command to the first words of its first answer, three times."""
    command = [sys.executable, "-m", "tastemaker", "chat", "--catalog", catalog]
    rows = []
    for attempt in range(3):
        began = time.perf_counter()
        with subprocess.Popen(
            [*command, "--say", CONVERSATION[0]],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout is not None
            said = ""
            while "\nHere" not in said and (letter := process.stdout.read(1)):
                said += letter  # its first sentence ends no line
            first = time.perf_counter() - began
            process.stdout.read()
        whole = time.perf_counter() - began
        rows.append(
            {
                "figure": f"new process, try {attempt + 1}",
                "first words after": round(first, 2),
                "whole answer after": round(whole, 2),
            }
        )
    return rows


def _prefix_cache(model: BaseChatModel) -> list[dict[str, object]]:
    """First token of a prompt of about 1,500 tokens: never seen before, then again."""
    rows = []
    for attempt in range(3):
        unseen = " ".join(f"item {attempt}-{n} of {time.time_ns()}" for n in range(52))
        for name in ("cold", "warm"):
            messages = [{"role": "user", "content": f"{unseen}\nSay yes."}]
            _, usage = complete_text(model, messages, max_tokens=4)
            rows.append(
                {
                    "figure": f"first token, {name} prefix, try {attempt + 1}",
                    "first words after": round(usage.first_token_seconds or 0.0, 3),
                    "prompt tokens": usage.prompt_tokens,
                }
            )
    return rows
