"""Pictures of a conversation, for whose it is: what was shown, and what was painted.

No name of a file comes from the request: it names a turn of the caller's, whose record knows.
"""

import re
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from ....errors import NotFoundError
from ...chats import Chats, Turn
from ..callers import TheService
from .answer import painted
from .people import person_of

router = APIRouter(prefix="/ui/threads/{thread}/turns/{turn}", include_in_schema=False)

User = Annotated[str, Query(max_length=200)]
_PAINTING = re.compile(r"[0-9a-f]{20}\.png")
_HEADERS = {"Cache-Control": "private, max-age=86400"}


@router.get("/picture")
def shown_picture(
    request: Request, service: TheService, thread: str, turn: str, user: User = ""
) -> FileResponse:
    """The picture that came with a message."""
    chats = service.chats
    found = _turn(chats, request, user, thread, turn)
    path = chats.agent.resources.pictures.path(found.picture)
    return _answer(path)


@router.get("/paintings/{number}")
def painting(
    request: Request, service: TheService, thread: str, turn: str, number: int, user: User = ""
) -> FileResponse:
    """A picture that was painted in an answer, counted from 0."""
    found = _turn(service.chats, request, user, thread, turn)
    calls = painted(found.result) if found.result else []
    path = Path(calls[number]["result"]["file"]) if 0 <= number < len(calls) else None
    named = path is not None and _PAINTING.fullmatch(path.name) and path.is_file()
    return _answer(path if named else None)


def _turn(chats: Chats, request: Request, user: str, thread: str, turn: str) -> Turn:
    person = person_of(chats, request, user)
    for one in chats.turns(person, thread):
        if one.id == turn:
            return one
    raise NotFoundError("There is no such turn.")


def _answer(path: Path | None) -> FileResponse:
    if path is None:
        raise NotFoundError("There is no such picture (any more).")
    return FileResponse(path, media_type="image/png", headers=_HEADERS)
