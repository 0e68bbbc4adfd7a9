"""One LLM call each: JSON under a schema, text, or tool calls. With limits, usage, and two errors.

Works over any LangChain chat model. What comes back is never trusted: it is capped, parsed and
checked here. Whether its content is true is for the caller to find out.
"""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
import jsonschema
import openai
from jsonschema.exceptions import best_match
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, convert_to_messages
from langchain_core.messages.tool import invalid_tool_call, tool_call
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from ..errors import LLMError

CHARS_PER_TOKEN = 12
"""An answer longer than this many characters per token allowed is cut off as a runaway."""

OnText = Callable[[str], None]
"""Called with each new piece of text as it arrives."""


@dataclass(frozen=True)
class Usage:
    """What calls cost; usages add up."""

    llm_calls: int = 0
    prompt_tokens: int = 0
    """0 when the endpoint does not say."""
    completion_tokens: int = 0
    """0 when the endpoint does not say."""
    seconds: float = 0.0
    """From request to last token, summed over the calls."""
    first_token_seconds: float | None = None
    """From request to first token, of the first call that had one."""

    def __add__(self, other: "Usage") -> "Usage":
        first = self.first_token_seconds
        return Usage(
            llm_calls=self.llm_calls + other.llm_calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            seconds=self.seconds + other.seconds,
            first_token_seconds=other.first_token_seconds if first is None else first,
        )


class _FailedCall(LLMError):
    def __init__(self, message: str, *, text: str = "", usage: Usage | None = None):
        super().__init__(message)
        self.text = text
        """What had arrived, for the trace."""
        self.usage = usage or Usage(llm_calls=1)
        """What the failed call cost."""


class LLMUnavailable(_FailedCall):
    """The endpoint cannot be reached, refuses, breaks off, or takes too long."""

    kind: Literal["unavailable"] = "unavailable"


class LLMUnusable(_FailedCall):
    """The endpoint answered, but not with anything that can be used."""

    kind: Literal["unusable"] = "unusable"


def complete_json(
    model: Runnable[Any, Any],
    messages: list[dict[str, Any]],
    schema: dict[str, Any],
    *,
    max_tokens: int,
    on_text: OnText | None = None,
    deadline: float | None = None,
) -> tuple[dict[str, Any], Usage]:
    """An object that satisfies `schema`. Bound every field of it, or a small model never ends.

    `deadline` is a `time.monotonic()` value.

    Raises:
        LLMUnavailable: no answer, or not all of it by the deadline.
        LLMUnusable: empty, endless, not JSON, or not of that schema.
    """
    call = _Call(_under(model, schema), max_tokens, deadline)
    call.read(messages, on_text)
    return call.parsed(call.text, schema), call.usage


def complete_samples(
    model: Runnable[Any, Any],
    messages: list[dict[str, Any]],
    schema: dict[str, Any],
    count: int,
    *,
    max_tokens: int,
    temperature: float,
    deadline: float | None = None,
) -> tuple[list[dict[str, Any]], Usage]:
    """Several answers to one prompt, which is read once: those that satisfy `schema`, at least one.

    They count as one call. An endpoint that gives fewer gives fewer.

    Raises:
        LLMUnavailable: no answer, or not all of it by the deadline.
        LLMUnusable: none of them satisfies the schema.
    """
    sampled = _under(model, schema).bind(n=count, temperature=temperature)
    call = _Call(sampled, max_tokens, deadline)
    answers, broken = [], call.unusable("is empty")
    for text in call.samples(messages):
        try:
            answers.append(call.parsed(text, schema))
        except LLMUnusable as error:
            broken = error
    if not answers:
        raise broken
    return answers, call.usage


def complete_text(
    model: BaseChatModel,
    messages: list[dict[str, Any]],
    *,
    max_tokens: int,
    on_text: OnText | None = None,
    stop: list[str] | None = None,
    deadline: float | None = None,
) -> tuple[str, Usage]:
    """Plain text, without white space around it; it may end at `max_tokens` in mid-sentence.

    Raises:
        LLMUnavailable: no answer, or not all of it by the deadline.
        LLMUnusable: empty, or endless in spite of `max_tokens`.
    """
    call = _Call(model.bind(stop=stop) if stop else model, max_tokens, deadline)
    call.read(messages, on_text)
    return call.text.strip(), call.usage


def complete_tools(
    model: BaseChatModel,
    messages: list[dict[str, Any]],
    tools: list[BaseTool],
    *,
    max_tokens: int,
    deadline: float | None = None,
) -> tuple[AIMessage, Usage]:
    """The model's next message, with the tool calls it wants; their names and arguments are
    unchecked. Calls whose arguments are not a JSON object are in `invalid_tool_calls`.

    Raises:
        LLMUnavailable: no answer, or not all of it by the deadline.
        LLMUnusable: neither text nor a tool call, or endless in spite of `max_tokens`.
    """
    call = _Call(model.bind_tools(tools), max_tokens, deadline)
    return _with_whole_calls(call.read(messages, None)), call.usage


def _under(model: Runnable[Any, Any], schema: dict[str, Any]) -> Runnable[Any, Any]:
    """The model, made to answer under a JSON schema."""
    named = {"name": "answer", "schema": schema, "strict": True}
    return model.bind(response_format={"type": "json_schema", "json_schema": named})


class _Call:
    """One streamed answer, or several whole ones, read up to its limits."""

    def __init__(self, model: Runnable[Any, Any], max_tokens: int, deadline: float | None):
        self.model: Any = model.bind(max_tokens=max_tokens)
        self.max_chars = max_tokens * CHARS_PER_TOKEN
        self.deadline = deadline
        self.began = time.monotonic()
        self.first: float | None = None
        self.text = ""
        self.whole: AIMessage | None = None

    def read(self, messages: list[dict[str, Any]], on_text: OnText | None) -> AIMessageChunk:
        """Read to the end; the whole message, which has text or a tool call."""
        chars, whole = 0, None
        for chunk in self._arriving(lambda: self.model.stream(messages)):
            whole = chunk if whole is None else whole + chunk
            self.whole = whole
            piece = chunk.text
            size = len(piece) + _extra_chars(chunk)
            if size and self.first is None:
                self.first = time.monotonic() - self.began
            self.text += piece
            chars += size
            if chars > self.max_chars:
                raise self.unusable(f"does not end (over {self.max_chars:,} characters)")
            if piece and on_text:
                on_text(piece)
        if whole is None or not (self.text.strip() or whole.tool_call_chunks):
            raise self.unusable("is empty")
        return whole

    def samples(self, messages: list[dict[str, Any]]) -> list[str]:
        """Several answers, each whole."""
        chat, given = self.model.bound, self.model.kwargs
        asked = convert_to_messages(messages)
        (result,) = self._arriving(lambda: iter([chat.generate([asked], **given)]))
        found = [one.message for one in result.generations[0]]
        self.whole = found[0] if found else None
        return [one.text for one in found]

    def parsed(self, text: str, schema: dict[str, Any]) -> dict[str, Any]:
        """An answer as the object that it should be."""
        try:
            answer = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise self.unusable(f"is not JSON ({error})") from error
        broken = best_match(jsonschema.Draft202012Validator(schema).iter_errors(answer))
        if broken is not None:
            raise self.unusable(f"breaks the schema at {broken.json_path}: {broken.message[:200]}")
        if not isinstance(answer, dict):
            raise self.unusable("is not a JSON object")
        return answer

    @property
    def usage(self) -> Usage:
        """What this call has cost so far."""
        counts = self.whole.usage_metadata if self.whole else None
        return Usage(
            llm_calls=1,
            prompt_tokens=counts["input_tokens"] if counts else 0,
            completion_tokens=counts["output_tokens"] if counts else 0,
            seconds=time.monotonic() - self.began,
            first_token_seconds=self.first,
        )

    def unusable(self, why: str) -> LLMUnusable:
        """The error for an answer that came and cannot be used."""
        return LLMUnusable(f"The LLM's answer {why}.", text=self.text, usage=self.usage)

    def _unavailable(self, why: str) -> LLMUnavailable:
        return LLMUnavailable(f"The LLM {why}.", text=self.text, usage=self.usage)

    def _arriving(self, begin: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """What comes, read in a thread of its own: a read that hangs cannot be interrupted."""
        arrived: queue.SimpleQueue[Any] = queue.SimpleQueue()
        unwanted = threading.Event()

        def pump() -> None:
            try:
                for chunk in begin():
                    if unwanted.is_set():
                        return
                    arrived.put(chunk)
                arrived.put(None)
            except Exception as error:
                arrived.put(error)

        threading.Thread(target=copy_context().run, args=(pump,), daemon=True).start()
        try:
            while True:
                left = None if self.deadline is None else self.deadline - time.monotonic()
                try:
                    if left is not None and left <= 0:
                        raise queue.Empty
                    chunk = arrived.get(timeout=left)
                except queue.Empty:
                    raise self._unavailable("did not finish its answer in time") from None
                if chunk is None:
                    return
                if isinstance(chunk, Exception):
                    raise self._mapped(chunk) from chunk
                yield chunk
        finally:
            unwanted.set()

    def _mapped(self, error: Exception) -> Exception:
        """The error as callers know it; a defect of ours stays what it is."""
        name = type(error).__name__
        match error:
            case openai.APITimeoutError() | httpx2.TimeoutException():
                return self._unavailable("did not answer in time")
            case openai.APIConnectionError() | httpx2.HTTPError():
                return self._unavailable(f"cannot be reached ({error.__cause__ or error})")
            case openai.BadRequestError() | openai.UnprocessableEntityError():
                return LLMUnusable(
                    f"The LLM's server refused the request: {error.message[:300]}",
                    usage=self.usage,
                )
            case openai.APIStatusError():
                return self._unavailable(f"answered with HTTP {error.status_code}")
            case openai.OpenAIError():
                return self._unavailable(f"broke off ({error})")
            # What the client library makes of garbage.
            case ValueError() | KeyError() | TypeError() | AttributeError():
                return self.unusable(f"is not of the chat protocol ({name}: {str(error)[:200]})")
            case _:
                return error


def _with_whole_calls(chunk: AIMessageChunk) -> AIMessage:
    """The message with calls parsed strictly: LangChain completes cut-off arguments by guessing."""
    valid, invalid = [], []
    for part in chunk.tool_call_chunks:
        try:
            args = json.loads(part["args"] or "{}")
        except ValueError as error:
            args, why = None, str(error)
        else:
            why = "not an object"
        if part["name"] and isinstance(args, dict):
            valid.append(tool_call(name=part["name"], args=args, id=part["id"]))
        else:
            invalid.append(
                invalid_tool_call(name=part["name"], args=part["args"], id=part["id"], error=why)
            )
    return AIMessage(
        content=chunk.content,
        additional_kwargs=chunk.additional_kwargs,
        response_metadata=chunk.response_metadata,
        tool_calls=valid,
        invalid_tool_calls=invalid,
        usage_metadata=chunk.usage_metadata,
        id=chunk.id,
    )


def _extra_chars(chunk: AIMessageChunk) -> int:
    reasoning = chunk.additional_kwargs.get("reasoning", "")
    return len(reasoning) + sum(len(call["args"] or "") for call in chunk.tool_call_chunks)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
