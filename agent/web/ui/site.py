"""The pages beside the chat, made on the server: campaigns, shared threads, signing in, errors."""

import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from ....errors import NotFoundError, TastemakerError
from ....generation.campaign.looking import begun
from ....generation.campaign.review import verdicts_in
from ....generation.campaign.sheet import sheet_of
from ....generation.campaign.store import last_rows
from ...chats import Turn
from ..api.campaigns import campaigns, files_of
from ..api.item_pictures import kept_picture, media_type
from ..campaign_folders import campaign_in, using
from ..guards.callers import CurrentCaller, TheService, is_page
from ..guards.security import OWN
from ..problems import bug, status_of
from .answer import answer_of
from .templates import TEMPLATES

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

HEADERS = {
    # Said here, too: a page of an error may answer any address.
    "Content-Security-Policy": OWN,
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
"""Of every page; nothing on them runs or loads that is not a file of this server."""
_STATIC: list[str | tuple[str, str]] = [
    ("tastemaker.agent.web.ui", "static"),
    ("tastemaker.generation.campaign", "static"),
]
_HEADINGS = {
    400: "That cannot be done",
    404: "Nothing is here",
    409: "Something else is going on here",
    429: "That was too much for now",
    500: "Something went wrong",
    503: "Not just now",
}

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def mount_site(app: FastAPI) -> None:
    """Add the pages and their files to an app, and answer people's errors with a page."""
    app.mount("/static", StaticFiles(packages=_STATIC), "static")
    app.include_router(router)
    for kind in (TastemakerError, HTTPException, Exception):
        app.add_exception_handler(kind, _for_people(app.exception_handlers.get(kind, _bug)))


@router.get("/campaigns")
def campaigns_page(caller: CurrentCaller, service: TheService) -> HTMLResponse:
    """The tenant's campaigns."""
    return page("campaigns.html.jinja", campaigns=campaigns(service, caller), here="campaigns")


@router.get("/campaigns/{name}")
def campaign_page(name: str, caller: CurrentCaller, service: TheService) -> HTMLResponse:
    """A campaign's contact sheet."""
    folder = campaign_in(service.campaigns_of(caller.tenant), name)
    address = f"/v1/campaigns/{quote(name, safe='')}"
    with using(folder):
        sheet = sheet_of(
            folder, begun(folder).name, last_rows(folder), verdicts_in(folder),
            save_to=f"{address}/decisions", files=files_of(name),
        )  # fmt: skip
    return page("campaign.html.jinja", here="campaigns", **sheet)


@router.get("/shared/{token}")
def shared_page(token: str, service: TheService) -> HTMLResponse:
    """A conversation, to read."""
    thread, turns = service.chats.shared(token)
    said = [
        {"message": turn.message, "picture": bool(turn.picture), "pieces": _pieces(turn)}
        for turn in turns
    ]
    recommended = {one for turn in turns for one in _items(turn)}
    pictures = {
        one: f"/shared/{quote(token)}/items/{quote(one)}/picture"
        for one in recommended
        if _picture(service, one)
    }
    return page("shared.html.jinja", title=thread.title, turns=said, pictures=pictures)


@router.get("/shared/{token}/items/{item_id:path}/picture")
def shared_picture(token: str, item_id: str, service: TheService) -> FileResponse:
    """The picture of an item that a shared conversation recommends."""
    _, turns = service.chats.shared(token)
    recommended = any(item_id in _items(turn) for turn in turns)
    file = _picture(service, item_id) if recommended else None
    if file is None:
        raise NotFoundError("This item has no picture here.")
    return FileResponse(file, media_type=media_type(file), headers=HEADERS)


@router.get("/login")
def login_page(failed: str = "") -> HTMLResponse:
    """Where a browser signs in with an API key."""
    return page("login.html.jinja", failed=bool(failed))


def page(template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page; whatever it shows is escaped."""
    text = TEMPLATES.get_template(template).render(**{"here": "", **shown})
    return HTMLResponse(text, status, HEADERS)


def _pieces(turn: Turn) -> list[Any]:
    return list(answer_of(turn.result).pieces) if turn.result else []


def _items(turn: Turn) -> list[str]:
    return [one["item_id"] for one in turn.result["items"]] if turn.result else []


def _picture(service: TheService, item_id: str) -> Path | None:
    """The item's picture, if it has one by now; for whoever only reads, none is painted."""
    chats = service.chats
    known = chats.catalog.row_of(item_id) is not None
    return kept_picture(chats.agent.resources, item_id) if known else None


def _bug(request: Request, error: Exception) -> Response:
    return bug()


def _for_people(plain: Handler) -> Handler:
    """An error as a page where a person's browser asks for one; else as before."""

    async def answer(request: Request, error: Exception) -> Response:
        if not _wants_page(request):
            answered = plain(request, error)
            return await answered if inspect.isawaitable(answered) else answered
        status, message = 500, "It was noted; please try again, or go back."
        if isinstance(error, TastemakerError):
            status, message = status_of(error), str(error)
        elif isinstance(error, HTTPException):
            status, message = error.status_code, "The address may be mistyped or out of date."
        heading = _HEADINGS.get(status, "That did not work")
        return page("problem.html.jinja", status, heading=heading, message=message)

    return answer


def _wants_page(request: Request) -> bool:
    return is_page(request) and not request.url.path.startswith("/v1/")
