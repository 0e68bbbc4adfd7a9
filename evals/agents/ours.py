"""Tastemaker itself, in a folder of its own, so that nobody's conversations are touched."""

import copy
import tempfile
from pathlib import Path
from typing import Any

from langgraph.store.memory import InMemoryStore

from ...agent.agent import Agent, new_thread, open_agent
from ...agent.graph import build_graph
from ...catalog.store import Catalog
from ...packages import Progress, silent
from ...settings import Settings
from .face import Face, Reply, Talk


class _Talk:
    def __init__(self, agent: Agent, user: str | None) -> None:
        self._agent, self._user, self._thread = _forgetful(agent), user, new_thread()

    def say(self, message: str, picture: Path | None = None) -> Reply:
        *_, turn = self._agent.turn(message, thread=self._thread, user=self._user, picture=picture)
        return reply_of(turn)


def talk_with(agent: Agent, user: str | None) -> Talk:
    """A new conversation with an agent of ours; it remembers no other one of the same person."""
    return _Talk(agent, user)


def _forgetful(agent: Agent) -> Agent:
    """The same agent with a long-term memory of its own: cases that share a person are independent,
    whichever is tried first."""
    _ = agent.resources.titles  # computed once for all copies
    own = copy.copy(agent)
    own.resources = copy.copy(agent.resources)
    own.resources.store = InMemoryStore()
    own.graph = build_graph(own.resources, agent.graph.checkpointer)  # type: ignore[arg-type]
    return own


def reply_of(turn: dict[str, Any]) -> Reply:
    """A turn's JSON object as a reply."""
    usage = turn["usage"]
    return Reply(
        text=turn["reply"],
        items=[one["item_id"] for one in turn["items"]],
        tokens=usage["prompt_tokens"] + usage["completion_tokens"],
        calls=usage["llm_calls"],
        seconds=turn["seconds"]["total"],
        tools=[one["name"] for one in turn["tool_calls"]],
        degraded=turn["degraded"],
    )


def our_face(
    name: str,
    catalog: Catalog,
    settings: Settings,
    *,
    use_llm: bool = True,
    progress: Progress = silent,
) -> Face:
    """Tastemaker over a catalogue; users that talk to it are known to it, their threads are new.

    Raises:
        TastemakerError: something is missing.
    """
    home = tempfile.TemporaryDirectory(prefix="tastemaker-eval-")
    agent = open_agent(settings, catalog, use_llm=use_llm, home=Path(home.name), progress=progress)
    remote = settings.llm.base_url is not None
    known = f"{settings.llm.model} at {settings.llm.base_url}" if remote else settings.llm.model

    def close() -> None:
        agent.close()
        home.cleanup()

    return Face(
        name=name,
        model=known if use_llm else "deterministic",
        begin=lambda user: _Talk(agent, user),
        close=close,
        own=agent,
    )
