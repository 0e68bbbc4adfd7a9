"""What the chat page does beside talking: each is called from it by name, with one JSON value."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from pydantic import BaseModel, Field, ValidationError

from ....errors import TastemakerError
from ...chats import Chats, Person, Turn
from ..service import Service
from .answer import said
from .people import person_of, plain_request
from .rendering import rail

Act = Callable[[Any, gr.Request], dict[str, Any]]


class About(BaseModel):
    """Whose conversation it is about."""

    user: str = Field(default="", max_length=200)
    """A user of the catalogue; empty: the guest of this browser."""
    thread: str = Field(default="", max_length=200)
    """A conversation of theirs."""
    title: str = ""
    """What it is to be called."""


def acts(service: Service) -> list[Act]:
    """The functions that the page may call; what goes wrong is `{"problem": a sentence}`."""

    def be(given: Any, request: gr.Request) -> dict[str, Any]:
        """Whether somebody can be this user."""
        return _done(service, given, request, lambda chats, person, about: {})

    def rename(given: Any, request: gr.Request) -> dict[str, Any]:
        """Call a conversation otherwise."""

        def act(chats: Chats, person: Person, about: About) -> dict[str, Any]:
            thread = chats.rename(person, about.thread, about.title)
            return {"title": thread.title, "rail": _rail(chats, person, about.thread)}

        return _done(service, given, request, act)

    def delete(given: Any, request: gr.Request) -> dict[str, Any]:
        """Forget a conversation."""

        def act(chats: Chats, person: Person, about: About) -> dict[str, Any]:
            chats.delete(person, about.thread)
            return {"rail": _rail(chats, person, "")}

        return _done(service, given, request, act)

    def share(given: Any, request: gr.Request) -> dict[str, Any]:
        """Let whoever has the link read a conversation."""
        return _done(
            service, given, request, lambda chats, person, about: {
                "link": f"/shared/{chats.share(person, about.thread).shared}"
            },
        )  # fmt: skip

    def unshare(given: Any, request: gr.Request) -> dict[str, Any]:
        """Take the link back."""

        def act(chats: Chats, person: Person, about: About) -> dict[str, Any]:
            chats.unshare(person, about.thread)
            return {}

        return _done(service, given, request, act)

    def transcript(given: Any, request: gr.Request) -> dict[str, Any]:
        """A conversation as text."""
        return _done(
            service, given, request, lambda chats, person, about: {
                "text": "\n\n".join(map(_as_text, chats.turns(person, about.thread)))
            },
        )  # fmt: skip

    def stop(given: Any, request: gr.Request) -> dict[str, Any]:
        """Cut off the answer on a conversation."""

        def act(chats: Chats, person: Person, about: About) -> dict[str, Any]:
            return {"stopped": service.turns.stop(chats.thread(person, about.thread).id)}

        return _done(service, given, request, act)

    return [be, rename, delete, share, unshare, transcript, stop]


def _done(
    service: Service,
    given: Any,
    request: gr.Request,
    act: Callable[[Chats, Person, About], dict[str, Any]],
) -> dict[str, Any]:
    try:
        about = About.model_validate(given)
        chats = service.chats
        return act(chats, person_of(chats, plain_request(request), about.user), about)
    except ValidationError:
        return {"problem": "The page sent something odd; load it again."}
    except TastemakerError as error:
        return {"problem": str(error)}


def _rail(chats: Chats, person: Person, current: str) -> str:
    return rail(chats.catalog, person, chats.threads(person), current)


def _as_text(turn: Turn) -> str:
    answer = said(turn.result) if turn.result else "(not answered)"
    return f"You: {turn.message}\n\nTastemaker: {answer}"
