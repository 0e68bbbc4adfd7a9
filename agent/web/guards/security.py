"""What every request must hold, and every answer says: hosts, origins, sizes, headers.

Every guard is plain ASGI, so that streams pass through as they come.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..problems import problem
from ..service import Service
from ..telling.request_log import RequestLog
from . import sessions
from .callers import CHAT, CallerGuard
from .page_calls import PageCalls

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""Of the API: what it answers is no page."""
OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src"
    " 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Of our own pages: their scripts and styles are files."""
GRADIO = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self'"
    " 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:;"
    " connect-src 'self' data: blob:; worker-src 'self' blob:; manifest-src 'self'; form-action"
    " 'self'; base-uri 'self'; frame-ancestors 'none'"
)
"""Of the chat: Gradio writes settings and styles into its page, and runs listeners from text."""
PAGES = {
    CHAT: GRADIO, "/campaigns": OWN, "/shared": OWN, sessions.LOGIN: OWN, "/static": OWN,
}  # fmt: skip
"""Policies by the folder that a path is in."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would also take the origin from our own forms, by which they are known.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
FORMS = {
    sessions.LOGIN: "application/x-www-form-urlencoded",
    "/logout": "application/x-www-form-urlencoded",
}
"""Where something else than JSON is sent; no page elsewhere can send JSON without being asked
whether it may."""
FORM_BYTES = 4_096
"""Of a form, which anybody may send; its fields are read sign by sign."""
MOST_VALUES = 200_000
"""Commas and opening brackets in a body of JSON: what is read of it holds up every other answer.
A picture has none, a long conversation some ten thousand."""
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+))(?::\d+)?", re.ASCII)
ALWAYS = {"/healthz", "/readyz"}
"""Answered however much there is to do."""
BODY_SECONDS = 60.0
"""For a body to arrive."""


def secure(app: FastAPI, service: Service) -> None:
    """Guard an app.

    Raises:
        MissingError: what signs cookies cannot be read or written.
    """
    app.include_router(sessions.router)
    serve = service.settings.serve
    secret = sessions.signing_secret(service.settings, service.home)
    # The last that is added sees a request first.
    app.add_middleware(PageCalls)
    app.add_middleware(CallerGuard, service=service)
    app.add_middleware(
        SessionMiddleware,
        secret_key=secret.get_secret_value(),
        session_cookie=sessions.cookie_name(serve.https),
        max_age=sessions.SECONDS,
        same_site="strict",
        https_only=serve.https,
    )
    app.add_middleware(BodyGuard, most=serve.body_bytes)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=serve.origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
    )
    app.add_middleware(OriginGuard, origins=serve.origins)
    app.add_middleware(Crowd, most=serve.requests_at_once)
    app.add_middleware(HostGuard, host=service.host, hosts=serve.hosts)
    app.add_middleware(RequestLog, service=service)
    app.add_middleware(AnswerHeaders, https=serve.https)


class AnswerHeaders:
    """Tells browsers what an answer may do."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self._fixed = HEADERS | ({"Strict-Transport-Security": HSTS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with headers."""
        # A path need not begin with a slash: whoever calls may send anything.
        folder = f"/{scope.get('path', '/').partition('/')[2].partition('/')[0]}"

        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._fixed)
                headers.setdefault("Content-Security-Policy", PAGES.get(folder, NOTHING))
                if folder not in (CHAT, "/static"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, said)


class HostGuard:
    """Answers only to the names of this server: a page elsewhere that lets its own name point here
    (DNS rebinding) is refused."""

    def __init__(self, app: ASGIApp, host: str, hosts: Collection[str]) -> None:
        self.app = app
        self._names = {"localhost", "127.0.0.1", "::1", host.lower(), *map(str.lower, hosts)}
        self._everywhere = _is_wildcard(host)
        if self._everywhere:
            self._names.add(socket.gethostname().lower())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http" and not self._ours(Headers(scope=scope).getlist("host")):
            answer = problem(
                400,
                "This server is not called so; name it in the setting serve.hosts"
                " (TASTEMAKER_SERVE__HOSTS).",
                "BadInputError",
            )
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _ours(self, named: list[str]) -> bool:
        if len(named) != 1:
            return False
        name = _name(named[0])
        # Whoever binds to every address is called by any; an address cannot be rebound.
        return name in self._names or (self._everywhere and _is_address(name))


class OriginGuard:
    """Refuses what pages elsewhere send or embed, but for those that may."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self._origins = {origin.rstrip("/").lower() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] == "http" and not self._may(scope):
            answer = problem(
                403,
                "Pages of this origin may not call; name it in the setting serve.origins"
                " (TASTEMAKER_SERVE__ORIGINS).",
                "DeniedError",
            )
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _may(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origins = [one.lower() for one in headers.getlist("origin")]
        # A proxy in front may speak https where this server hears http, so only the host is
        # compared.
        here = headers.get("host", "").lower()
        # A picture or frame on a page elsewhere comes without an origin, and would still make work
        # here. Following a link from there is well.
        if not origins and headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return headers.get("sec-fetch-dest") == "document"
        return all(
            one in self._origins
            or (one.startswith(("http://", "https://")) and urlsplit(one).netloc == here)
            for one in origins
        )


class Crowd:
    """Refuses what is too much at once."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self._most = most
        self._now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self.app(scope, receive, send)
            return
        if self._now >= self._most:
            answer = problem(
                503, f"{self._most} requests are open; try again in a moment.", "OverloadedError"
            )
            await answer(scope, receive, send)
            return
        self._now += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._now -= 1


class BodyGuard:
    """Takes only bodies of the type that a path expects, that are not too large and arrive."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"].rstrip("/")
        most = min(FORM_BYTES, self._most) if path in FORMS else self._most
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            await _too_large(most)(scope, receive, send)
            return
        wanted = FORMS.get(path, "application/json")
        given = headers.get("content-type", "").split(";")[0].strip().lower()
        has_body = length != "0" or "transfer-encoding" in headers
        if (has_body or given) and scope["method"] not in ("GET", "HEAD") and given != wanted:
            answer = problem(415, f"Send the Content-Type {wanted} here.", "BadInputError")
            await answer(scope, receive, send)
            return
        await self._counted(scope, receive, send, most)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """Answer; refuse once more arrives than may, whatever was announced, or nothing does."""
        taken, values, whole, begun = 0, 0, False, False
        refused: Response | None = None
        until = asyncio.get_running_loop().time() + BODY_SECONDS

        async def counted() -> Message:
            nonlocal taken, values, whole, refused
            if whole:  # now only the end of the connection can come
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                refused = _too_slow()
                raise HTTPException(refused.status_code) from None
            body = message.get("body", b"")
            taken += len(body)
            values += sum(body.count(sign) for sign in b",[{")
            whole = not message.get("more_body", False)
            if taken > most or values > MOST_VALUES:
                refused = _too_large(most) if taken > most else _too_many()
                raise HTTPException(refused.status_code)
            return message

        async def said(message: Message) -> None:
            nonlocal begun
            if (
                refused is None or begun
            ):  # the app's own words on a body that was cut off are not said
                begun = begun or message["type"] == "http.response.start"
                await send(message)

        try:
            await self.app(scope, counted, said)
        except HTTPException:
            if refused is None or begun:
                raise
        if refused is not None and not begun:
            await refused(scope, receive, send)


def _too_large(most: int) -> Response:
    return _closing(413, f"A request has at most {most:,} bytes here.")


def _too_many() -> Response:
    return _closing(413, f"A request has at most {MOST_VALUES:,} commas and brackets.")


def _too_slow() -> Response:
    return _closing(408, f"A request arrives within {BODY_SECONDS:.0f} s.")


def _closing(status: int, message: str) -> Response:
    """A refusal after which the rest of the body is not waited for."""
    answer = problem(status, message, "BadInputError")
    answer.headers["Connection"] = "close"
    return answer


def _name(host: str) -> str:
    """The name or address in a Host header, without its port; empty: it is none."""
    found = _HOST.fullmatch(host)
    return (found[1] or found[2]).lower() if found else ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_wildcard(host: str) -> bool:
    return _is_address(host) and ipaddress.ip_address(host).is_unspecified
