"""Items and their pictures."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse

from ....recommender.query import Query as Wanted
from ..guards.callers import CurrentCaller, TheService
from ..paintings import NAME, PAINTINGS, painting_file
from .bounds import MOST_LISTED, ItemId, Limit, Offset
from .item_pictures import etag, item_picture, media_type
from .item_records import ItemRecord, item_record
from .record import Record
from .responses import refusals

router = APIRouter(tags=["items"])
DAY = 86_400
DEEPEST = 1_000
"""Items that a search finds at most."""
_IMAGES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/png", "image/jpeg", "image/webp", "image/gif")
        },
    },
    304: {"description": "It is as the caller has it."},
}
IfNoneMatch = Annotated[
    str | None, Header(max_length=1_000, description="The `ETag` of what the caller has.")
]
ItemInPath = Annotated[
    ItemId,
    InPath(description="Its id, percent-encoded; it may hold slashes.", examples=["27"]),
]


class Items(Record):
    """Items of the catalogue."""

    items: list[ItemRecord]
    """Best first where something was searched for, else in the catalogue's order."""
    more: bool
    """Whether there are further ones after these."""


@router.get("/v1/items", summary="Search items", responses=refusals(404))
def search_items(
    caller: CurrentCaller,
    service: TheService,
    query: Annotated[
        str, Query(max_length=500, description="What is wanted, in words.", examples=["robots"])
    ] = "",
    item_id: Annotated[
        list[ItemId] | None,
        Query(
            alias="id",
            max_length=MOST_LISTED,
            description="These items instead, in this order: for ids that no path can hold, such"
            " as `..`, or one that ends in `/picture`.",
        ),
    ] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> Items:
    """Items by meaning, words and looks, the best first; without words, all of them."""
    recommender = service.chats.agent.resources.recommender
    catalog = recommender.catalog
    if item_id:
        for one in item_id:
            service.chats.check_item(one)
        found = item_id
    elif query.strip():
        ranked = recommender.candidates(Wanted(text=query), min(offset + limit + 1, DEEPEST))
        found = [one.item_id for one in ranked]
    else:
        found = catalog.item_ids
    shown = found if item_id else found[offset : offset + limit]
    items = [item_record(catalog, one) for one in shown]
    return Items(items=items, more=not item_id and len(found) > offset + limit)


@router.get(
    "/v1/items/{item_id:path}/picture",
    summary="An item's picture",
    response_class=Response,
    responses={**refusals(404), **_IMAGES},
)
def get_item_picture(
    item_id: ItemInPath,
    caller: CurrentCaller,
    service: TheService,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The item's own picture; where it has none, one is painted when first asked for, which takes
    some seconds, and kept. 404 says why there is none."""
    service.chats.check_item(item_id)
    resources = service.chats.agent.resources
    return _picture(item_picture(resources, item_id, service.turns.wait), if_none_match)


@router.get("/v1/items/{item_id:path}", summary="Look up an item", responses=refusals(404))
def get_item(item_id: ItemInPath, caller: CurrentCaller, service: TheService) -> ItemRecord:
    """One item with all that the catalogue knows of it."""
    service.chats.check_item(item_id)
    return item_record(service.chats.catalog, item_id)


@router.get(
    PAINTINGS + "{name}",
    summary="A picture that was painted in a conversation",
    response_class=Response,
    responses={**refusals(404), **_IMAGES},
)
def get_painting(
    name: Annotated[str, InPath(pattern=f"^{NAME}$", description="As answers give it.")],
    caller: CurrentCaller,
    service: TheService,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """What `make me a poster for it` painted; its name cannot be guessed."""
    return _picture(painting_file(service.chats.agent.resources.paintings, name), if_none_match)


def _picture(file: Path, if_none_match: str | None) -> Response:
    tag = etag(file)
    headers = {"ETag": tag, "Cache-Control": f"private, max-age={DAY}"}
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    headers["X-Content-Type-Options"] = "nosniff"
    return FileResponse(file, media_type=media_type(file), headers=headers)
