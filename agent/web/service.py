"""What every front end works with: the conversations, once they are open, and where things are."""

import threading
from collections.abc import Callable
from pathlib import Path

from ...errors import MissingError, TastemakerError
from ...settings import Settings
from ..chats import LOCAL, Chats
from .keys import Keys
from .turns import Turns


class Service:
    """One agent, opened in the background so that the first page need not wait for it."""

    def __init__(self, settings: Settings, campaigns: Path, opening: Callable[[], Chats]) -> None:
        """
        Args:
            campaigns: the folder that campaigns' folders lie in.
            opening: opens the agent; called once, by `open`.
        """
        self.settings = settings
        self.turns = Turns(settings.serve.turns_at_once)
        self._campaigns = campaigns
        self._opening = opening
        self._chats: Chats | None = None
        self._problem: TastemakerError | None = None
        self._ready = threading.Event()

    def open(self) -> None:
        """Open the agent; what goes wrong is said by `chats`."""
        try:
            self._chats = self._opening()
        except TastemakerError as error:
            self._problem = error
        finally:
            self._ready.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the agent was opened, or failed to, within so many seconds."""
        return self._ready.wait(seconds)

    @property
    def chats(self) -> Chats:
        """The conversations.

        Raises:
            MissingError: they are not open yet.
            TastemakerError: what kept them from being opened.
        """
        if self._problem is not None:
            raise self._problem
        if self._chats is None:
            raise MissingError("Tastemaker is starting; try again in a few seconds.")
        return self._chats

    @property
    def keys(self) -> Keys:
        """The API keys."""
        return Keys(self.chats.agent.resources.store)

    def campaigns_of(self, tenant: str) -> Path:
        """The folder of a tenant's campaigns."""
        return self._campaigns if tenant == LOCAL else self._campaigns / "tenants" / tenant

    def close(self) -> None:
        """Close the agent's databases."""
        if self._chats is not None:
            self._chats.agent.close()
