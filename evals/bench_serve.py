"""`tastemaker bench serve`: many people, one LLM for all of them, starts, kills, outages."""

import asyncio
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import psutil

from ..catalog.store import Catalog, resolve_catalog
from ..packages import Progress, silent
from ..serving.server import ensure_server, stop_server
from ..settings import Settings, load_settings
from .bench_turn import CONVERSATION
from .report import Report, environment
from .serving_client import Client
from .serving_kills import killed, make_campaign
from .serving_process import free_port, running, server_command

PARTS = ("load", "kills", "llm", "start", "outage")

CALL_SECONDS = 0.5
"""What each call of the deterministic model takes."""
THINK_SECONDS = (5.0, 15.0)
"""Between an answer and the person's next message."""
SATURATED_SECONDS = 20.0
LLM_CHATS = 16
LLM_MESSAGES = 2
"""Of each conversation with the embedded model."""
LLM_PASSES = 2
"""Times that the conversations are held in each way."""
STARTS = 3
OUTAGE_SECONDS = 300.0
"""Longest wait for the LLM to be gone, and to be back."""
OWN_MS, SPEED_UP, START_SECONDS = 250.0, 3.0, 5.0
OPENINGS = [
    "something about space travel",
    "a thriller under two hours",
    "comedy or drama from the 80s",
    "nothing scary, something with Tom Hanks",
    "a slow story about grief and a lighthouse",
    "surprise me",
]
Row = dict[str, Any]


def run(
    catalog: str | None,
    *,
    parts: Sequence[str] = PARTS,
    chats: int = 64,
    seconds: float = 120.0,
    kills: int = 50,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """Measure server processes over a catalogue (the configured one when none is named)."""
    settings = load_settings()
    opened = resolve_catalog(catalog or settings.catalog, progress)
    bench = _Bench(settings, opened, seed, progress)
    measured: dict[str, Callable[[], list[Row]]] = {
        "load": lambda: load_rows(bench, chats, seconds),
        "kills": lambda: kill_rows(bench, kills),
        "llm": lambda: llm_rows(bench),
        "start": lambda: start_rows(bench),
        "outage": lambda: outage_rows(bench),
    }
    rows = [row for part in PARTS if part in parts for row in measured[part]()]
    about = {
        "load": (
            f"Load: {chats} people chat for {seconds:g} s with one server process over"
            f" {opened.manifest.name} ({opened.manifest.items:,} items), half of them users with a"
            f" history; between messages each reads and types for {THINK_SECONDS[0]:g} to"
            f" {THINK_SECONDS[1]:g} s (uniform, seed {seed}); a deterministic model takes"
            f" {CALL_SECONDS:g} s for each call. Own part: from the request to the last event as"
            " the client sees it, less the stated time of the turn's calls. Then the same people"
            f" without pauses for {SATURATED_SECONDS:g} s."
        ),
        "kills": (
            f"Kills: SIGKILL to the server {kills} times while people talk, like and approve;"
            " whatever it confirmed (`accepted` or an HTTP answer) is looked for after each"
            " restart, and interrupted turns are tried again once."
        ),
        "llm": (
            f"LLM: {LLM_CHATS} conversations of {LLM_MESSAGES} messages with {settings.llm.model}"
            " after a warm-up, one after another and all at once by turns; the same messages each"
            " time on new threads, of other users each time, so that no prompt was seen before."
        ),
        "start": (
            "Start: from the command `tastemaker serve` to the first 200 of /chat/, with a running"
            " LLM."
        ),
        "outage": (
            "Outage: the managed LLM is stopped and started under a running server, which is asked"
            " meanwhile."
        ),
    }
    return Report(
        name="serve",
        protocol=" ".join(about[part] for part in PARTS if part in parts),
        environment=environment(),
        rows=rows,
    )


class _Bench:
    """What every part works with."""

    def __init__(self, settings: Settings, catalog: Catalog, seed: int, progress: Progress) -> None:
        self.settings, self.catalog, self.seed, self.progress = settings, catalog, seed, progress

    @contextmanager
    def server(self, seconds: float | None = None) -> Iterator[tuple[int, psutil.Process]]:
        """A server process, its port; see `server_command` for `seconds`."""
        with _folder() as home:
            port = free_port()
            command = server_command(str(self.catalog.folder), home, port, seconds)
            with running(command, home / "log") as process:
                yield port, psutil.Process(process.pid)

    def people(self, count: int, seed: int) -> list[str]:
        """Names, every other one a user's of the catalogue."""
        users = self.catalog.interactions().select("user_id").unique().sort("user_id").collect()
        ids = users["user_id"].to_list()
        drawn = random.Random(seed).sample(ids, min(len(ids), count))
        return [
            drawn[n] if n % 2 == 0 and n < len(drawn) else f"guest-{seed}-{n}" for n in range(count)
        ]


@dataclass(frozen=True)
class _Said:
    """One message and what came of it."""

    seconds: float
    """Until the last event."""
    first: float
    """Until the first words."""
    calls: int
    """Of the model."""
    tokens: int
    """That it wrote."""
    problem: str
    """Why it does not count as answered; empty: it does."""

    @property
    def own_ms(self) -> float:
        """Without the model's stated time."""
        return 1000 * (self.seconds - self.calls * CALL_SECONDS)


async def _say(client: Client, user: str, thread: str, message: str) -> _Said:
    began = time.perf_counter()
    first, turn, problem = 0.0, None, ""
    try:
        async for name, data in client.say(user, thread, message):
            if name == "text" and not first:
                first = time.perf_counter() - began
            if name == "turn":
                turn = data
            if name == "error":
                problem = data["error"]["message"]
    except httpx2.HTTPStatusError as error:
        problem = f"HTTP {error.response.status_code}"
    except httpx2.HTTPError as error:
        problem = type(error).__name__
    seconds = time.perf_counter() - began
    if turn is None:
        return _Said(seconds, first, 0, 0, problem or "no answer")
    usage = turn["usage"]
    degraded = "degraded" if turn["degraded"] else ""
    return _Said(seconds, first, usage["llm_calls"], usage["completion_tokens"], degraded)


def load_rows(bench: _Bench, chats: int, seconds: float) -> list[Row]:
    """Many people at once who read and type; the same without pauses; memory."""
    with bench.server(CALL_SECONDS) as (port, process):
        people = bench.people(chats, bench.seed)
        before, all_before = _cpu_seconds(process), _all_cpu_seconds()
        said, took = asyncio.run(_crowd(bench, port, people, seconds, THINK_SECONDS))
        spent, others = _cpu_seconds(process) - before, _all_cpu_seconds() - all_before
        memory = process.memory_full_info()
        busy = asyncio.run(_crowd(bench, port, people, min(seconds, SATURATED_SECONDS), (0.0, 0.0)))
    return [_own_row(chats, said, took), _saturated_row(chats, *busy), {
        "figure": "the server process", "resident MiB": round(memory.rss / 2**20),
        "proportional MiB": round(memory.pss / 2**20),
        "CPU of a turn, ms": round(1000 * spent / len(said)),
        "cores busy with anything else": round((others - spent) / took, 2),
    }]  # fmt: skip


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _all_cpu_seconds() -> float:
    """Of the machine, since it was started."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0.0)


def _own_row(chats: int, said: list[_Said], seconds: float) -> Row:
    answered = [one for one in said if not one.problem]
    own = _quantiles([one.own_ms for one in answered])
    first = _quantiles([1000 * one.first for one in answered])
    errors = len(said) - len(answered)
    return {
        "figure": f"own part of a turn, {chats} chats, ms", **own,
        "first words p95": first["p95"], "turns": len(said),
        "turns/s": round(len(said) / seconds, 1), "errors": errors,
        "target": f"p95 < {OWN_MS:g}, no errors",
        "ok": own["p95"] is not None and own["p95"] < OWN_MS and not errors,
    }  # fmt: skip


def _saturated_row(chats: int, said: list[_Said], seconds: float) -> Row:
    problems = [one.problem for one in said if one.problem]
    return {
        "figure": f"without pauses, {chats} chats", "turns": len(said),
        "turns/s": round(len(said) / seconds, 1),
        "seconds each, median": round(statistics.median(one.seconds for one in said), 2),
        "errors": len(problems), "ok": not problems,
    }  # fmt: skip


async def _crowd(
    bench: _Bench, port: int, people: list[str], seconds: float, think: tuple[float, float]
) -> tuple[list[_Said], float]:
    """Everybody talks until the time is up, and gets their last answer; with the seconds spent."""
    said: list[_Said] = []
    began = time.monotonic()
    until = began + seconds

    async def one(client: Client, number: int, user: str) -> None:
        draw = random.Random(f"{bench.seed} {number}")
        await asyncio.sleep(draw.uniform(0.0, think[1]))
        while time.monotonic() < until:
            thread = await client.start(user)
            for message in [draw.choice(OPENINGS), *CONVERSATION]:
                if time.monotonic() >= until:
                    return
                said.append(await _say(client, user, thread, message))
                await asyncio.sleep(draw.uniform(*think))

    async def watch() -> None:
        while True:
            spent = min(seconds, time.monotonic() - began)
            bench.progress("chatting (seconds)", round(spent), round(seconds))
            await asyncio.sleep(1.0)

    async with Client(port) as client:
        watching = asyncio.create_task(watch())
        await asyncio.gather(*(one(client, n, user) for n, user in enumerate(people)))
        watching.cancel()
    bench.progress("chatting (seconds)", round(seconds), round(seconds))
    return said, time.monotonic() - began


def llm_rows(bench: _Bench) -> list[Row]:
    """The embedded LLM, shared by conversations at once, against one after another."""
    ensure_server(bench.settings, bench.progress)
    spent: dict[str, list[_Said]] = {"one after another": [], "at once": []}
    seconds = dict.fromkeys(spent, 0.0)
    with bench.server() as (port, _):
        asyncio.run(_conversations(port, bench.people(LLM_CHATS, bench.seed - 1), LLM_CHATS))
        for number in range(2 * LLM_PASSES):
            # by turns, and by turns first, so that neither gains by the machine's mood
            way = list(spent)[(number + number // 2) % 2]
            people = bench.people(LLM_CHATS, bench.seed + number)
            began = time.perf_counter()
            at_once = LLM_CHATS if way == "at once" else 1
            spent[way] += asyncio.run(_conversations(port, people, at_once))
            seconds[way] += time.perf_counter() - began
            bench.progress("conversations with the LLM", number + 1, 2 * LLM_PASSES)
    rows: list[Row] = []
    for way, said in spent.items():
        problems = [one.problem for one in said if one.problem]
        rows.append(
            {
                "figure": f"{LLM_CHATS} chats with the LLM, {way}", "turns": len(said),
                "turns/s": round(len(said) / seconds[way], 2),
                "written tokens/s": round(sum(one.tokens for one in said) / seconds[way], 1),
                "seconds each, median": round(statistics.median(one.seconds for one in said), 2),
                "not answered or degraded": len(problems), "target": "0", "ok": not problems,
            }
        )  # fmt: skip
    ratio = seconds["one after another"] / seconds["at once"]
    return [*rows, {
        "figure": "throughput at once over one after another", "times": round(ratio, 2),
        "target": f">= {SPEED_UP:g}, all answered",
        "ok": ratio >= SPEED_UP and all(row["ok"] for row in rows),
    }]  # fmt: skip


async def _conversations(port: int, people: list[str], at_once: int) -> list[_Said]:
    places = asyncio.Semaphore(at_once)
    async with Client(port) as client:

        async def one(user: str) -> list[_Said]:
            async with places:
                thread = await client.start(user)
                return [
                    await _say(client, user, thread, message)
                    for message in CONVERSATION[:LLM_MESSAGES]
                ]

        return [said for many in await asyncio.gather(*map(one, people)) for said in many]


def start_rows(bench: _Bench) -> list[Row]:
    """From the command to the first page."""
    ensure_server(bench.settings, bench.progress)
    rows = []
    for number in range(STARTS):
        port = free_port()
        command = [sys.executable, "-P", "-m", "tastemaker", "serve", "--port", str(port)]
        command += ["--catalog", str(bench.catalog.folder)]
        began = time.perf_counter()
        process = psutil.Popen(command, stdout=-3, stderr=-3)
        try:
            paged = _until(port, "/chat/", 200, START_SECONDS * 10)
            first = time.perf_counter() - began
            ready = _until(port, "/readyz", 200, START_SECONDS * 20)
            answers = time.perf_counter() - began
        finally:
            process.terminate()
            process.wait(30)
        rows.append(
            {
                "figure": f"start, try {number + 1}, seconds", "first page": round(first, 2),
                "ready to answer": round(answers, 2) if ready else None,
                "target": f"first page < {START_SECONDS:g}", "ok": paged and first < START_SECONDS,
            }
        )  # fmt: skip
        bench.progress("starting", number + 1, STARTS)
    return rows


def outage_rows(bench: _Bench) -> list[Row]:
    """The LLM goes away under a running server, and comes back."""
    ensure_server(bench.settings, bench.progress)
    with bench.server() as (port, _):
        rows = [_state_row(port, "LLM there", 200, degraded=False)]
        stop_server()
        rows.append(_state_row(port, "LLM gone", 503, degraded=True))
        ensure_server(bench.settings, bench.progress)
        rows.append(_state_row(port, "LLM back", 200, degraded=False))
    return rows


def _state_row(port: int, figure: str, status: int, *, degraded: bool) -> Row:
    async def said() -> _Said:
        async with Client(port) as client:
            return await _say(client, "guest", await client.start("guest"), CONVERSATION[0])

    told = _until(port, "/readyz", status, OUTAGE_SECONDS)
    answer = asyncio.run(said())
    as_wanted = answer.problem == ("degraded" if degraded else "")
    return {
        "figure": figure, "/readyz": status if told else None, "answer": answer.problem or "whole",
        "seconds": round(answer.seconds, 2),
        "target": f"{status}, {'degraded' if degraded else 'whole'}", "ok": told and as_wanted,
    }  # fmt: skip


def kill_rows(bench: _Bench, kills: int) -> list[Row]:
    """A server that is killed again and again."""
    with _folder() as home:
        make_campaign(home / "campaigns")
        port = free_port()
        command = server_command(str(bench.catalog.folder), home, port, CALL_SECONDS)
        found = killed(
            partial(running, command, home / "log"), port, home / "conversations",
            bench.catalog.item_ids, kills=kills, seed=bench.seed, progress=bench.progress,
        )  # fmt: skip
    return [{
        "figure": f"{kills} kills in mid-turn", "messages": len(found.messages),
        "likes": len(found.likes), "approvals": len(found.approvals),
        "turns tried again": found.retried, "lost": len(found.lost), "wrong": len(found.wrong),
        "target": "lost 0, wrong 0", "ok": not found.lost and not found.wrong,
        "note": "; ".join([*found.lost, *found.wrong][:3]),
    }]  # fmt: skip


def _until(port: int, path: str, status: int, seconds: float) -> bool:
    """Whether a page answers so within so many seconds."""
    until = time.monotonic() + seconds
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client:
        while time.monotonic() < until:
            try:
                if client.get(path, follow_redirects=True).status_code == status:
                    return True
            except httpx2.TransportError:
                pass
            time.sleep(0.02)
    return False


def _quantiles(values: list[float]) -> dict[str, int | None]:
    """Rounded, by name; none of nothing."""
    found = np.quantile(values, [0.5, 0.95, 0.99, 1.0]) if values else [None] * 4
    names = ("p50", "p95", "p99", "max")
    return {n: None if v is None else round(v) for n, v in zip(names, found, strict=True)}


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tastemaker-serve-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
