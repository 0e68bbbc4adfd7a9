"""Campaigns: what was made, and what is thought of it."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from ....errors import NotFoundError, StorageError
from ....generation.campaign.looking import begun, record, status
from ....generation.campaign.review import State, reviewed, state_of, verdicts_in
from ....generation.campaign.store import MANIFEST, Row, last_rows
from ..campaign_folders import campaign_in, campaigns_in, using
from ..guards.callers import CurrentCaller, TheService
from ..guards.keys import Caller
from ..problems import ProblemAnswer
from ..service import Service
from .campaign_records import Asset, AssetList, Campaign, CampaignList, Decisions, Recorded
from .responses import refusals

router = APIRouter(prefix="/v1/campaigns", tags=["campaigns"])

THUMBNAILS = 8
_TYPES = {".png": "image/png", ".json": "application/json"}
_FILE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # A file is named by the hash of what it was made from, so it never changes.
    "Cache-Control": "private, max-age=31536000, immutable",
}


@router.get("", summary="List campaigns", responses=refusals())
def list_campaigns(caller: CurrentCaller, service: TheService) -> CampaignList:
    """The campaigns of the caller's tenant, each with where it stands."""
    return CampaignList(data=campaigns(service, caller))


@router.get("/{name}", summary="Where a campaign stands", responses=refusals(404))
def get_campaign(name: str, caller: CurrentCaller, service: TheService) -> Campaign:
    """Counts of what was made, checked and reviewed."""
    return _campaign(_folder(service, caller, name))


@router.get("/{name}/assets", summary="List a campaign's assets", responses=refusals(404))
def list_assets(
    name: str,
    caller: CurrentCaller,
    service: TheService,
    state: Annotated[State | None, Query(description="What was decided.")] = None,
    passed: Annotated[bool | None, Query(description="Whether every check holds.")] = None,
    recipient: Annotated[str | None, Query(description="Id of the recipient.")] = None,
    item: Annotated[str | None, Query(description="Id of the item.")] = None,
    target: Annotated[str | None, Query(description="Channel or format.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> AssetList:
    """The assets that fit every filter."""
    folder = _folder(service, caller, name)
    with using(folder):
        rows = last_rows(folder)
        verdicts = verdicts_in(folder)
    fit = [
        row
        for row in rows
        if state in (None, state_of(row, verdicts))
        and passed in (None, row.passed)
        and recipient in (None, row.recipient)
        and item in (None, row.item_id)
        and target in (None, row.target)
    ]
    data = []
    for row in fit[offset : offset + limit]:
        verdict = verdicts.get(row.id)
        told = verdict if verdict is not None and verdict.key == row.key else None
        data.append(
            Asset(
                **row.model_dump(include=set(Asset.model_fields) - {"file"}),
                file=_address(folder, row),
                state=told.state if told else "open",
                by=told.by if told else "",
                note=told.note if told else "",
            )
        )
    return AssetList(total=len(fit), data=data)


@router.get(
    "/{name}/files/{path:path}",
    summary="Read an asset",
    response_class=FileResponse,
    responses={**refusals(404), 200: {"content": {kind: {} for kind in _TYPES.values()}}},
)
def read_file(name: str, path: str, caller: CurrentCaller, service: TheService) -> FileResponse:
    """An image, or the texts of a copy or an explanation: what the campaign's manifest names."""
    folder = _folder(service, caller, name)
    with using(folder):
        written = (folder / MANIFEST).stat()
        named = path in _files(folder, written.st_mtime_ns, written.st_size)
        file = (folder / path).resolve() if named else folder
        there = file.is_relative_to(folder.resolve()) and file.is_file()
    if not there or file.suffix not in _TYPES:
        raise NotFoundError(f"The campaign {name!r} has no file {path[:200]!r}.")
    return FileResponse(file, media_type=_TYPES[file.suffix], headers=_FILE_HEADERS)


@router.post(
    "/{name}/decisions",
    summary="Approve or reject assets",
    responses={
        **refusals(404),
        409: {"model": ProblemAnswer, "description": "An asset was made anew since it was seen."},
    },
)
def decide(name: str, said: Decisions, caller: CurrentCaller, service: TheService) -> Recorded:
    """Record decisions, all or none. When the answer comes they are on the disk.

    A decision holds for the asset as it is: made anew with another content, it is open again.
    """
    folder = _folder(service, caller, name)
    by = said.by.strip() or (f"key {caller.key}" if caller.key else "web")
    with using(folder):
        recorded = record(folder, said.decisions, by=by, note=said.note, seen=said.seen)
        return Recorded(
            recorded=recorded, reviewed=reviewed(last_rows(folder), verdicts_in(folder))
        )


def campaigns(service: Service, caller: Caller) -> list[Campaign]:
    """The campaigns of the caller's tenant; one that is damaged says so."""
    found = []
    for name, folder in campaigns_in(service.campaigns_of(caller.tenant)).items():
        try:
            found.append(_campaign(folder))
        except StorageError as error:
            found.append(
                Campaign(
                    name=name, title=name, catalog="", made={}, passed=0, failed=0, alike=0,
                    reviewed={}, reasons={}, thumbnails=[], problem=str(error),
                )
            )  # fmt: skip
    return found


def files_of(name: str) -> str:
    """The address that stands before the names of a campaign's files."""
    return f"{router.prefix}/{quote(name, safe='')}/files/"


def _folder(service: Service, caller: Caller, name: str) -> Path:
    return campaign_in(service.campaigns_of(caller.tenant), name)


def _campaign(folder: Path) -> Campaign:
    with using(folder):
        where = status(folder)
        return Campaign(
            **where.model_dump(exclude={"name"}),
            name=folder.name,
            title=where.name,
            catalog=begun(folder).catalog,
            thumbnails=_thumbnails(folder),
        )


def _thumbnails(folder: Path) -> list[str]:
    """One image of each recipient and item, those that hold every check first."""
    images = [row for row in last_rows(folder) if row.file.endswith(".png")]
    images.sort(key=lambda row: not row.passed)
    pairs: dict[tuple[str, str], Row] = {}
    for row in images:
        pairs.setdefault((row.recipient, row.item_id), row)
    return [_address(folder, row) for row in list(pairs.values())[:THUMBNAILS]]


def _address(folder: Path, row: Row) -> str:
    return files_of(folder.name) + quote(row.file) if row.file else ""


@lru_cache(maxsize=32)
def _files(folder: Path, written: int, size: int) -> frozenset[str]:
    """The files that a manifest names, until it is written again."""
    return frozenset(row.file for row in last_rows(folder) if row.file)
