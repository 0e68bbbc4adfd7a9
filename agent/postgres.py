"""The same databases in one Postgres, for app processes on many machines."""

import contextlib
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from pydantic import SecretStr

from ..errors import BusyError, MissingError
from .databases import Databases

CONNECTIONS = 20
"""Most that threads and memories use at once, in one app process."""
LOCKS = 80
"""Most turns that hold a lock at once, each on a connection of its own."""
OPEN_SECONDS = 10.0
POLL_SECONDS = 0.05


def postgres_databases(url: SecretStr) -> Databases:
    """The databases at an address, their tables made where they are missing.

    Raises:
        MissingError: the server cannot be reached, or the extra is not installed.
    """
    try:
        from langgraph.checkpoint.postgres import PostgresSaver
        from langgraph.store.postgres import PostgresStore
        from psycopg import Connection, Error
        from psycopg.rows import dict_row
        from psycopg_pool import ConnectionPool, PoolTimeout
    except ImportError as error:
        raise MissingError('Postgres needs an extra: pip install "tastemaker[postgres]"') from error
    address = url.get_secret_value()
    habits: dict[str, Any] = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    with ExitStack() as opened:
        try:
            pool: ConnectionPool[Connection[dict[str, Any]]] = ConnectionPool(
                address, min_size=1, max_size=CONNECTIONS, kwargs=habits, open=False,
                check=ConnectionPool.check_connection,
            )  # fmt: skip
            opened.callback(pool.close)
            pool.open(wait=True, timeout=OPEN_SECONDS)
            locks: ConnectionPool[Connection[Any]] = ConnectionPool(
                address, min_size=0, max_size=LOCKS, kwargs={"autocommit": True}, open=True,
                check=ConnectionPool.check_connection,
            )  # fmt: skip
            opened.callback(locks.close)
            saver, store = PostgresSaver(pool), PostgresStore(pool)
            with locks.connection() as connection:  # two may not make the tables at once
                connection.execute("SELECT pg_advisory_lock(hashtextextended('tastemaker', 0))")
                try:
                    saver.setup()
                    store.setup()
                finally:
                    connection.execute(
                        "SELECT pg_advisory_unlock(hashtextextended('tastemaker', 0))"
                    )
        except (Error, PoolTimeout) as error:
            # The address may hold a password, so it is not said.
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise MissingError(
                f"The Postgres at TASTEMAKER_DATABASE_URL cannot be used ({reason})."
            ) from error
        close = opened.pop_all().close

    @contextmanager
    def exclusive(name: str, seconds: float) -> Iterator[None]:
        until = time.monotonic() + seconds
        with locks.connection() as connection:  # a session's lock: it ends with its connection
            while True:
                row = connection.execute(
                    "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,)
                ).fetchone()
                if row and row[0]:
                    break
                if time.monotonic() > until:
                    raise BusyError(f"Another process holds {name}; try again in a moment.")
                time.sleep(POLL_SECONDS)
            try:
                yield
            finally:
                with contextlib.suppress(Error):  # a lost connection has let go already
                    connection.execute(
                        "SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,)
                    )

    return Databases(saver, store, exclusive, close)
