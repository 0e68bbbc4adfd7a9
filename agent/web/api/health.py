"""Whether the process lives, and whether it can answer."""

import asyncio
import time
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from ....errors import TastemakerError
from ...chats import Chats
from ...databases import storage_errors
from ..guards.callers import TheService
from .record import Record

router = APIRouter(tags=["health"])
OK, UNUSED, UNKNOWN = "ok", "not used", "unknown"
FRESH_SECONDS = 1.0


class Alive(Record):
    """The process lives."""

    status: Literal["ok"] = "ok"
    """Always this."""


class Readiness(Record):
    """What is there: each `ok`, or a sentence that says what is missing."""

    ready: bool
    """Whether everything is."""
    agent: str = Field(examples=[OK, "Tastemaker is starting; try again in a few seconds."])
    """The agent and its catalogue."""
    database: str = Field(examples=[OK])
    """Where conversations are kept."""
    llm: str = Field(examples=[OK])
    """The language model; without it answers still come, from the recommender and its facts. `not
    used` where none is wanted."""


@router.get("/healthz", summary="Whether the process lives")
def healthz() -> Alive:
    """Answers with 200 for as long as the process lives."""
    return Alive()


class Looks:
    """Looks at the database and the language model, one at a time: anybody may ask, and a model
    that hangs takes seconds to be found away."""

    def __init__(self) -> None:
        self._alone = asyncio.Lock()
        self._found = ("", "")
        self._at = float("-inf")

    async def __call__(self, chats: Chats) -> tuple[str, str]:
        """What is said of both, at most `FRESH_SECONDS` old."""
        async with self._alone:
            if time.monotonic() - self._at >= FRESH_SECONDS:
                self._found = await run_in_threadpool(lambda: (_database(chats), _llm(chats)))
                self._at = time.monotonic()
            return self._found


@router.get(
    "/readyz",
    summary="Whether everything is there",
    responses={503: {"model": Readiness, "description": "Something is missing."}},
)
async def readyz(request: Request, service: TheService, response: Response) -> Readiness:
    """Answers with 200 when the agent is open, its database answers and its language model does."""
    try:
        chats = service.chats
    except TastemakerError as error:
        found = Readiness(ready=False, agent=str(error), database=UNKNOWN, llm=UNKNOWN)
    else:
        looks: Looks = request.app.state.looks
        database, llm = await looks(chats)
        ready = database == OK and llm in (OK, UNUSED)
        found = Readiness(ready=ready, agent=OK, database=database, llm=llm)
    response.status_code = 200 if found.ready else 503
    return found


def _database(chats: Chats) -> str:
    try:
        with storage_errors():
            chats.agent.resources.store.get(("ready",), "ready")
    except TastemakerError as error:
        return str(error)
    return OK


def _llm(chats: Chats) -> str:
    resources = chats.agent.resources
    if not resources.uses_llm:
        return UNUSED
    if resources.connect() is None:
        return "The language model does not answer; answers come without it meanwhile."
    return OK
