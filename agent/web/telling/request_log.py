"""Every request is told of and counted, once it is answered; what went wrong unforeseen, too.

A request is named by its route's template, so that no token or text of its address is told.
"""

import inspect
import time

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..guards.keys import Caller
from ..problems import bug
from ..service import Service
from .logs import log

MOUNTS = ("/chat", "/static")
"""Apps within the app, whose own routes do not matter."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"


class RequestLog:
    """Tells of every request, and answers for whatever else was to go wrong."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        started = time.perf_counter()
        status, first = 0, 0.0

        async def said(message: Message) -> None:
            nonlocal status, first
            if message["type"] == "http.response.start":
                status, first = message["status"], time.perf_counter() - started
            await send(message)

        try:
            await self.app(scope, receive, said)
        except Exception as error:
            log.error("bug", exc_info=error)
            if not status:
                await (await _broken(scope, error))(scope, receive, said)
        finally:
            self._tell(scope, status, first, time.perf_counter() - started)

    def _tell(self, scope: Scope, status: int, first: float, seconds: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else OTHER
        route = _route(scope)
        self._service.metrics.request(route, method, status, first)
        caller: Caller = scope["state"].get("caller", Caller(tenant="-"))
        facts = {
            "method": method, "route": route, "status": status, "seconds": round(seconds, 4),
            "tenant": caller.tenant, "key": caller.key,
        }  # fmt: skip
        log.info("request", extra={"facts": facts})


async def _broken(scope: Scope, error: Exception) -> Response:
    """What the app says of an error that nobody foresaw."""
    handler = scope["app"].exception_handlers.get(Exception)
    if handler is None:
        return bug()
    answer = handler(Request(scope), error)
    return await answer if inspect.isawaitable(answer) else answer


def _route(scope: Scope) -> str:
    path = scope["path"]
    for mount in MOUNTS:
        if path == mount or path.startswith(f"{mount}/"):
            return mount
    route = scope.get("route")
    return getattr(route, "path", OTHER)
