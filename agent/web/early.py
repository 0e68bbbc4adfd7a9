"""Answers while the app itself is still being loaded, which takes seconds.

Whoever comes early waits for it instead of being turned away.
"""

import asyncio
import threading
from collections.abc import Callable

from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

ALIVE = "/healthz"


class Early:
    """Stands before an app that a thread makes."""

    def __init__(self, make: Callable[[], FastAPI], made: Callable[[bool], None]) -> None:
        """
        Args:
            make: makes the app, in a thread.
            made: told, in that thread, whether it is there.
        """
        self._make = make
        self._made = made
        self._app: asyncio.Future[ASGIApp]
        self.error: Exception | None = None
        """Why there is no app."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, once it can."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope.get("path") == ALIVE and not self._app.done():
            await JSONResponse({"status": "ok"})(scope, receive, send)
        else:
            app = await asyncio.shield(self._app)  # one that goes away is not everybody's loss
            await app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin and end with the server, and the app's own beginning and end within."""
        loop = asyncio.get_running_loop()
        self._app = loop.create_future()
        stop = asyncio.Event()
        living: list[asyncio.Task[None]] = []

        async def live(app: FastAPI) -> None:
            async with app.router.lifespan_context(app):
                self._app.set_result(app)
                await stop.wait()

        def begin(app: FastAPI) -> None:
            if not stop.is_set():
                living.append(loop.create_task(live(app)))

        def work() -> None:
            try:
                app = self._make()
                loop.call_soon_threadsafe(begin, app)
            except Exception as error:  # of making it, or: the server has stopped meanwhile
                self.error = error
                self._made(False)
            else:
                self._made(True)

        await receive()
        threading.Thread(target=work, name="loading", daemon=True).start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        stop.set()
        await asyncio.gather(*living)
        self._app.cancel()
        await send({"type": "lifespan.shutdown.complete"})
