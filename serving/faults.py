"""How an LLM behaves and misbehaves, as answers for `DeterministicChatModel(respond=…)`.

Each is a function of the messages and of what the call was given. `valid_json` behaves; the
others are what a product over an LLM must survive.
"""

import json
from typing import Any

import httpx2
import openai
from langchain_core.messages import AIMessage, BaseMessage

from .deterministic import Interrupted

RUNAWAY_CHARS = 10_000
"""Length of the endless answer."""


def valid_json(messages: list[BaseMessage], **kwargs: Any) -> str:
    """The smallest instance of the schema asked for; a short sentence when none is."""
    schema = _asked_schema(kwargs)
    return "All right." if schema is None else json.dumps(_smallest(schema, schema))


def hallucinating(messages: list[BaseMessage], **kwargs: Any) -> str:
    """Well-formed and false: every string of the answer is an item that does not exist."""
    invented = "The Phantom of Nowhere (2087)"
    schema = _asked_schema(kwargs)
    if schema is None:
        return f"You will love {invented}, directed by Nobody; it won nine Oscars."
    return json.dumps(_with_strings(_smallest(schema, schema), invented))


def refusing(messages: list[BaseMessage], **kwargs: Any) -> str:
    """A refusal in place of an answer, in whatever shape was asked for."""
    refusal = "I'm sorry, but I can't help with that request."
    schema = _asked_schema(kwargs)
    return (
        refusal if schema is None else json.dumps(_with_strings(_smallest(schema, schema), refusal))
    )


def repeating(messages: list[BaseMessage], **kwargs: Any) -> str:
    """One sentence over and over, whatever was asked."""
    return "I recommend it because I recommend it. " * 10


def broken_json(messages: list[BaseMessage], **kwargs: Any) -> str:
    """Valid JSON up to its last brace, which is missing."""
    return valid_json(messages, **kwargs).removesuffix("}") + ', "and'


def empty(messages: list[BaseMessage], **kwargs: Any) -> str:
    """Nothing at all."""
    return ""


def runaway(messages: list[BaseMessage], **kwargs: Any) -> str:
    """An answer that pays no heed to `max_tokens`."""
    return ("and then " * RUNAWAY_CHARS)[:RUNAWAY_CHARS]


def unknown_tools(messages: list[BaseMessage], **kwargs: Any) -> AIMessage:
    """A call of a tool that nobody offered."""
    call = {"name": "launch_rocket", "args": {"target": "moon"}, "id": "call_1"}
    return AIMessage(content="", tool_calls=[call])


def unavailable(messages: list[BaseMessage], **kwargs: Any) -> Exception:
    """No connection."""
    return openai.APIConnectionError(request=httpx2.Request("POST", "http://127.0.0.1/v1"))


def dies_midway(messages: list[BaseMessage], **kwargs: Any) -> Interrupted:
    """Half an answer, then the connection is gone."""
    text = valid_json(messages, **kwargs)
    return Interrupted(text[: len(text) // 2], unavailable(messages))


def _asked_schema(kwargs: dict[str, Any]) -> dict[str, Any] | None:
    asked = kwargs.get("response_format")
    return asked["json_schema"]["schema"] if asked else None


def _smallest(schema: dict[str, Any], root: dict[str, Any]) -> Any:
    """The first, shortest, lowest instance of the part of JSON Schema that prompts here use."""
    if "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return _smallest(target, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _smallest(schema[choice][0], root)
    kind = schema.get("type", "object")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            fields = schema.get("properties", {})
            return {name: _smallest(fields[name], root) for name in schema.get("required", [])}
        case "array":
            return _smallest_items(schema, root)
        case "string":
            return "a" * schema.get("minLength", 1)
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        case "boolean":
            return False
        case _:
            return None


def _smallest_items(schema: dict[str, Any], root: dict[str, Any]) -> list[Any]:
    count = schema.get("minItems", 0)
    items = schema.get("items", {})
    if schema.get("uniqueItems") and "enum" in items:
        return items["enum"][:count]
    return [_smallest(items, root) for _ in range(count)]


def _with_strings(value: Any, text: str) -> Any:
    match value:
        case str():
            return text
        case list():
            return [_with_strings(part, text) for part in value] or [text]
        case dict():
            return {name: _with_strings(part, text) for name, part in value.items()}
        case _:
            return value
