"""The chat model behind every call: ChatOpenAI for whatever speaks the OpenAI protocol."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from langchain_core.language_models import BaseChatModel
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from ..settings import Settings
from .probe import check_endpoint
from .server import Endpoint, ensure_server

__all__ = ["EndpointChatModel", "chat_model", "check_endpoint"]

CONNECT_SECONDS = 5.0
"""Longest wait for a connection; the rest of the time is the answer's."""


def chat_model(settings: Settings, endpoint: Endpoint | None = None) -> BaseChatModel:
    """The chat model at `endpoint`, else at `settings.llm.base_url`, else on the managed server.

    Raises:
        MissingError, LLMError: the managed server is needed and does not start.
    """
    llm = settings.llm
    if endpoint is None:
        endpoint = (
            Endpoint(base_url=llm.base_url, model=llm.model)
            if llm.base_url
            else ensure_server(settings)
        )
    local = urlsplit(endpoint.base_url).hostname in {"127.0.0.1", "localhost", "::1"}
    return EndpointChatModel(
        base_url=endpoint.base_url,
        model=endpoint.model,
        api_key=SecretStr(llm.api_key.get_secret_value()),
        temperature=llm.temperature,
        seconds=llm.timeout_seconds,
        timeout=openai.Timeout(llm.timeout_seconds, connect=CONNECT_SECONDS),
        max_retries=llm.retries,
        http_client=openai.DefaultHttpxClient(trust_env=False)
        if local
        else None,  # no proxy to this machine
        stream_usage=True,
        use_responses_api=False,
    )


class EndpointChatModel(ChatOpenAI):
    """ChatOpenAI that keeps vLLM's reasoning text and holds the whole answer to a time limit.

    Reasoning, which vLLM and others send beside the content, is in
    `additional_kwargs["reasoning"]`, streamed or not.
    """

    seconds: float
    """Longest wait for one streamed answer, from request to last token."""

    def _get_request_payload(self, input_: Any, *, stop: Any = None, **kwargs: Any) -> dict:
        payload = super()._get_request_payload(input_, stop=stop, **kwargs)
        # Sent as plain data: the client library would parse the stream a second time by itself
        # and raise where this package wants to see the text.
        if "response_format" in payload:
            extra = payload.get("extra_body") or {}
            payload["extra_body"] = extra | {"response_format": payload.pop("response_format")}
        return payload

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        deadline = time.monotonic() + self.seconds
        for chunk in super()._stream(*args, **kwargs):
            if time.monotonic() > deadline:
                raise openai.APITimeoutError(httpx2.Request("POST", str(self.openai_api_base)))
            yield chunk

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict, default_chunk_class: type, base_generation_info: dict | None
    ) -> ChatGenerationChunk | None:
        result = super()._convert_chunk_to_generation_chunk(
            chunk, default_chunk_class, base_generation_info
        )
        choices = chunk.get("choices")
        if result is not None and choices:
            _keep_reasoning(result.message.additional_kwargs, choices[0]["delta"])
        return result

    def _create_chat_result(
        self, response: dict | openai.BaseModel, generation_info: dict | None = None
    ) -> ChatResult:
        result = super()._create_chat_result(response, generation_info)
        sent = response if isinstance(response, dict) else response.model_dump(warnings=False)
        for generation, choice in zip(result.generations, sent["choices"], strict=True):
            _keep_reasoning(generation.message.additional_kwargs, choice["message"])
        return result


def _keep_reasoning(kept: dict[str, Any], sent: dict[str, Any]) -> None:
    reasoning = sent.get("reasoning") or sent.get("reasoning_content")
    if reasoning:
        kept["reasoning"] = reasoning
