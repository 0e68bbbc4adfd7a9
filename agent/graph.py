"""The graph: understand → retrieve → introduce → reason → act ⇄ tools → respond → remember.

Turns that suggest nothing go from understand straight to act.
"""

from functools import partial
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from .nodes.act import act, call_tools
from .nodes.introduce import introduce
from .nodes.reason import reason
from .nodes.remember import SHOWS_ITEMS, remember
from .nodes.respond import respond
from .nodes.retrieve import retrieve
from .nodes.understand import understand
from .resources import Resources
from .state import State


def build_graph(
    resources: Resources, checkpointer: BaseCheckpointSaver[Any] | None = None
) -> CompiledStateGraph:
    """The compiled graph over one catalogue. Without a checkpointer a thread has no memory."""
    graph = StateGraph(State)
    nodes = {
        "understand": understand,
        "retrieve": retrieve,
        "introduce": introduce,
        "reason": reason,
        "act": act,
        "tools": call_tools,
        "respond": respond,
        "remember": remember,
    }
    for name, node in nodes.items():
        graph.add_node(name, partial(node, resources))
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", _after_understand, ["retrieve", "act"])
    graph.add_edge("retrieve", "introduce")
    graph.add_edge("introduce", "reason")
    graph.add_edge("reason", "act")
    graph.add_conditional_edges("act", _after_act, ["tools", "respond"])
    graph.add_edge("tools", "act")
    graph.add_edge("respond", "remember")
    graph.add_edge("remember", END)
    return graph.compile(checkpointer=checkpointer)


def _after_understand(state: State) -> str:
    return "retrieve" if state["request"]["intent"] in SHOWS_ITEMS else "act"


def _after_act(state: State) -> str:
    return "tools" if state["planned"] else "respond"
