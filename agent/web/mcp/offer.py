"""What is offered to other agents; the agent is opened by the first call that needs it."""

import base64
import json
import logging
import mimetypes
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import unquote

import mcp_types as types

from ....errors import BadInputError, TastemakerError

if TYPE_CHECKING:  # importing them takes seconds, which the first answer need not wait for
    from langchain_core.tools import BaseTool

    from ...chats import Chats

ITEM = "tastemaker://items/"
"""How addresses of items begin; the id follows, with signs escaped as in any address."""

_log = logging.getLogger(__name__)
_Made = TypeVar("_Made")


class Once(Generic[_Made]):
    """Something that is made when first asked for; tried again by the next where that raises."""

    def __init__(self, make: Callable[[], _Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self.made: _Made | None = None
        """None until then."""

    def __call__(self) -> _Made:
        """It; whoever comes meanwhile waits."""
        with self._lock:
            if self.made is None:
                self.made = self._make()
            return self.made


class Offer:
    """What is offered, and the agent behind it."""

    def __init__(self, opening: "Callable[[], Chats]", user: str | None = None) -> None:
        """
        Args:
            opening: opens the conversations.
            user: the only user that it answers for; none: any, and conversations are a guest's.
        """
        self.user = user
        self.listed = Once(_listed)
        """Every tool by its name, as it is told to clients; no agent is opened for it."""
        self._chats = Once(opening)
        self._tools = Once(self._opened)

    def call(self, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        """A tool's answer, as data and as text, with the pictures that it painted."""
        from .tools import pictures_in

        try:
            result = self._tools()[name].invoke(self._for_user(name, arguments))
        except TastemakerError as error:
            return _refused(str(error))
        except Exception:
            _log.exception("The tool %s failed", name)
            return _refused(f"{name} failed; the server's log says why.")
        if isinstance(result, str):
            return _refused(result.removeprefix("error: "))
        text = types.TextContent(text=json.dumps(result, ensure_ascii=False))
        pictures = [_picture(path) for path in pictures_in(result)]
        return types.CallToolResult(content=[text, *pictures], structured_content=result)

    def item(self, uri: str) -> str:
        """An item as JSON, by its address.

        Raises:
            BadInputError: it is no address of an item, or there is no such item.
        """
        if not uri.startswith(ITEM):
            raise BadInputError(f"Items have addresses such as {ITEM}ID.")
        item_id = unquote(uri.removeprefix(ITEM))
        return self._chats().catalog.item(item_id).model_dump_json()

    def close(self) -> None:
        """Close the agent, if it was opened."""
        if self._chats.made is not None:
            self._chats.made.agent.close()

    def _opened(self) -> "dict[str, BaseTool]":
        from .tools import offered

        return {tool.name: tool for tool in offered(self._chats(), self.user)}

    def _for_user(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Arguments with the user that this server answers for.

        Raises:
            BadInputError: they name another one.
        """
        if self.user is None or "user_id" not in self.listed()[name].input_schema["properties"]:
            return arguments
        if arguments.get("user_id") not in (None, self.user):
            raise BadInputError(f"This server answers for the user {self.user!r} only.")
        return {**arguments, "user_id": self.user}


def _listed() -> dict[str, types.Tool]:
    from .tools import described

    return {
        tool.name: types.Tool(
            name=tool.name,
            description=tool.description,
            input_schema=tool.get_input_jsonschema(),
        )
        for tool in described()
    }


def _refused(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=sentence)], is_error=True)


def _picture(path: Path) -> types.ImageContent:
    kind = mimetypes.guess_type(path.name)[0] or "image/png"
    return types.ImageContent(data=base64.b64encode(path.read_bytes()).decode(), mime_type=kind)
