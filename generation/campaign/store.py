"""The folder of a campaign: what was made, once each, whatever happens to the process.

    brief.json       the brief that it was begun with
    manifest.jsonl   one line an asset, appended and synced after its files are whole
    assets/          content, named by the hash of what it depends on
    reports/         what was measured, by the same name
    drafts/          what the language model wrote, by what it was asked
    review.sqlite    who approved what

A line that was being written when the process died is cut off at the next start; files that no line
names are found by their key and not made again.
"""

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from ...errors import BadInputError, BusyError
from ...files import replacing_file
from .brief import Brief

if TYPE_CHECKING:  # whoever looks at what was made need not load what makes it
    from .jobs import Job
    from .making import Made

MANIFEST, BRIEF, DRAFTS, LOCK = "manifest.jsonl", "brief.json", "drafts", ".lock"


class Row(BaseModel):
    """One asset of the manifest."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """The job."""
    recipient: str
    """Whom it is for."""
    recipient_title: str
    """Shown to people."""
    item_id: str
    """What it is about."""
    title: str
    """Its title."""
    kind: str
    """`copy`, `image`, `explanation`."""
    target: str
    """Channel or format."""
    variant: int
    """Which of several."""
    key: str
    """Hash of what it depends on."""
    file: str
    """Relative to the folder; empty where it could not be made."""
    sha256: str
    """Of the content; empty where there is none."""
    passed: bool
    """Whether every check holds."""
    error: str = ""
    """Why it could not be made."""
    tokens: int = 0
    """Of the language model."""
    seconds: float = 0.0
    """That it took."""
    looks: str = ""
    """Perceptual hash of an image's painted picture, to tell whether people got the same."""
    retired: bool = False
    """Whether the brief, changed since, no longer asks for it."""


class Folder:
    """A campaign's folder, open for one process."""

    def __init__(self, path: Path, lines: IO[str], rows: dict[str, Row]) -> None:
        self.path = path
        self._lines = lines
        self.rows = rows
        """The last row of each job."""

    def kept(self, key: str, ending: str) -> tuple[bytes, dict[str, Any]] | None:
        """Content and report of an asset that was made before, whatever became of its line."""
        file, report = self._asset(key, ending), self._report(key)
        if not (file.is_file() and report.is_file()):
            return None
        return file.read_bytes(), json.loads(report.read_text(encoding="utf-8"))

    def keep(self, made: "Made") -> None:
        """Write an asset's report and content, each all or nothing."""
        about = made.model_dump(mode="json", include={"passed", "tokens", "looks", "report"})
        with replacing_file(self._report(made.key)) as temporary:
            temporary.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        with replacing_file(self._asset(made.key, made.ending)) as temporary:
            temporary.write_bytes(made.content)

    def record(self, row: Row) -> None:
        """Append a line and make sure that it is on the disk."""
        self._lines.write(row.model_dump_json() + "\n")
        self._lines.flush()
        os.fsync(self._lines.fileno())
        self.rows[row.id] = row

    def relative(self, key: str, ending: str) -> str:
        """Where an asset lies in the folder."""
        return self._asset(key, ending).relative_to(self.path).as_posix()

    def _asset(self, key: str, ending: str) -> Path:
        return self.path / "assets" / key[:2] / f"{key}{ending}"

    def _report(self, key: str) -> Path:
        return self.path / "reports" / key[:2] / f"{key}.json"


@contextmanager
def open_folder(path: Path, brief: Brief) -> Iterator[Folder]:
    """A campaign's folder, for this process alone.

    Raises:
        BadInputError: it holds other things or another campaign, or the disk is full.
        BusyError: another process works in it.
    """
    _check_brief(path, brief)
    path.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path / LOCK, timeout=0)
    try:
        with lock, disk_errors(path):
            with replacing_file(path / BRIEF) as temporary:
                temporary.write_text(
                    brief.model_dump_json(indent=1, by_alias=True), encoding="utf-8"
                )
            _sweep(path)
            rows = {row.id: row for row in read_rows(path, mend=True)}
            with (path / MANIFEST).open("a", encoding="utf-8") as lines:
                yield Folder(path, lines, rows)
    except Timeout as error:
        raise BusyError(
            f"Another process is working in {path}; wait for it, or give another --out."
        ) from error


def read_rows(path: Path, *, mend: bool = False) -> list[Row]:
    """The rows of a manifest, in the order in which they were written.

    `mend` cuts off a last line that was never finished.

    Raises:
        BadInputError: there is no campaign, or a line in the middle is damaged.
    """
    file = path / MANIFEST
    if not file.is_file():
        if mend:
            return []
        raise BadInputError(f"{path} holds no campaign: it has no {MANIFEST}.")
    data = file.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if mend and len(whole) < len(data):
        os.truncate(file, len(whole))
    rows = []
    for number, line in enumerate(whole.decode("utf-8").splitlines(), 1):
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            raise BadInputError(f"{file}, line {number} is damaged: {line[:60]!r}.") from error
    return rows


def last_rows(path: Path) -> list[Row]:
    """The last row of each asset that is asked for, in the order in which they were first seen."""
    rows = {row.id: row for row in read_rows(path)}
    return [row for row in rows.values() if not row.retired]


def row_of(job: "Job", title: str, key: str, **more: Any) -> Row:
    """The row of a job."""
    return Row(
        id=job.id, recipient=job.recipient.id, recipient_title=job.recipient.title,
        item_id=job.item_id, title=title, kind=job.kind, target=job.target, variant=job.variant,
        key=key, **more,
    )  # fmt: skip


def content_hash(data: bytes) -> str:
    """SHA-256 of an asset's content."""
    return hashlib.sha256(data).hexdigest()


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """A full disk is one sentence; what was made before it stays."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES):
            raise
        raise BadInputError(
            f"{path} cannot be written ({error.strerror}); make room and run the same command"
            " again: what is finished is kept."
        ) from error


def _sweep(path: Path) -> None:
    """Remove temporary files of a process that was killed."""
    for name in ("assets", "reports", DRAFTS):
        for left in (path / name).rglob(".*"):
            left.unlink(missing_ok=True)


def _check_brief(path: Path, brief: Brief) -> None:
    if not path.exists() or not any(path.iterdir()):
        return
    file = path / BRIEF
    if not file.is_file():
        raise BadInputError(f"{path} holds other things than a campaign; give another --out.")
    begun = json.loads(file.read_text(encoding="utf-8"))
    for key in ("name", "catalog"):
        if begun.get(key) != getattr(brief, key):
            raise BadInputError(
                f"{path} holds the campaign {begun.get('name')!r} over {begun.get('catalog')!r},"
                f" not {brief.name!r} over {brief.catalog!r}; give another --out."
            )
