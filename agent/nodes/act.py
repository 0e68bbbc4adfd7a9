"""act ⇄ tools: a bounded tool loop. The plan is code's; a model that can choose tools adds to it.

What the intent needs is called first. `llm.chooses_tools` lets the LLM ask for more, within the
turn's budgets; an unknown tool or a wrong argument comes back to it as a message.
"""

import json
import time
from typing import Any

from langchain_core.messages import AIMessage
from langgraph.prebuilt import ToolNode

from ...serving.calls import LLMUnavailable, LLMUnusable, complete_tools
from ..language_model import AWAY, add_usage, within_budget
from ..reading.dialogue import Dialogue
from ..reading.looks import asks_for_looks
from ..resources import Resources, emit
from ..state import State, Update
from .promises import UNUSABLE, checked
from .retrieve import search_text

MOST_NESTED = 6
MOST_RANKED = 20
MOST_LOOKED_AT = 5
NEEDS_NO_FACTS = ("out_of_scope", "crisis", "private")
"""Intents that are turned down, so that no tool is of use."""
RESULT_CHARS = 2000
"""Characters of a tool's result that the LLM gets to see."""


def act(resources: Resources, state: State) -> Update:
    """Decide which tools to call next; none ends the loop."""
    done = len(state["tool_calls"])
    left = resources.settings.agent.max_tool_calls - done
    if not done and (planned := plan(state)):
        return {"planned": planned[:left]}
    turned_down = state["request"]["intent"] in NEEDS_NO_FACTS
    chooses = resources.settings.llm.chooses_tools and not turned_down
    if not chooses or left <= 0 or state.get("degraded"):
        return {"planned": []}
    return _ask_model(resources, state, left)


def call_tools(resources: Resources, state: State) -> Update:
    """Run the planned calls through LangGraph's ToolNode and keep plain results."""
    emit("stage", name="using tools")
    started = time.monotonic()
    request = AIMessage(
        content="", tool_calls=[{**call, "type": "tool_call"} for call in state["planned"]]
    )
    answered = ToolNode(resources.tools, handle_tool_errors=True).invoke([request])
    seconds = (time.monotonic() - started) / len(state["planned"])
    results = {message.tool_call_id: str(message.content) for message in answered}
    calls = []
    for call in state["planned"]:
        result, ok = checked(resources.catalog, call, results.get(call["id"], UNUSABLE))
        made = {"name": call["name"], "args": call["args"], "result": result, "ok": ok}
        calls.append({**made, "seconds": round(seconds, 4)})
    return {
        "planned": [],
        "tool_calls": [*state["tool_calls"], *calls],
        "usage": _with_tools(state["usage"], calls),
    }


def _with_tools(usage: dict[str, Any], calls: list[dict[str, Any]]) -> dict[str, Any]:
    """The turn's usage with what its tools asked of the LLM."""
    results = [one["result"] for one in calls if one["ok"] and isinstance(one["result"], dict)]
    counted = ("llm_calls", "prompt_tokens", "completion_tokens")
    more = {
        key: sum(asked for one in results if isinstance(asked := one.get(key), int))
        for key in counted
    }
    return {**usage, **{key: usage[key] + more[key] for key in counted}}


def plan(state: State) -> list[dict[str, Any]]:
    """The calls that the intent needs."""
    request, user = state["request"], state.get("user")
    pending = Dialogue.model_validate(state["pending"])
    items = request["references"]
    intent = request["intent"]
    if intent in ("explain", "ask") and items:
        grounds = [*pending.similar_to, *pending.liked]
        arguments = {"user_id": user, "liked": grounds, "question": state["message"][:500]}
        return [
            {"id": f"plan-{n}", "name": "explain_item", "args": {"item_id": item, **arguments}}
            for n, item in enumerate(items[:2])
        ]
    if intent == "write" and items:
        grounds = [*pending.similar_to, *pending.liked]
        wanted = {"item_id": items[0], "channel": request["channel"]}
        arguments = {**wanted, "user_id": user, "liked": grounds}
        return [{"id": "plan-0", "name": "write_copy", "args": arguments}]
    if intent == "illustrate" and items:
        grounds = [*pending.similar_to, *pending.liked]
        arguments = {**request["painted"], "user_id": user, "liked": grounds}
        call = {"item_id": items[0], **arguments}
        return [{"id": "plan-0", "name": "illustrate", "args": call}]
    if intent == "compare" and len(items) > 1:
        call = {"id": "plan-0", "name": "compare_items", "args": {"item_ids": items[:6]}}
        return [call, *_look_call(state, pending, items)]
    if intent == "rank" and len(items) > 1:
        grounds = [*pending.similar_to, *pending.liked]
        arguments = {"user_id": user, "liked": grounds, "query": search_text(pending)[:500]}
        ranked = {"item_ids": items[:MOST_RANKED], **arguments}
        call = {"id": "plan-0", "name": "rank_candidates", "args": ranked}
        return [call, *_look_call(state, pending, items)]
    if intent == "history" and user is not None:
        return [{"id": "plan-0", "name": "get_user_history", "args": {"user_id": user, "k": 5}}]
    return []


def _look_call(state: State, pending: Dialogue, items: list[str]) -> list[dict[str, Any]]:
    """The call that a question between items needs where it is about how they look."""
    if not (state.get("picture") or asks_for_looks(state["message"])):
        return []
    wish, picture = state["request"]["look"][:500], pending.picture or None
    if not (wish or picture):
        return []
    call = {"item_ids": items[:MOST_LOOKED_AT], "wish": wish, "picture": picture}
    return [{"id": "plan-looks", "name": "compare_looks", "args": call}]


def _ask_model(resources: Resources, state: State, left: int) -> Update:
    """The calls that the LLM asks for."""
    model = resources.connect() if within_budget(resources.settings.agent, state) else None
    if model is None:
        away = within_budget(resources.settings.agent, state)
        return {"planned": [], "degraded": AWAY if away else ""}
    spent = time.time() - state["started"]
    deadline = time.monotonic() + resources.settings.agent.max_seconds - spent
    history = [
        {"role": "system", "content": "Call a tool if more facts are needed; else answer `done`."},
        {
            "role": "user",
            "content": json.dumps(
                {
                    "message": state["message"],
                    "user_id": state.get("user"),
                    "candidates": [one["item_id"] for one in state["candidates"]],
                    "results": [
                        {"tool": call["name"], "result": json.dumps(call["result"])[:RESULT_CHARS]}
                        for call in state["tool_calls"]
                    ],
                },
                ensure_ascii=False,
            ),
        },
    ]
    try:
        answer, used = complete_tools(
            model, history, resources.tools, max_tokens=200, deadline=deadline
        )
    except LLMUnavailable as error:
        return {"planned": [], "usage": add_usage(state["usage"], error.usage), "degraded": AWAY}
    except LLMUnusable as error:
        return {"planned": [], "usage": add_usage(state["usage"], error.usage)}
    made = [(call["name"], call["args"]) for call in state["tool_calls"]]
    planned = [
        {"id": f"model-{len(made)}-{n}", "name": call["name"], "args": call["args"]}
        for n, call in enumerate(answer.tool_calls)
        if (call["name"], call["args"]) not in made  # the same call again brings nothing new
        and call["args"].get("user_id") in (None, state.get("user"))  # nobody else's history
        and _storable([call["name"], call["args"]])
    ]
    return {"planned": planned[:left], "usage": add_usage(state["usage"], used)}


def _storable(value: Any, depth: int = 0) -> bool:
    """Whether a checkpoint and JSON can hold what a model wrote: text, numbers, few levels."""
    match value:
        case None | bool():
            return True
        case int() | float():
            return abs(value) < 2**53
        case str():
            return value.isprintable()
        case list():
            return depth < MOST_NESTED and all(_storable(one, depth + 1) for one in value)
        case dict():
            parts = [*value, *value.values()]
            return depth < MOST_NESTED and all(_storable(one, depth + 1) for one in parts)
        case _:
            return False
