"""The graph as LangGraph Studio gets it: by the name in langgraph.json, given a message alone."""

import asyncio
import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph
from tastemaker.agent.graph import build_graph
from tastemaker.catalog.store import Catalog
from tastemaker.errors import BadInputError

CONFIGURED = json.loads((Path(__file__).parents[2] / "langgraph.json").read_text())
CONFIG: Any = {"configurable": {"thread_id": "t"}}


def named() -> Any:
    """What langgraph.json names."""
    module, _, name = CONFIGURED["graphs"]["tastemaker"].partition(":")
    return getattr(importlib.import_module(module), name)


@pytest.fixture
def graph(make_agent) -> CompiledStateGraph:
    """The same graph over the forty films, with a memory of the test's own."""
    return build_graph(make_agent().resources, InMemorySaver())


def test_the_graph_that_langgraph_json_names_answers(
    films: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It opens the configured catalogue, once; one that is not there is said in a sentence."""
    assert CONFIGURED["dependencies"] == ["."]
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TASTEMAKER_LLM__BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("TASTEMAKER_CATALOG", "nowhere")
    with pytest.raises(BadInputError, match="nowhere"):
        asyncio.run(named()({}))
    monkeypatch.setenv("TASTEMAKER_CATALOG", str(films.folder))
    asyncio.run(named()({}))
    graph = asyncio.run(named()({})).copy(update={"checkpointer": InMemorySaver()})
    turn = graph.invoke({"message": "a comedy"}, CONFIG)
    assert turn["items"] and "language model is away" in turn["reply"]


def test_a_message_is_all_that_a_turn_needs(graph: CompiledStateGraph) -> None:
    first = graph.invoke({"message": "a comedy"}, CONFIG)
    assert first["items"] and first["reply"]
    second = graph.invoke({"message": "why the second one?", "catalog": "films"}, CONFIG)
    assert first["items"][1]["title"] in second["reply"]
    assert [one["role"] for one in second["log"]] == ["user", "assistant"] * 2
    assert second["dialogue"]["turns"] == 2


def test_a_user_brings_their_history(graph: CompiledStateGraph) -> None:
    turn = graph.invoke({"message": "what do you know about me?", "user": "u1"}, CONFIG)
    assert turn["tool_calls"][0]["name"] == "get_user_history"


def test_a_person_brings_their_memory_without_a_catalogue_named(graph: CompiledStateGraph) -> None:
    graph.invoke({"message": "I loved Groundhog Day", "person": "ann"}, CONFIG)
    other: Any = {"configurable": {"thread_id": "other"}}
    turn = graph.invoke({"message": "something funny", "person": "ann"}, other)
    assert turn["request"]["liked"]
