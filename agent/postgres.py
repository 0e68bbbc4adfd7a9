"""The same databases in one Postgres, for app processes on many machines."""

import contextlib
import math
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from pydantic import SecretStr

from ..errors import BusyError, MissingError
from .databases import Databases, storage_errors

CONNECTIONS = 8
"""Most that threads and memories use at once, in one app process; locks use one more."""
OPEN_SECONDS = 10.0
WAIT_SECONDS = 3.0
"""How long a read or write waits for a server that is away."""
POLL_SECONDS = 0.05


def postgres_databases(url: SecretStr) -> Databases:
    """The databases at an address, their tables made where they are missing.

    Raises:
        MissingError: the server cannot be reached, or the extra is not installed.
    """
    try:
        from langgraph.checkpoint.postgres import PostgresSaver
        from langgraph.store.postgres import PostgresStore
        from psycopg import Connection, Error, conninfo
        from psycopg.rows import dict_row
        from psycopg_pool import ConnectionPool, PoolTimeout
    except ImportError as error:
        raise MissingError('Postgres needs an extra: pip install "tastemaker[postgres]"') from error
    address = url.get_secret_value()
    try:
        parts = conninfo.conninfo_to_dict(address)
        valid = all(port.isdigit() for port in str(parts.get("port", "0")).split(","))
    except Error:
        valid = False
    if not valid:  # what is wrong with it is not said, since that may quote the password
        raise MissingError(
            "TASTEMAKER_DATABASE_URL is not an address like postgresql://user:password@host/name;"
            " write signs such as @ and / in a password as %40 and %2F."
        )
    habits: dict[str, Any] = {
        "autocommit": True, "prepare_threshold": 0, "row_factory": dict_row,
        "connect_timeout": math.ceil(WAIT_SECONDS),
    }  # fmt: skip
    with ExitStack() as opened:

        def pool(least: int, most: int, **more: Any) -> ConnectionPool[Connection[dict[str, Any]]]:
            # Tries again from new as often as something is wanted, so that a server is found soon
            # after it is back.
            made = ConnectionPool(
                address, min_size=least, max_size=most, kwargs=habits, open=True,
                timeout=WAIT_SECONDS, reconnect_timeout=WAIT_SECONDS,
                check=ConnectionPool.check_connection, **more,
            )  # fmt: skip
            opened.callback(made.close)
            return made

        try:
            Connection.connect(address, **habits).close()  # says at once, and best, what is wrong
            # Locks live as long as their connection, which therefore is kept.
            locks = pool(1, 1, max_lifetime=math.inf)
            exclusive = _Locks(locks).exclusive
            connections = pool(1, CONNECTIONS)
            saver, store = PostgresSaver(connections), PostgresStore(connections)
            with exclusive("tables", OPEN_SECONDS):  # two may not make them at once
                saver.setup()
                store.setup()
        except (Error, PoolTimeout) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise MissingError(
                f"The Postgres at TASTEMAKER_DATABASE_URL cannot be used ({reason})."
            ) from error
        close = opened.pop_all().close
    return Databases(saver, store, exclusive, close)


class _Locks:
    """Advisory locks of this process, all on one connection: when it ends they are let go.

    A connection gets its own locks again, so which ones are held here is known here, too.
    """

    def __init__(self, connections: Any) -> None:
        self._connections = connections
        self._held: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def exclusive(self, name: str, seconds: float) -> Iterator[None]:
        """See `databases.Exclusive`."""
        until = time.monotonic() + seconds
        while not self._taken(name):
            if time.monotonic() > until:
                raise BusyError(f"Another process holds {name}; try again in a moment.")
            # Asked again and again: one that waits inside the server keeps it from making indexes.
            time.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            self._let_go(name)

    def _taken(self, name: str) -> bool:
        with self._guard:
            if name in self._held:
                return False
            self._held.add(name)
        taken = False
        try:
            with storage_errors(), self._connections.connection() as connection:
                row = connection.execute(
                    "SELECT pg_try_advisory_lock(hashtextextended(%s, 0)) AS taken", (name,)
                ).fetchone()
                taken = row["taken"]
        finally:
            if not taken:
                with self._guard:
                    self._held.discard(name)
        return taken

    def _let_go(self, name: str) -> None:
        # A connection that was lost has let go already.
        with contextlib.suppress(Exception), self._connections.connection() as connection:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", (name,))
        with self._guard:
            self._held.discard(name)
