"""A model asked many questions through vLLM, and its answers kept: an interrupted run goes on."""

import hashlib
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from ..agent.looking import messages_of
from ..errors import BadInputError
from ..files import cache_dir, replacing_file, safe_name, sha256_file
from ..packages import Progress, silent
from ..prompts import Prompt
from ..serving.adapters import taught
from ..serving.calls import LLMUnusable, complete_json
from ..serving.chat_model import chat_model
from ..serving.models import resolve_model
from ..serving.server import ensure_server, stop_server
from ..settings import Settings

AT_ONCE = 16
"""Requests that are in flight while answers are collected."""
TIMED = 24
"""Questions that are asked one after another, for the time of a call."""
_PATIENCE_SECONDS = 300.0
"""Longest wait for one answer; the larger models are slow on two cores."""


class Question(BaseModel):
    """One thing to ask."""

    model_config = ConfigDict(extra="forbid")

    prompt: Prompt
    """What is asked."""
    answer_schema: dict[str, Any]
    """JSON schema of the answer."""
    max_tokens: int
    """Longest answer."""
    pictures: list[Path] = []
    """Files for the places of pictures in the prompt."""


class Answer(BaseModel):
    """What a model said."""

    model_config = ConfigDict(extra="forbid")

    text: str
    """Its answer as it came."""
    valid: bool
    """Whether it is JSON of the schema."""
    prompt_tokens: int
    """Tokens of the prompt."""
    completion_tokens: int
    """Tokens of the answer."""
    seconds: float | None = None
    """Time of the call, where it was made alone."""


def ask_all(
    settings: Settings,
    name: str,
    model: str,
    questions: Sequence[Question],
    progress: Progress = silent,
) -> list[Answer]:
    """The answers of `model`, served by the managed vLLM, to all questions.

    Args:
        name: what the run is called in progress bars and in the cache.

    Raises:
        MissingError: the model or vLLM is missing.
        LLMError: the server does not start, or breaks off.
    """
    folder = resolve_model(model, progress)
    asked = [
        [q.prompt.messages, q.answer_schema, q.max_tokens, *map(sha256_file, q.pictures)]
        for q in questions
    ]
    digest = hashlib.sha256(json.dumps([folder.name, asked]).encode()).hexdigest()[:12]
    path = cache_dir() / "evals" / "answers" / f"{safe_name(name)}-{digest}.jsonl"
    kept = _kept(path)
    if len(kept) == len(questions):
        return kept
    mine = settings.model_copy(deep=True)
    mine.llm.model, mine.llm.base_url = model, None
    mine.llm.timeout_seconds = _PATIENCE_SECONDS
    stop_server()
    llm = chat_model(mine, ensure_server(mine, progress))

    def ask(question: Question, *, timed: bool = False) -> Answer:
        began = time.perf_counter()
        try:
            answer, used = complete_json(
                llm,
                messages_of(question.prompt, question.pictures),
                question.answer_schema,
                max_tokens=question.max_tokens,
            )
            text, valid = json.dumps(answer, ensure_ascii=False), True
        except LLMUnusable as error:
            text, valid, used = error.text or "", False, error.usage
        return Answer(
            text=text,
            valid=valid,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
            seconds=time.perf_counter() - began if timed else None,
        )

    step = max(len(questions) // TIMED, 1)
    ask(questions[0])  # what is the same in every prompt is in the server's cache from here on
    while len(kept) < len(questions):
        next_one = len(kept)
        if next_one % step == 0:
            kept.append(ask(questions[next_one], timed=True))
        else:
            last = min(next_one + AT_ONCE, (next_one // step + 1) * step, len(questions))
            with ThreadPoolExecutor(AT_ONCE) as pool:
                kept += pool.map(ask, questions[next_one:last])
        _keep(path, kept)
        progress(f"asking {name}", len(kept), len(questions))
    return kept


def taught_model(settings: Settings, prompt: str, progress: Progress = silent) -> str:
    """The configured model, if it was taught a prompt's task.

    Raises:
        BadInputError: it was not.
    """
    card = taught(resolve_model(settings.llm.model, progress))
    if card is None or prompt not in card.prompts:
        raise BadInputError(
            f"The configured model {settings.llm.model} was not taught the task {prompt!r}: run"
            " `tastemaker train llm` and set TASTEMAKER_LLM__MODEL to the folder that it prints,"
            " or name other models with --model."
        )
    return settings.llm.model


def _kept(path: Path) -> list[Answer]:
    if not path.exists():
        return []
    return [Answer.model_validate_json(line) for line in path.read_text().splitlines()]


def _keep(path: Path, answers: Sequence[Answer]) -> None:
    with replacing_file(path) as temporary:
        temporary.write_text("".join(f"{one.model_dump_json()}\n" for one in answers))
