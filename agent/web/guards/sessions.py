"""Sessions of browsers: a signed cookie that holds who sits there, and whose key signed them in.

The cookie goes to nobody's scripts and comes along from no other site. It holds a key's id, never
the key; a revoked key ends the sessions that it signed in.
"""

import os
import secrets
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool

from ....errors import MissingError
from ....settings import Settings
from ..service import Service

SECONDS = 14 * 24 * 3600
"""Of a session, from its last change."""
SECRET_BYTES = 32
"""Of what signs them."""
GUEST = "guest"
KEY = "key"
HOME = "/chat/"
LOGIN = "/login"

router = APIRouter(include_in_schema=False)


def guest_name(request: Request) -> str:
    """The name of whoever sits at this browser, drawn when it is first asked for."""
    session = request.session
    if GUEST not in session:
        session[GUEST] = f"guest-{secrets.token_hex(8)}"
    return session[GUEST]


def signing_secret(settings: Settings, folder: Path | None) -> SecretStr:
    """What signs the cookies: the setting, or a file in a folder that is drawn once, or neither.

    Raises:
        MissingError: the file cannot be read or written, or is cut off.
    """
    if settings.serve.session_secret is not None:
        return settings.serve.session_secret
    if folder is None:
        return SecretStr(secrets.token_urlsafe(SECRET_BYTES))
    path = folder / "session-secret"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written whole under another name, so that no process reads half of it; the link
            # fails where another process was first.
            drawn = folder / f".session-secret.{secrets.token_hex(8)}"
            with os.fdopen(os.open(drawn, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
                out.write(secrets.token_urlsafe(SECRET_BYTES))
            try:
                path.hardlink_to(drawn)
            except FileExistsError:
                pass
            finally:
                drawn.unlink()
        path.chmod(0o600)
        kept = path.read_text().strip()
    except OSError as error:
        raise MissingError(
            f"{path} cannot be used ({error.strerror}); check it, or set"
            " TASTEMAKER_SERVE__SESSION_SECRET."
        ) from error
    if len(kept) < SECRET_BYTES:  # as a machine that lost its power leaves it; anybody could sign
        raise MissingError(f"{path} is cut off; delete it, and another one is drawn.")
    return SecretStr(kept)


def cookie_name(https: bool) -> str:
    """What the cookie is called; over https so that browsers take it from this host alone."""
    return "__Host-tastemaker" if https else "tastemaker"


def signed_in(session: dict[str, Any]) -> str | None:
    """Id of the key that a session was signed in with."""
    key = session.get(KEY)
    return key if isinstance(key, str) else None


@router.post(LOGIN)
async def log_in(request: Request) -> RedirectResponse:
    """Sign a browser in with the form field `key`.

    Goes to the chat, or back to the form with `?failed=1`.

    Raises:
        LimitError: there were too many attempts.
    """
    service: Service = request.app.state.service
    service.limits.log_in(request.client.host if request.client else "")
    given = (await request.form()).get("key")
    text = given.strip() if isinstance(given, str) else ""
    key = await run_in_threadpool(lambda: service.keys.find(text))
    if key is None:
        return _to(f"{LOGIN}?failed=1")
    request.session.clear()  # nothing of who was here before
    request.session[KEY] = key.id
    guest_name(request)
    return _to(HOME)


@router.post("/logout")
async def log_out(request: Request) -> RedirectResponse:
    """Forget who sits at this browser."""
    request.session.clear()
    return _to(LOGIN)


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)
