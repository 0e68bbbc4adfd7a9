"""Who calls: found from the API key, or the page's session, of a request."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict

from ..chats import LOCAL
from .service import Service


class Caller(BaseModel):
    """Who may see what."""

    model_config = ConfigDict(frozen=True)

    tenant: str = LOCAL
    """Whose people, threads and campaigns they may see."""
    key: str | None = None
    """Id of the API key; none where no keys are in use."""


def service_of(request: Request) -> Service:
    """The service that the app serves."""
    return request.app.state.service


def current_caller(request: Request) -> Caller:
    """Who calls.

    Raises:
        DeniedError: keys are in use, and none that counts came along.
        LimitError: the key's budget is spent.
    """
    return Caller()


CurrentCaller = Annotated[Caller, Depends(current_caller)]
TheService = Annotated[Service, Depends(service_of)]
