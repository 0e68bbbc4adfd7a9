"""The model that writes, as the settings have it."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel

from ...packages import Progress, silent
from ...prompts import Prompt, prompt_hash
from ...serving.adapters import AdapterCard, taught
from ...serving.calls import LLMUnavailable, LLMUnusable, Usage, complete_samples
from ...serving.chat_model import chat_model
from ...serving.models import resolve_model
from ...serving.server import ensure_server
from ...settings import Settings
from .draft_memory import DraftMemory

TEMPERATURE = 0.7
DRAFTS = 4
"""Texts that the best is taken from; the server reads their prompt once."""


@dataclass(frozen=True)
class Writer:
    """A model that writes, and how it is asked."""

    model: BaseChatModel
    """Writes."""
    taught: Collection[str] = frozenset()
    """Prompts whose task it has learnt."""
    drafts: int = DRAFTS
    """Texts that the best is taken from."""
    needed: bool = False
    """Whether a model that is away is an error; else code words the facts."""
    memory: DraftMemory | None = None
    """Asks each prompt once; none: every time."""


def open_writer(settings: Settings, progress: Progress = silent) -> Writer:
    """The configured model; the managed server is started where it is needed.

    Raises:
        MissingError, LLMError: it cannot be had.
    """
    if settings.llm.base_url is not None:
        return Writer(chat_model(settings))
    card = taught(resolve_model(settings.llm.model, progress))
    return Writer(chat_model(settings, ensure_server(settings, progress)), known_prompts(card))


def drafts_of(
    writer: Writer, prompt: Prompt, schema: dict[str, Any], key: str, max_tokens: int
) -> tuple[list[str], Usage]:
    """The drafts of a prompt, each the text at `key`; none where the model is away or babbles.

    Raises:
        LLMUnavailable: it is away, and the writer says that it is needed.
    """

    def ask() -> tuple[list[str], Usage]:
        answers, used = complete_samples(
            writer.model.with_config(metadata=prompt.labels),
            prompt.messages,
            schema,
            writer.drafts,
            max_tokens=max_tokens,
            temperature=TEMPERATURE,
        )
        return [str(one[key]) for one in answers], used

    try:
        if writer.memory is None:
            return ask()
        told = json.dumps([prompt.messages, schema, max_tokens, writer.drafts], sort_keys=True)
        return writer.memory.of(hashlib.sha256(told.encode()).hexdigest()[:32], ask)
    except LLMUnavailable as error:
        if writer.needed:
            raise
        return [], error.usage
    except LLMUnusable as error:
        return [], error.usage


def known_prompts(card: AdapterCard | None) -> frozenset[str]:
    """The prompts that a model has learnt, as they stand now."""
    known = card.prompts if card else {}
    return frozenset(name for name, digest in known.items() if prompt_hash(name) == digest)
