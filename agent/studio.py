"""The graph for LangGraph Studio and its server (`langgraph dev`), which bring their own memory."""

from typing import Any

from langgraph.graph.state import CompiledStateGraph

from ..catalog.store import resolve_catalog
from ..settings import load_settings
from .agent import open_agent
from .graph import build_graph


def graph(config: dict[str, Any] | None = None) -> CompiledStateGraph:
    """The graph over the configured catalogue; the platform adds its own checkpointer."""
    settings = load_settings()
    agent = open_agent(settings, resolve_catalog(settings.catalog))
    return build_graph(agent.resources)
