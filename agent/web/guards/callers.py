"""Who calls: found from the API key, or the page's session, of a request."""

from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ....errors import DeniedError, TastemakerError
from ..problems import refusal
from ..service import Service
from .keys import Caller, Key
from .limits import Shares
from .sessions import LOGIN, guest_name, signed_in

OPEN = {"/healthz", "/readyz", LOGIN, "/logout", "/favicon.ico"}
OPEN_FOLDERS = ("/static/", "/shared/")
"""Need no key: what is there is public, or known to whoever knows its token."""
CHAT = "/chat"
LOOKUPS_AT_ONCE = 8
"""Threads that look keys up, beside those that answer."""


def service_of(request: Request) -> Service:
    """The service that the app serves."""
    return request.app.state.service


def current_caller(request: Request) -> Caller:
    """Who calls, as the guard of the app found it."""
    return request.scope["state"]["caller"]


CurrentCaller = Annotated[Caller, Depends(current_caller)]
TheService = Annotated[Service, Depends(service_of)]


class CallerGuard:
    """Lets in who may, within their limits, and tells the app who they are."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self._service = service
        self._lookups = anyio.CapacityLimiter(LOOKUPS_AT_ONCE)
        self._shares = Shares(service.settings.serve.requests_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http" or _is_open(scope["path"]):
            scope.setdefault("state", {})["caller"] = Caller()
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        page = is_page(request)
        if page and request.headers.get("sec-fetch-site") == "cross-site":
            await _AGAIN(scope, receive, send)
            return
        try:
            caller = await anyio.to_thread.run_sync(self._admit, request, limiter=self._lookups)
            self._shares.take(caller)
        except DeniedError as error:
            answer: Response = RedirectResponse(LOGIN, 303) if page else refusal(error)
            await answer(scope, receive, send)
            return
        except TastemakerError as error:
            await refusal(error)(scope, receive, send)
            return
        scope["state"]["caller"] = caller
        if page:
            guest_name(request)  # later answers of the page stream, and can set no cookie
        try:
            await self.app(scope, receive, send)
        finally:
            self._shares.give(caller)

    def _admit(self, request: Request) -> Caller:
        """Who calls.

        Raises:
            DeniedError: keys are in use, and none that counts came along.
            LimitError: there is nothing left of a limit.
            MissingError, StorageError: the keys cannot be read.
        """
        key = self._key(request)
        if key is None:
            return Caller()
        if _counts(request):
            self._service.limits.admit(key)
        return key.caller

    def _key(self, request: Request) -> Key | None:
        keys = self._service.keys
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and keys.in_use:
            key = keys.find(text.strip())
            if key is None:
                raise DeniedError("This API key does not count; ask for another.")
            return key
        key = keys.get(signed_in(request.session) or "")
        if key is None and keys.in_use:
            raise DeniedError(
                "An API key is needed: send the header `Authorization: Bearer tm_…`, or sign in at"
                f" {LOGIN}."
            )
        return key


# A strict cookie does not come along when a link elsewhere is followed. Asked for again by this
# page of ours, it does: whoever is signed in stays so, and a guest keeps their name.
_AGAIN = HTMLResponse(
    '<!doctype html><meta http-equiv="refresh" content="0"><title>Tastemaker</title>',
    headers={"Cache-Control": "no-store"},
)


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_FOLDERS)


def is_page(request: HTTPConnection) -> bool:
    """Whether a person looks at the answer, in a browser."""
    return request.scope["method"] == "GET" and "text/html" in request.headers.get("accept", "")


def _counts(request: Request) -> bool:
    """Whether a request counts against the rate; a page's own files and streams do not."""
    path = request.scope["path"]
    inside = path.rstrip("/") == CHAT or path.startswith(f"{CHAT}/")
    return request.method == "POST" if inside else True
