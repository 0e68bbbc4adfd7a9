"""A measurement's result: the same shape for every benchmark and evaluation."""

import platform
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import psutil
from pydantic import BaseModel
from rich.markup import escape
from rich.table import Table

from ..files import replacing_file
from ..terminal import out

WIDE = 140
"""Columns of a table that goes into a file."""

MOST_COLUMNS = 10
"""More columns than this are shown as lines."""


class Report(BaseModel):
    """What was measured, how, where, and the figures."""

    name: str
    """The benchmark."""
    protocol: str
    """How it was measured, in sentences."""
    environment: dict[str, Any]
    """Machine and versions."""
    rows: list[dict[str, Any]]
    """One figure or case each; a row with a `target` carries `ok`."""


def environment() -> dict[str, Any]:
    """This machine and the versions that matter for figures."""
    return {
        "machine": platform.machine(),
        "cores": psutil.cpu_count(logical=True),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "load_1min": round(psutil.getloadavg()[0], 2),
        "python": platform.python_version(),
        "tastemaker": version("tastemaker"),
        "langgraph": version("langgraph"),
        "torch": version("torch"),
    }


def show(report: Report, json_file: Path | None) -> int:
    """Print a report, write it where asked, and give the exit code: 1 if a target failed."""
    if not out.is_terminal:
        out.width = WIDE
    out.print(f"[bold]{report.name}[/bold]: {escape(report.protocol)}", soft_wrap=True)
    for _, rows in groupby(report.rows, key=tuple):
        out.print(_table(list(rows)))
    out.print(", ".join(f"{key} {value}" for key, value in report.environment.items()), style="dim")
    if json_file is not None:
        with replacing_file(json_file) as temporary:
            temporary.write_text(report.model_dump_json(indent=1))
    return 1 if any(row.get("ok") is False for row in report.rows) else 0


def _table(rows: list[dict[str, Any]]) -> Table:
    """A row each; with many columns, a column each."""
    cells = [[_cell(value) for value in row.values()] for row in rows]
    names = list(rows[0])
    if len(names) > MOST_COLUMNS:
        cells = list(zip(names, *cells, strict=True))
        names, *cells = cells
    table = Table(*names)
    for row in cells:
        table.add_row(*row)
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else escape(str(value))
