"""The one model that there is: the recommender."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from ....errors import NotFoundError
from ..guards.callers import CurrentCaller
from .record import Record
from .responses import refusals

router = APIRouter(tags=["OpenAI-compatible"])
MODEL = "tastemaker"
"""What clients of OpenAI's API call the recommender."""
_STARTED = int(time.time())


class ModelRecord(Record):
    """A model as OpenAI's API describes it."""

    id: str = Field(examples=[MODEL])
    """Its name."""
    object: Literal["model"] = "model"
    """What this is."""
    created: int = _STARTED
    """Unix time since which it is served."""
    owned_by: str = "tastemaker"
    """Whose it is."""


class ModelList(Record):
    """The models."""

    object: Literal["list"] = "list"
    """What this is."""
    data: list[ModelRecord]
    """One: the recommender."""


@router.get("/v1/models", summary="List the models", responses=refusals())
def list_models(caller: CurrentCaller) -> ModelList:
    """The one model that can be talked to: the recommender."""
    return ModelList(data=[ModelRecord(id=MODEL)])


@router.get("/v1/models/{model}", summary="Look up a model", responses=refusals(404))
def get_model(
    model: Annotated[str, Path(min_length=1, max_length=200, examples=[MODEL])],
    caller: CurrentCaller,
) -> ModelRecord:
    """The model, by its name."""
    check_model(model)
    return ModelRecord(id=MODEL)


def check_model(name: str) -> None:
    """Refuse a model that is not there.

    Raises:
        NotFoundError: it is not.
    """
    if name != MODEL:
        raise NotFoundError(f"There is no model {name[:200]!r}; the one here is {MODEL!r}.")
