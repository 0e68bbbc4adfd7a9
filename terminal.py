"""What the terminal shows: progress, item cards, a turn as it streams."""

import json
import os
import re
import sys
import time
import unicodedata
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from .packages import Progress as Report

out = Console(highlight=False, soft_wrap=False)
"""Answers and tables."""
err = Console(stderr=True, highlight=False)
"""Progress, notices, errors: never mixed into what a program reads."""

WORTH_NAMING_SECONDS = 2.0
LOG_SECONDS = 60.0
"""Time between two lines of progress where there is no terminal to draw bars on."""


class Recommendation(Protocol):
    """What a recommended item shows."""

    rank: int
    title: str
    score: float
    channels: dict[str, float]
    reason: str | None

    def model_dump(self) -> dict[str, Any]:
        """Everything, for JSON."""
        ...


class Explained(Protocol):
    """What an explanation shows."""

    title: str
    text: str
    note: str
    written: Any
    statements: list[Any]
    facts: list[Any]
    cut: list[str]


class Written(Protocol):
    """What an asset shows."""

    title: str
    channel: str
    note: str
    pieces: list[Any]
    facts: list[Any]


_CITATION = re.compile(r"(?:\\?\[\d+\])+")  # as `escape` may write it
_STAGES = {"searching": "searching", "thinking": "thinking", "answering": "finding the words"}


def visible(text: str) -> str:
    """A text without what steers a terminal: control and format characters but line breaks."""
    return "".join(
        c for c in text if c in "\n\u200d" or not unicodedata.category(c).startswith("C")
    )


@contextmanager
def progress_bars(log_seconds: float = LOG_SECONDS) -> Iterator[Report]:
    """Bars on standard error, one for each thing in progress; at the end, what took how long.

    Into a file go lines instead, one every `log_seconds`.
    """
    spans: dict[str, tuple[float, float]] = {}
    first: dict[str, tuple[float, int]] = {}
    last: dict[str, int] = {}
    logged: dict[str, float] = {}
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        refresh_per_second=4,
        speed_estimate_period=600,  # work comes in batches: a shorter memory makes the time jump
    ) as bars:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int | None) -> None:
            now = time.monotonic()
            spans[what] = (spans.get(what, (now, now))[0], now)
            if what not in first or done < last[what]:
                first[what] = now, done  # begun, or begun again
            last[what] = done
            if what not in tasks:
                tasks[what] = bars.add_task(escape(what), total=total)
            finished = total is not None and done >= total
            bars.update(tasks[what], completed=done, total=total, visible=not finished)
            if not err.is_terminal and now - logged.setdefault(what, now) >= log_seconds:
                logged[what] = now
                share = f"{done:,} of {total:,}" if total else f"{done:,}"
                began, before = first[what]
                if total and done > before:
                    left = (now - began) * (total - done) / (done - before)
                    share += f", about {timedelta(seconds=round(left))} left"
                err.print(f"{what}: {share}", markup=False)

        yield report
    for what, (began, ended) in spans.items():
        if ended - began >= WORTH_NAMING_SECONDS:
            err.print(f"{what}: {ended - began:.0f} s", style="dim", markup=False)


class TurnView:
    """One turn on the terminal: the words as they come, and while none come, what is being done.

    The thought stays folded to one line, the facts to a count; `/thought` and `/facts` open them.
    """

    def __init__(self, console: Console = out) -> None:
        self._out = console
        self._status = console.status("reading your message") if console.is_terminal else None
        self._at_line_start = True
        self.result: dict[str, Any] = {}
        """The turn's JSON object, once it has ended."""

    def __enter__(self) -> "TurnView":
        self._wait("reading your message")
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop_waiting()

    def show(self, event: dict[str, Any]) -> None:
        """Show one event."""
        match event["type"]:
            case "stage":
                name = event["name"]
                self._wait(_STAGES.get(name) or name)
            case "thought":
                self._stop_waiting()
                self._end_line()
                first = event["text"].split(". ")[0].rstrip(".")
                self._out.print(f"[dim]▸ thought: {escape(first)}…  (/thought shows it)[/dim]")
                self._wait(_STAGES["answering"])
            case "text" if "item" in event:
                self._stop_waiting()
                self._end_line()
                why = _CITATION.sub(r"[dim]\g<0>[/dim]", escape(visible(event["item"]["why"])))
                heading = escape(visible(event["heading"]))
                self._out.print(f"[bold]{event['item']['rank']}. {heading}[/bold]")
                self._out.print(Padding(why, (0, 0, 0, 3)))
            case "text":
                self._stop_waiting()
                text = event["text"].removeprefix("\n") if self._at_line_start else event["text"]
                self._out.print(escape(text), end="")
                self._out.file.flush()
                self._at_line_start = text.endswith("\n")
            case "turn":
                self._stop_waiting()
                self._end_line()
                self.result = event
                self._out.print(f"[dim]{_footer(event)}[/dim]")

    def _wait(self, doing: str) -> None:
        if self._status:
            self._end_line()  # the spinner takes a line of its own
            self._status.update(doing)
            self._status.start()

    def _stop_waiting(self) -> None:
        if self._status:
            self._status.stop()

    def _end_line(self) -> None:
        if not self._at_line_start:
            self._out.print()
            self._at_line_start = True


def show_facts(result: dict[str, Any]) -> None:
    """The facts behind the last answer."""
    if not any(item["facts"] for item in result.get("items", [])):
        out.print("The last answer rests on no numbered facts.")
    for item in result.get("items", []):
        table = Table.grid(padding=(0, 1))
        for fact in item["facts"]:
            table.add_row(
                f"[{fact['number']}]",
                escape(visible(fact["text"])),
                f"[dim]{escape(fact['source'])}[/dim]",
            )
        channels = ", ".join(f"{name} {score:g}" for name, score in item["channels"].items())
        table.add_row("", f"[dim]found by: {escape(channels) or 'your question'}[/dim]")
        out.print(Panel(table, title=escape(visible(item["title"])), title_align="left"))


def show_explanation(found: Explained) -> None:
    """An explanation with the facts under it."""
    out.print(f"[bold]{escape(visible(found.title))}[/bold]", soft_wrap=True)
    text = escape(visible(found.text or found.note))
    out.print(_CITATION.sub(r"[dim]\g<0>[/dim]", text), soft_wrap=True)
    said = {number for one in found.statements for number in one.facts}
    out.print(_fact_table([one for one in found.facts if one.number in said]))
    about = {"model": "worded by the model", "template": "worded from the facts"}
    cut = f"; {len(found.cut)} unsupported cut" if found.cut else ""
    note = f". {found.note}" if found.note and found.text else ""
    out.print(f"[dim]{about.get(found.written, 'nothing to say')}{cut}{escape(note)}[/dim]")


def show_asset(asset: Written) -> None:
    """The pieces of an asset with their lengths, and the facts that they rest on."""
    table = Table("", "", "characters", box=None, pad_edge=False, show_header=False)
    said: set[int] = set()
    for piece in asset.pieces:
        said |= set(piece.facts)
        marks = "".join(f"[{number}]" for number in piece.facts)
        text = f"{escape(visible(piece.text))} [dim]{escape(marks)}[/dim]"
        why = f"[red]{escape('; '.join(piece.problems))}[/red]"
        length = f"[dim]{piece.chars}/{piece.limit}[/dim]"
        table.add_row(f"[bold]{escape(piece.field)}[/bold]", text if piece.text else why, length)
    out.print(f"[bold]{escape(visible(asset.title))}[/bold] · {escape(asset.channel)}")
    out.print(table)
    out.print(_fact_table([one for one in asset.facts if one.number in said]))
    if asset.note:
        out.print(f"[dim]{escape(asset.note)}[/dim]")


def _fact_table(facts: Sequence[Any]) -> Table:
    table = Table.grid(padding=(0, 1))
    for fact in facts:
        number = f"[dim]{escape(f'[{fact.number}]')}[/dim]"
        source = f"[dim]{escape(fact.source)}[/dim]"
        table.add_row(number, f"[dim]{escape(visible(fact.text))}[/dim]", source)
    return table


def show_thought(result: dict[str, Any]) -> None:
    """The reasoning behind the last answer."""
    out.print(escape(visible(result.get("thought") or "The last answer needed no thought.")))


def print_recommended(found: Sequence[Recommendation], as_json: bool) -> None:
    """Recommended items as a table, each with its reason where it has one, or as JSON lines."""
    if as_json:
        for one in found:
            print_json(one.model_dump())
        return
    table = Table("", "title", "score", "mostly from", box=None, pad_edge=False)
    for one in found:
        best = sorted(one.channels, key=lambda name: -one.channels[name])[:2]
        table.add_row(
            str(one.rank), escape(visible(one.title)), f"{one.score:.2f}", ", ".join(best)
        )
        if one.reason:
            table.add_row("", f"[dim]{escape(visible(one.reason))}[/dim]", "", "")
    out.print(table)


def open_page(page: Path) -> None:
    """Open a page in the browser, where there is a screen to see it on."""
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        err.print(f"There is no screen here: open {page} in a browser.", markup=False)
    else:
        webbrowser.open(page.resolve().as_uri())


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _footer(turn: dict[str, Any]) -> str:
    usage, seconds = turn["usage"], turn["seconds"]
    if not usage["llm_calls"]:
        return f"{seconds['total']:.1f} s"
    tokens = usage["prompt_tokens"] + usage["completion_tokens"]
    return f"{seconds['total']:.1f} s, {usage['llm_calls']} LLM calls, {tokens} tokens"
