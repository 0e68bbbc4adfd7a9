"""What every agent is to the suites: someone who answers one message after another."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict


class Reply(BaseModel):
    """What an agent said to one message."""

    model_config = ConfigDict(extra="forbid")

    text: str
    """As a person reads it."""
    items: list[str] | None = None
    """Ids that it recommends, best first; none where it only says them in the text."""
    tokens: int = 0
    """Of its language model, read and written, where it tells."""
    calls: int = 0
    """Of its language model, where it tells."""
    seconds: float = 0.0
    """Until the whole reply was there."""
    tools: list[str] = []
    """That it called, where it tells."""
    degraded: bool = False
    """Whether it says that its language model was not part of it."""


class Talk(Protocol):
    """One conversation with one person."""

    def say(self, message: str, picture: Path | None = None) -> Reply:
        """Answer a message.

        Raises:
            TastemakerError: it cannot be answered.
        """
        ...


@dataclass(frozen=True)
class Face:
    """An agent that suites can judge."""

    name: str
    """As it was asked for."""
    model: str
    """Its language model; `deterministic` for none; `unknown` where it does not tell."""
    begin: Callable[[str | None], Talk]
    """Begins a conversation with a user of the catalogue, or with a guest."""
    close: Callable[[], None] = lambda: None
    """Ends all of them."""
    own: Any = None
    """`agent.Agent` where it is ours; suites that judge its parts need it."""
