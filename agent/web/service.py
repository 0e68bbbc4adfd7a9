"""What every front end works with: the conversations, once they are open, and where things are."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from langgraph.store.base import BaseStore

from ...errors import MissingError, TastemakerError
from ...settings import Settings
from ..chats import LOCAL, Chats
from .guards.keys import Keys
from .guards.limits import Limits
from .telling.logs import log, log_turn
from .telling.metrics import Metrics
from .turns import Finished, Turns

GRACE_SECONDS = 5.0
"""That running turns get when the server stops."""


class Service:
    """One agent, opened in the background so that the first page need not wait for it."""

    def __init__(
        self,
        settings: Settings,
        campaigns: Path,
        opening: Callable[[], Chats],
        *,
        host: str = "127.0.0.1",
        store: BaseStore | None = None,
        home: Path | None = None,
    ) -> None:
        """
        Args:
            campaigns: the folder that campaigns' folders lie in.
            opening: opens the agent; called once, by `open`.
            host: the address that requests come in at.
            store: where keys are kept, so that they are known while the agent opens; none: where
                the agent keeps what it knows.
            home: where the secret that signs cookies is kept; none: it is drawn anew.
        """
        self.settings = settings
        self.host = host
        self.home = home
        self.turns = Turns(settings.serve.turns_at_once, self._turn_finished)
        self.metrics = Metrics(lambda: self.turns.running)
        self.limits = Limits(settings.serve, lambda: self.store)
        self._store = store
        self._keys: Keys | None = None
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
        except Exception as error:
            self._problem = MissingError("Tastemaker could not start; its log says where.")
            log.error("bug", exc_info=error)
        finally:
            self._ready.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether the agent was opened, or failed to, within so many seconds."""
        return self._ready.wait(seconds)

    @property
    def ready(self) -> bool:
        """Whether the agent is open."""
        return self._chats is not None

    def check(self) -> None:
        """Say what kept the agent from being opened.

        Raises:
            TastemakerError: that.
        """
        if self._problem is not None:
            raise self._problem

    @property
    def chats(self) -> Chats:
        """The conversations.

        Raises:
            MissingError: they are not open yet.
            TastemakerError: what kept them from being opened.
        """
        self.check()
        if self._chats is None:
            raise MissingError("Tastemaker is starting; try again in a few seconds.")
        return self._chats

    @property
    def store(self) -> BaseStore:
        """Where keys and what they spent are kept.

        Raises:
            TastemakerError: as `chats`.
        """
        return self._store if self._store is not None else self.chats.agent.resources.store

    @property
    def keys(self) -> Keys:
        """The API keys.

        Raises:
            TastemakerError: as `chats`.
        """
        if self._keys is None:
            self._keys = Keys(self.store)
        return self._keys

    def campaigns_of(self, tenant: str) -> Path:
        """The folder of a tenant's campaigns."""
        return self._campaigns if tenant == LOCAL else self._campaigns / "tenants" / tenant

    def close(self) -> None:
        """Let running turns come to their end for some seconds, then close the databases."""
        self.turns.wait(GRACE_SECONDS)
        if self._chats is not None:
            self._chats.agent.close()

    def _turn_finished(self, turn: Finished) -> None:
        log_turn(turn)
        if turn.thread and not turn.again:
            self.metrics.turn(turn)
            if turn.result is not None and turn.caller.key is not None:
                self._spend(turn.caller.key, turn.result["usage"])

    def _spend(self, key_id: str, usage: dict[str, Any]) -> None:
        try:
            self.limits.spend(key_id, usage["prompt_tokens"] + usage["completion_tokens"])
        except TastemakerError as error:
            log.warning("tokens of a turn are not counted elsewhere", exc_info=error)
