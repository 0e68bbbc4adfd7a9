"""Who talks on the page: a guest of this browser, or a user of the catalogue."""

from typing import Any

from fastapi import Request

from ....errors import BadInputError
from ...chats import Chats, Person
from ..guards.callers import current_caller
from ..guards.sessions import guest_name


def person_of(chats: Chats, request: Request, user: str) -> Person:
    """The person behind a request of the page.

    Args:
        user: a user of the catalogue; empty: the guest of this browser, who alone can be it.

    Raises:
        BadInputError: the catalogue has no such user.
        DeniedError: keys are in use, and nobody is signed in.
    """
    tenant = current_caller(request).tenant
    if not user:
        return chats.person(guest_name(request), tenant=tenant)
    if not (user.isprintable() and chats.catalog.has_user(user)):
        raise BadInputError(f"The catalogue knows no user {user[:80]!r}; you are a guest.")
    return chats.person(user, tenant=tenant)


def plain_request(request: Any) -> Request:
    """The request that Gradio wraps in some places, and not in others."""
    inner = getattr(request, "request", request)
    assert isinstance(inner, Request)
    return inner
