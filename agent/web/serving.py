"""The server process: opens its socket and answers at once, and loads app and agent meanwhile."""

import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from threadpoolctl import threadpool_limits

from ...errors import BadInputError
from ...files import data_dir
from ...settings import load_settings
from ...terminal import err, visible
from ..databases import Databases, open_databases
from .early import Early
from .guards.keys import Keys
from .service import GRACE_SECONDS, Service
from .sockets import is_loopback, listening
from .telling.logs import set_up_logs
from .telling.tracing import start_tracing

if TYPE_CHECKING:  # importing them takes seconds
    from fastapi import FastAPI

    from ..chats import Chats

HEAD_BYTES = 32_768
"""Of a request before its body."""
KEEP_ALIVE_SECONDS = 30


def serve(
    host: str, port: int, *, catalog: str | None, campaigns: Path | None, use_llm: bool
) -> None:
    """Serve until a signal stops it.

    Args:
        host: the address to listen at.
        port: 0 takes any that is free.
        catalog: a name or folder; none: the settings'.
        campaigns: the folder that campaigns' folders lie in; none: with the user's data.

    Raises:
        BadInputError: others can reach the address and there are no keys, or it cannot be had.
        BusyError: the port is in use.
        TastemakerError: a database, a file or an extra is missing.
    """
    settings = load_settings()
    databases = open_databases(settings.database_url, data_dir() / "conversations")
    try:
        check_public(host, Keys(databases.store))
        service = Service(
            settings,
            campaigns or data_dir() / "campaigns",
            lambda: _opened(catalog, use_llm, databases),
            host=host,
            store=databases.store,
            home=data_dir(),
        )
        with listening(host, port) as listener:
            set_up_logs(settings.tracing.log_format)
            stop_tracing = start_tracing(settings.tracing)
            try:
                run(service, listener)
            finally:
                stop_tracing()
    finally:
        databases.close()


def check_public(host: str, keys: Keys) -> None:
    """Refuse to let a whole network in without keys.

    Raises:
        BadInputError: others can reach the address, and there are no keys.
    """
    if not is_loopback(host) and not keys.in_use:
        raise BadInputError(
            f"Others can reach {host}, and there is no API key; add one first with `tastemaker keys"
            " add NAME`."
        )


def run(service: Service, listener: socket.socket) -> None:
    """Answer at a socket until a signal comes.

    Raises:
        TastemakerError: the app could not be loaded, or the agent not opened.
    """
    host, port = listener.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def loaded(there: bool) -> None:
        if there:
            err.print(f"Tastemaker answers at {address}/chat; Ctrl-C ends it.", markup=False)
            service.open()  # only now: app and agent would load no faster side by side
        if service.ready:
            # Turns run beside each other: threads within one's arithmetic only fight for the cores.
            threadpool_limits(1, user_api="blas")
            title = visible(service.chats.catalog.manifest.title)
            err.print(f"Ready: {title}.", markup=False)
        else:
            server.should_exit = True

    early = Early(lambda: _app(service), loaded)
    server = uvicorn.Server(_config(early))
    # The server takes these signals, stops, and raises them again: there is nothing left to do.
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: None)
    server.run(sockets=[listener])
    if early.error is not None:
        raise early.error
    service.check()


def _config(app: Early) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="h11",  # the one that bounds a request's head
        h11_max_incomplete_event_size=HEAD_BYTES,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # it would write addresses with what is in them
        server_header=False,
        proxy_headers=False,  # anybody could say who they are
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=int(GRACE_SECONDS),
    )


def _app(service: Service) -> "FastAPI":
    from .app import create_app

    return create_app(service)


def _opened(catalog: str | None, use_llm: bool, databases: Databases) -> "Chats":
    from ..chats import Chats
    from ..conversation import open_for_talk

    return Chats(open_for_talk(catalog, None, use_llm, databases=databases))
