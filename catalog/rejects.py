"""Rows that were left out: all counted, the first ones kept with file, line and reason."""

import json
from pathlib import Path

from .cleaning import clean

KEPT = 10_000
"""Most rows written to the file; further ones are only counted."""
SHOWN = 10
"""Most rows repeated in the report."""


class Rejects:
    """Collects what an import leaves out; the file appears with the first row."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.count = 0
        """Rows left out."""
        self.problems = 0
        """Recorded things that cost no row, such as a broken image."""
        self.first: list[str] = []
        """`file:line reason` of the first ones."""
        self.reasons: dict[str, int] = {}
        """How often each reason occurred; reasons are few, they hold nothing of the rows."""
        self._kept: list[str] = []

    def add(self, where: str, reason: str, row: str = "") -> None:
        """Leave out one row; `where` is `file:line`."""
        self.count += 1
        self._keep(where, reason, row)

    def problem(self, where: str, reason: str, what: str) -> None:
        """Record something that cost no row; `what` is the file or value it is about."""
        self.problems += 1
        self._keep(where, reason, what, f": {clean(what, 100)}")

    def add_uncounted_reasons(self, reason: str, rows: int) -> None:
        """Leave out `rows` more rows for one reason, past what the file keeps."""
        self.count += rows
        self.reasons[reason] = self.reasons.get(reason, 0) + rows

    @property
    def room(self) -> int:
        """How many more rows the file keeps."""
        return KEPT - len(self._kept)

    def write(self, path: Path) -> bool:
        """Write the kept rows as JSON lines; False (and no file) when there are none."""
        if self._kept:
            path.write_text("\n".join(self._kept) + "\n", encoding="utf-8")
        return bool(self._kept)

    def _keep(self, where: str, reason: str, row: str, shown: str = "") -> None:
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if len(self.first) < SHOWN:
            self.first.append(f"{where} {reason}{shown}")
        if self.room > 0:
            kept = {"where": where, "reason": reason, "row": row[:500]}
            self._kept.append(json.dumps(kept))
