"""Where conversations and memories are kept: SQLite files, or one Postgres for many processes.

Both are LangGraph's own savers and stores; what a call wrote is kept when it returns.
"""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.store.base import BaseStore
from langgraph.store.sqlite import SqliteStore
from pydantic import SecretStr

from ..errors import BusyError, MissingError, StorageError
from ..files import safe_name

Exclusive = Callable[[str, float], AbstractContextManager[None]]
"""`exclusive(name, seconds)`: only one process at a time is inside a name; it waits so long for
another. A process that dies lets go. Raises BusyError."""

_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)


@dataclass(frozen=True)
class Databases:
    """Open databases of one agent."""

    checkpointer: BaseCheckpointSaver[Any]
    """Threads."""
    store: BaseStore
    """What is known of people across threads; records of threads, turns and feedback."""
    exclusive: Exclusive
    """One at a time, across processes."""
    close: Callable[[], None]


def open_databases(url: SecretStr | None, folder: Path) -> Databases:
    """The databases at a `postgresql://` address, or in a folder.

    Raises:
        MissingError: it cannot be reached or opened, or the extra is not installed.
    """
    if url is None:
        return sqlite_databases(folder)
    from .postgres import postgres_databases

    return postgres_databases(url)


def sqlite_databases(folder: Path) -> Databases:
    """`threads.sqlite`, `memory.sqlite` and file locks in a folder.

    Raises:
        MissingError: they cannot be opened.
    """
    with ExitStack() as opened:
        try:
            (folder / "locks").mkdir(parents=True, exist_ok=True)
            threads = _connect(folder / "threads.sqlite", "NORMAL")
            opened.callback(threads.close)
            # What was acknowledged outlives a power cut, too; the threads only the process.
            memory = _connect(folder / "memory.sqlite", "FULL")
            opened.callback(memory.close)
            store = SqliteStore(memory)
            with FileLock(folder / "memory.lock"):  # two may not make its tables at once
                store.setup()
        except (sqlite3.Error, OSError) as error:
            raise MissingError(f"{folder} cannot be used ({error}); check it.") from error
        close = opened.pop_all().close

    @contextmanager
    def exclusive(name: str, seconds: float) -> Iterator[None]:
        # Whoever shows a turn may take its events in several threads; the lock is the turn's.
        lock = FileLock(
            folder / "locks" / f"{safe_name(name)}.lock", timeout=seconds, thread_local=False
        )
        try:
            lock.acquire()
        except Timeout as error:
            raise BusyError(f"Another process holds {name}; try again in a moment.") from error
        except OSError as error:
            raise StorageError(_said(error)) from error
        try:
            yield
        finally:
            lock.release()

    return Databases(SqliteSaver(threads), store, exclusive, close)


@contextmanager
def storage_errors() -> Iterator[None]:
    """A full disk, a read-only or an unreachable database is one sentence.

    Raises:
        StorageError: in place of what the database or the disk raised.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(_said(error)) from error
    except OSError as error:
        if error.errno not in _DISK:
            raise
        raise StorageError(_said(error)) from error
    except Exception as error:
        if not type(error).__module__.startswith("psycopg"):
            raise
        raise StorageError(_said(error)) from error


def _said(error: Exception) -> str:
    return (
        f"What is said cannot be kept now ({_reason(error)}); nothing that was confirmed is lost."
        " Make room or mend the database, then try again."
    )


def _reason(error: Exception) -> str:
    """Why, without the names of files, hosts and users, which are nothing to whoever asks."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, sqlite3.Error):
        return str(error) or type(error).__name__
    told = getattr(error, "diag", None)  # psycopg's: what the server says, once it answers
    return (told and told.message_primary) or "the database does not answer"


def _connect(path: Path, synchronous: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    return connection
