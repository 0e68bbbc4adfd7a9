"""The LLM as a turn sees it: within budget, possibly away, never trusted.

A call either brings data or nothing. When the LLM is away the turn goes on without it (`degraded`);
when it babbles, only that call is lost.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel

from ..errors import BadInputError
from ..prompts import Prompt
from ..serving.calls import LLMUnavailable, LLMUnusable, Usage, complete_json
from ..settings import AgentSettings
from .looking import messages_of
from .state import State, Update

Connect = Callable[[], BaseChatModel | None]
"""Gives the model when it answers now, else none; called once a turn, so it must be quick."""

AWAY = "the language model is away"


def new_usage() -> dict[str, Any]:
    """Nothing used yet."""
    return {"llm_calls": 0, "prompt_tokens": 0, "completion_tokens": 0, "seconds": 0.0}


def ask(
    connect: Connect,
    budget: AgentSettings,
    state: State,
    prompt: Prompt,
    schema: dict[str, Any],
    *,
    max_tokens: int,
    on_text: Callable[[str], None] | None = None,
    pictures: Sequence[Path] = (),
) -> tuple[dict[str, Any] | None, Update]:
    """One JSON answer, or none; and the state's keys that the call changed.

    Args:
        pictures: files for the places of pictures in the prompt, in order.
        on_text: called with each piece of text as it arrives.
    """
    if state.get("degraded") or not within_budget(budget, state):
        return None, {}
    model = connect()
    if model is None:
        return None, {"degraded": AWAY}
    try:
        messages = messages_of(prompt, pictures)
    except BadInputError:  # a picture is gone; the turn goes on without this call
        return None, {}
    deadline = time.monotonic() + budget.max_seconds - (time.time() - state["started"])
    answer, degraded = None, ""
    try:
        answer, used = complete_json(
            model.with_config(metadata=prompt.labels),
            messages,
            schema,
            max_tokens=max_tokens,
            on_text=on_text,
            deadline=deadline,
        )
    except LLMUnavailable as error:
        used, degraded = error.usage, AWAY
    except LLMUnusable as error:
        used = error.usage
    return answer, {
        "usage": add_usage(state["usage"], used),
        "prompts": {**state["prompts"], prompt.name: prompt.sha256},
        "degraded": degraded,
    }


def within_budget(budget: AgentSettings, state: State) -> bool:
    """Whether this turn may call the LLM once more."""
    used = state["usage"]
    most_calls = budget.max_llm_calls + bool(budget.max_llm_calls and state.get("picture"))
    return (
        used["llm_calls"] < most_calls
        and used["prompt_tokens"] + used["completion_tokens"] < budget.max_tokens
        and time.time() - state["started"] < budget.max_seconds
    )


def add_usage(total: dict[str, Any], used: Usage) -> dict[str, Any]:
    """The turn's usage with one more call."""
    return {
        "llm_calls": total["llm_calls"] + used.llm_calls,
        "prompt_tokens": total["prompt_tokens"] + used.prompt_tokens,
        "completion_tokens": total["completion_tokens"] + used.completion_tokens,
        "seconds": round(total["seconds"] + used.seconds, 3),
    }
