"""Agents that answer elsewhere: an OpenAI-compatible endpoint, or a function of Python.

Both get the whole dialogue each time, as `{"role", "content"}`, and may say more than text.
"""

import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
from pydantic import ValidationError

from ...errors import BadInputError, MissingError, TastemakerError
from ...serving.probe import check_endpoint
from .face import Face, Reply, Talk

Answer = Callable[[list[dict[str, str]], str | None], Any]
"""`(messages, user) -> text`, or `{"text", "items", "tokens", …}` as `Reply` has them."""
PROBE_SECONDS = 5.0
REPLY_SECONDS = 120.0


class _Talk:
    def __init__(self, answer: Answer, user: str | None) -> None:
        self._answer, self._user = answer, user
        self._messages: list[dict[str, str]] = []

    def say(self, message: str, picture: Path | None = None) -> Reply:
        if picture is not None:
            raise TastemakerError("This agent is given no pictures.")
        began = time.perf_counter()
        self._messages.append({"role": "user", "content": message})
        said = self._answer([*self._messages], self._user)
        try:
            told = {"text": said} if isinstance(said, str) else said
            reply = Reply.model_validate({"seconds": time.perf_counter() - began, **told})
        except (TypeError, ValidationError) as error:
            raise TastemakerError(f"The agent's reply is none: {str(said)[:80]!r}.") from error
        self._messages.append({"role": "assistant", "content": reply.text})
        return reply


def _talks(answer: Answer) -> Callable[[str | None], Talk]:
    return lambda user: _Talk(answer, user)


def callable_face(name: str) -> Face:
    """`module:callable`, found from the working folder.

    Raises:
        BadInputError: there is none.
    """
    module, _, attribute = name.partition(":")
    sys.path.insert(0, str(Path.cwd()))
    try:
        answer = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise BadInputError(
            f"There is no agent {name!r} ({error}); give tastemaker, deterministic,"
            " openai:URL#MODEL or module:callable."
        ) from error
    finally:
        sys.path.pop(0)
    if not callable(answer):
        raise BadInputError(f"{name!r} is no callable of (messages, user).")
    return Face(name=name, model=str(getattr(answer, "model", "unknown")), begin=_talks(answer))


def endpoint_face(name: str, api_key: str) -> Face:
    """`openai:URL#MODEL`: an agent behind `/chat/completions`; the user's id goes as `user`.

    Raises:
        BadInputError: no model is named, and the endpoint has not just one.
        MissingError: it does not answer.
    """
    url, _, model = name.removeprefix("openai:").partition("#")
    if not check_endpoint(url, api_key, PROBE_SECONDS):
        raise MissingError(
            f"The agent at {url} does not answer; is it running, does it end in /v1?"
        )
    client = openai.OpenAI(base_url=url, api_key=api_key, timeout=REPLY_SECONDS, max_retries=1)
    if not model:
        known = [one.id for one in client.models.list()]
        if len(known) != 1:
            raise BadInputError(f"Name one of its models: openai:{url}#{'|'.join(known)}.")
        model = known[0]

    def answer(messages: list[dict[str, str]], user: str | None) -> dict[str, Any]:
        asked: Any = {"model": model, "messages": messages, "temperature": 0}
        asked |= {} if user is None else {"user": user}
        try:
            said = client.chat.completions.create(**asked)
        except openai.OpenAIError as error:
            raise TastemakerError(f"The agent at {url} failed: {error}") from error
        used = said.usage.total_tokens if said.usage else 0
        return {"text": said.choices[0].message.content or "", "tokens": used, "calls": 1}

    return Face(name=name, model=model, begin=_talks(answer))
