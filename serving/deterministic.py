"""A chat model whose answers are written down: for tests, never the product's answer."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field


@dataclass(frozen=True)
class Interrupted:
    """An answer that breaks off: the text comes, then the error."""

    text: str
    error: Exception


Answer = str | AIMessage | Exception | Interrupted
"""What one call gives; an exception is raised before the first token."""

Respond = Callable[..., Answer]
"""Called as `respond(messages, **kwargs)` with what the call was given."""


@dataclass(frozen=True)
class Call:
    """One call that the model got."""

    messages: list[BaseMessage]
    kwargs: dict[str, Any] = field(default_factory=dict)
    """`response_format`, `tools`, `max_tokens`, `stop` and whatever else was passed."""


class DeterministicChatModel(BaseChatModel):
    """Answers from a script in its order, or from a function of the messages.

    Streams in small pieces, counts usage at four characters a token, and records its calls. Asked
    for `n` answers it gives the next `n`. A script that has run out raises LookupError.
    """

    script: list[Any] = Field(default_factory=list)
    """Answers in order (see `Answer`); used when `respond` is not given."""
    respond: Respond | None = None
    """Makes each answer; `faults` has ready ones."""
    chunk_chars: int = 8
    """Characters in one streamed piece."""
    chunk_seconds: float = 0.0
    """Pause before each piece, for tests of deadlines."""
    calls: list[Call] = Field(default_factory=list)
    """What was asked, in order."""

    @property
    def _llm_type(self) -> str:
        return "deterministic"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """Pass the tools on to `respond` in OpenAI's form."""
        if tool_choice is not None:
            kwargs["tool_choice"] = tool_choice
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        generations = []
        for _ in range(kwargs.get("n", 1)):
            message, error = self._answer(messages, stop, kwargs)
            if error is not None:
                raise error
            usage = _usage(messages, message)
            message = message.model_copy(update={"usage_metadata": usage})
            generations.append(ChatGeneration(message=message))
        return ChatResult(generations=generations)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        message, error = self._answer(messages, stop, kwargs)
        text = message.text
        for start in range(0, len(text), self.chunk_chars):
            time.sleep(self.chunk_seconds)
            chunk = AIMessageChunk(content=text[start : start + self.chunk_chars])
            yield ChatGenerationChunk(message=chunk)
        if error is not None:
            raise error
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                additional_kwargs=message.additional_kwargs,
                tool_call_chunks=[
                    tool_call_chunk(
                        name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index
                    )
                    for index, call in enumerate(message.tool_calls)
                ],
                usage_metadata=_usage(messages, message),
            )
        )

    def _answer(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> tuple[AIMessage, Exception | None]:
        """The next answer, and the error that ends it."""
        if stop is not None:
            kwargs = {**kwargs, "stop": stop}
        number = len(self.calls)
        self.calls.append(Call(messages, kwargs))
        if self.respond is not None:
            answer = self.respond(messages, **kwargs)
        elif number < len(self.script):
            answer = self.script[number]
        else:
            raise LookupError(f"The script has {len(self.script)} answers; call {number + 1} came.")
        match answer:
            case Exception():
                raise answer
            case Interrupted(text, error):
                return AIMessage(text), error
            case AIMessage():
                return answer, None
            case _:
                return AIMessage(answer), None


def _usage(messages: list[BaseMessage], message: AIMessage) -> UsageMetadata:
    asked = sum(len(sent.text) for sent in messages) // 4
    calls = sum(len(json.dumps(call["args"])) for call in message.tool_calls)
    given = (len(message.text) + calls) // 4
    return UsageMetadata(input_tokens=asked, output_tokens=given, total_tokens=asked + given)
