"""The graph for LangGraph Studio and its server (`langgraph dev`), which bring their own memory.

A turn needs a message only: `{"message": "a comedy"}`; `user` brings a user's history.
"""

import asyncio
from functools import lru_cache
from typing import Any

from langgraph.graph.state import CompiledStateGraph

from ..catalog.store import resolve_catalog
from ..settings import load_settings
from .agent import Agent, open_agent
from .graph import build_graph


async def graph(config: dict[str, Any] | None = None) -> CompiledStateGraph:
    """The graph over the configured catalogue; the platform adds its own checkpointer."""
    agent = await asyncio.to_thread(_opened)  # the platform's loop may not wait for disks
    return build_graph(agent.resources)


@lru_cache(1)
def _opened() -> Agent:
    """The platform asks for the graph at every turn."""
    settings = load_settings()
    return open_agent(settings, resolve_catalog(settings.catalog))
