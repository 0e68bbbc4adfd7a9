"""A server that is killed while people talk with it: what it confirmed must be there afterwards."""

import asyncio
import random
import signal
import subprocess
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from ..agent.databases import sqlite_databases
from ..generation.campaign.brief import Brief
from ..generation.campaign.store import BRIEF, MANIFEST, Row
from ..packages import Progress, silent
from .serving_client import Client

CAMPAIGN = "killed"
ASSETS = 400
MESSAGES = ("a comedy", "something sad", "more like the second one", "why that one?", "a thriller")
PEOPLE = 4
LIVES_SECONDS = (0.2, 2.0)
"""How long after the first message is confirmed the server is killed, drawn anew each time."""

Start = Callable[[], AbstractContextManager[subprocess.Popen[str]]]


@dataclass
class Journal:
    """What the server confirmed to its clients, and what is wrong with what it has."""

    threads: dict[str, str] = field(default_factory=dict)
    """Person -> their conversation."""
    messages: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Turn -> person and message."""
    unconfirmed: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Person -> turn and message that was sent when the server died; sent again."""
    likes: set[tuple[str, str]] = field(default_factory=set)
    """Person, item."""
    approvals: set[str] = field(default_factory=set)
    """Assets."""
    kills: int = 0
    """Kills, each while messages were being answered."""
    retried: int = 0
    """Turns that were cut off and tried again."""
    lost: list[str] = field(default_factory=list)
    """What was confirmed and is not there."""
    wrong: list[str] = field(default_factory=list)
    """What is there twice, was not finished, or has a wrong number."""


def killed(
    start: Start,
    port: int,
    folder: Path,
    items: Sequence[str],
    *,
    kills: int,
    seed: int,
    progress: Progress = silent,
) -> Journal:
    """Kill a server again and again while people talk, like and approve, and look what is left.

    Args:
        start: starts the server and waits until it answers at `port`.
        folder: where it keeps threads.
        items: ids of its catalogue, to be liked.
    """
    draw = random.Random(seed)
    journal = Journal()
    for number in range(kills):
        with start() as process:
            asyncio.run(_life(process, port, journal, items, draw))
        progress("killing the server", number + 1, kills)
    with start():
        asyncio.run(_checked(port, journal))
    _check_logs(folder, journal)
    return journal


def make_campaign(campaigns: Path) -> None:
    """A campaign whose assets can be approved; there is nothing in them."""
    folder = campaigns / CAMPAIGN
    folder.mkdir(parents=True)
    brief = Brief.model_validate(
        {
            "name": CAMPAIGN, "catalog": "films", "language_model": False,
            "audience": {"users": ["1"]}, "items": {"recommended": 1},
            "assets": {"copy": ["push"]},
        }
    )  # fmt: skip
    (folder / BRIEF).write_text(brief.model_dump_json(by_alias=True), encoding="utf-8")
    rows = [
        Row(
            id=f"asset-{n}", recipient="user:1", recipient_title="1", item_id="1", title="1",
            kind="copy", target="push", variant=n, key=f"{n:020x}", file=f"assets/{n}.json",
            sha256="0" * 64, passed=True,
        )
        for n in range(ASSETS)
    ]  # fmt: skip
    lines = "".join(f"{row.model_dump_json()}\n" for row in rows)
    (folder / MANIFEST).write_text(lines, encoding="utf-8")


async def _life(
    process: subprocess.Popen[str],
    port: int,
    journal: Journal,
    items: Sequence[str],
    draw: random.Random,
) -> None:
    await _checked(port, journal)
    first = asyncio.Event()
    async with Client(port) as client:
        tasks = [
            asyncio.create_task(_talk(client, f"person-{n}", journal, items, draw, first))
            for n in range(PEOPLE)
        ]
        tasks.append(asyncio.create_task(_approve(client, journal)))
        await asyncio.wait_for(first.wait(), 60)
        await asyncio.sleep(draw.uniform(*LIVES_SECONDS))
        process.send_signal(signal.SIGKILL)
        process.wait()
        journal.kills += 1
        await asyncio.gather(*tasks)


async def _talk(
    client: Client,
    person: str,
    journal: Journal,
    items: Sequence[str],
    draw: random.Random,
    first: asyncio.Event,
) -> None:
    """Say one message after another and like something between them, until the server is gone."""
    try:
        if person not in journal.threads:
            journal.threads[person] = await client.start(person)
        while True:
            turn, message = journal.unconfirmed.get(
                person, (uuid.uuid4().hex, draw.choice(MESSAGES))
            )
            journal.unconfirmed[person] = turn, message
            async for name, data in client.say(person, journal.threads[person], message, turn):
                if name == "accepted":
                    journal.messages[turn] = person, message
                    del journal.unconfirmed[person]
                    first.set()
                elif name == "error":
                    journal.wrong.append(f"an answer failed: {data}")
            item = draw.choice(items)
            await client.post("/v1/feedback", user=person, item_id=item, verdict="liked")
            journal.likes.add((person, item))
    except httpx2.HTTPStatusError as error:
        journal.wrong.append(f"refused: {error.response.text}")
    except httpx2.TransportError:
        pass  # it was killed


async def _approve(client: Client, journal: Journal) -> None:
    try:
        while len(journal.approvals) < ASSETS:
            asset = f"asset-{len(journal.approvals)}"
            await client.post(f"/v1/campaigns/{CAMPAIGN}/decisions", decisions={asset: "approved"})
            journal.approvals.add(asset)
            await asyncio.sleep(0.1)
    except httpx2.HTTPStatusError as error:
        journal.wrong.append(f"refused: {error.response.text}")
    except httpx2.TransportError:
        pass  # it was killed


async def _checked(port: int, journal: Journal) -> None:
    """What was confirmed is there; what was cut off is tried again, once, and is there then."""
    async with Client(port) as client:
        for person, thread in journal.threads.items():
            for turn in await _turns(client, person, thread):
                if turn["status"] == "interrupted":
                    journal.retried += 1
                    path = f"/v1/threads/{thread}/turns/{turn['id']}/retry"
                    await client.post(path, user=person, stream=False)
            turns = await _turns(client, person, thread)
            _check_turns(journal, person, turns)
            liked = (await client.get("/v1/feedback", user=person))["liked"]
            mine = {item for who, item in journal.likes if who == person}
            journal.lost += [f"{person} liked {item}" for item in mine - set(liked)]
        approved: set[str] = set()
        path = f"/v1/campaigns/{CAMPAIGN}/assets"
        found = await client.get(path, state="approved", limit=str(ASSETS))
        approved = {one["id"] for one in found["data"]}
        journal.lost += [f"approval of {asset}" for asset in journal.approvals - approved]


async def _turns(client: Client, person: str, thread: str) -> list[dict[str, Any]]:
    return (await client.get(f"/v1/threads/{thread}/turns", user=person))["turns"]


def _check_turns(journal: Journal, person: str, turns: list[dict[str, Any]]) -> None:
    said = {turn["id"]: turn["message"] for turn in turns}
    for turn, (who, message) in journal.messages.items():
        if who == person and said.get(turn) != message:
            journal.lost.append(f"{person} said {message!r}")
    journal.wrong += [
        f"turn {turn['id']} is {turn['status']}" for turn in turns if turn["status"] != "done"
    ]
    numbers = [turn["answer"]["number"] for turn in turns if turn["answer"]]
    if numbers != list(range(1, len(turns) + 1)):
        journal.wrong.append(f"{person}'s turns have the numbers {numbers}")


def _check_logs(folder: Path, journal: Journal) -> None:
    """The agent's own log of a thread holds each message and each answer once."""
    databases = sqlite_databases(folder)
    try:
        for person, thread in journal.threads.items():
            kept = databases.checkpointer.get_tuple({"configurable": {"thread_id": thread}})
            log = kept.checkpoint["channel_values"]["log"] if kept else []
            counts = Counter((entry["id"], entry["role"]) for entry in log)
            mine = [turn for turn, (who, _) in journal.messages.items() if who == person]
            for turn in mine:
                for role in ("user", "assistant"):
                    if counts[turn, role] != 1:
                        journal.wrong.append(f"the log has {counts[turn, role]} of {turn}'s {role}")
    finally:
        databases.close()
