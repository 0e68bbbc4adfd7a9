"""Pictures that people showed in a conversation, for whose it is.

No name of a file comes from the request: it names a turn of the caller's, whose record knows.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from ....errors import NotFoundError
from ..guards.callers import TheService
from .people import person_of

router = APIRouter(prefix="/ui/threads/{thread}/turns/{turn}", include_in_schema=False)

_HEADERS = {"Cache-Control": "private, max-age=86400"}


@router.get("/picture")
def shown_picture(
    request: Request,
    service: TheService,
    thread: str,
    turn: str,
    user: Annotated[str, Query(max_length=200)] = "",
) -> FileResponse:
    """The picture that came with a message."""
    chats = service.chats
    found = chats.turn(person_of(chats, request, user), thread, turn)
    path = chats.agent.resources.pictures.path(found.picture)
    if path is None:
        raise NotFoundError("There is no such picture (any more).")
    return FileResponse(path, media_type="image/png", headers=_HEADERS)
