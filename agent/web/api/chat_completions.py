"""The chat completions that OpenAI's clients speak."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from ....errors import BadInputError
from ..guards.callers import CurrentCaller, TheService
from ..paintings import with_addresses
from ..problems import ProblemAnswer
from .completion_records import (
    Annotation,
    AnswerMessage,
    ChatMessage,
    Choice,
    Chunk,
    ChunkChoice,
    Completion,
    CompletionRequest,
    Delta,
    Extra,
    ImagePart,
    TextPart,
    Usage,
)
from .continuing import Attempt, Said, Sender, continued
from .models import check_model
from .responses import refusals, streamed
from .streams import begun, event_stream, to_json, unbroken
from .turn_records import Answered, answered

if TYPE_CHECKING:
    from ...agent import Event

router = APIRouter(tags=["OpenAI-compatible"])
_CHUNKS = streamed(
    "The answer; where `stream` is true, as chunks. An error within a stream is a chunk whose"
    " `error` is that of an error's body.",
    'data: {"id": "chatcmpl-1c…", "object": "chat.completion.chunk", "choices": [{"index": 0,'
    ' "delta": {"role": "assistant", "content": ""}}], …}\n\ndata: [DONE]\n\n',
)


@router.post(
    "/v1/chat/completions",
    summary="Answer a conversation",
    response_model=Completion,
    responses={**refusals(404, 409), **_CHUNKS},
)
def create_chat_completion(
    body: CompletionRequest,
    caller: CurrentCaller,
    service: TheService,
    idempotency_key: Annotated[
        str | None,
        Header(max_length=300, description="Names the request; sent again, it is answered once."),
    ] = None,
    x_stainless_retry_count: Annotated[
        str | None,
        Header(max_length=20, description="Set by OpenAI's clients; above 0 it is a retry."),
    ] = None,
    x_openwebui_user_id: Annotated[
        str | None,
        Header(max_length=200, description="Whose memory counts where the body names no `user`."),
    ] = None,
) -> Completion | StreamingResponse:
    """The recommender's answer to the last message, as if it were a model.

    The conversation is found again by what was said in it; one that was edited is begun anew, and
    its earlier messages of the user are read again. System messages and sampling parameters are
    ignored. The items of the answer are in `annotations`.
    """
    _check(body)
    sender = Sender(caller.tenant, body.user or x_openwebui_user_id or None)
    retried = (x_stainless_retry_count or "0") != "0"
    attempt = Attempt(idempotency_key or "", again=bool(idempotency_key) or retried)
    events = continued(service.chats, sender, _history(body.messages), attempt)
    first, events = begun(service.turns.run(events, caller))
    made = _Made(first)
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)
        return event_stream(_lines(made.chunks(unbroken(events), usage)))
    return made.whole(events)


def _check(body: CompletionRequest) -> None:
    """Refuse what a recommender cannot do.

    Raises:
        BadInputError: something like that is wanted.
        NotFoundError: another model is wanted.
    """
    check_model(body.model)
    if body.n not in (None, 1):
        raise BadInputError("There is one answer to a message here; leave n out, or set it to 1.")
    if body.tools or body.functions:
        raise BadInputError(
            "The recommender calls its own tools and none of a client's; leave tools out."
        )
    if body.response_format and body.response_format.get("type") != "text":
        raise BadInputError(
            "The recommender answers in words; leave response_format out and read the items from"
            " the message's annotations."
        )


def _history(messages: list[ChatMessage]) -> list[Said]:
    """What the person and the recommender said.

    Raises:
        BadInputError: the last message is not the user's, or shows several pictures.
    """
    said = [_said(one) for one in messages if one.role in ("user", "assistant")]
    if not said or said[-1].role != "user":
        raise BadInputError("The last message must be the user's.")
    return said


def _said(message: ChatMessage) -> Said:
    role = "user" if message.role == "user" else "assistant"
    if not isinstance(message.content, list):
        return Said(role, message.content or "")
    text = "\n".join(one.text for one in message.content if isinstance(one, TextPart))
    pictures = [one.image_url.url for one in message.content if isinstance(one, ImagePart)]
    if len(pictures) > 1:
        raise BadInputError("A message may show one picture; send the others after it.")
    return Said(role, text, pictures[0] if pictures else "")


class _Made:
    """An answer in the making."""

    def __init__(self, accepted: "Event") -> None:
        self._thread, self._turn = accepted["thread"], accepted["turn"]
        self._head: dict[str, Any] = {
            "id": f"chatcmpl-{self._turn}", "created": int(time.time()),
        }  # fmt: skip

    def whole(self, events: "Iterator[Event]") -> Completion:
        """The answer at its end; what there is of one that was stopped."""
        text, last = "", None
        for event in events:
            if event["type"] == "text":
                text += with_addresses(event["text"])
            if event["type"] == "turn":
                last = answered(self._turn, event)
                text = last.reply
        message = AnswerMessage(content=text, annotations=_annotations(last))
        return Completion(
            **self._head, choices=[Choice(message=message)], usage=_usage(last),
            tastemaker=self._extra(last),
        )  # fmt: skip

    def chunks(self, events: "Iterator[Event]", usage: bool) -> Iterator[Chunk | ProblemAnswer]:
        """The answer as it comes."""
        yield self._chunk(Delta(role="assistant", content=""), tastemaker=self._extra(None))
        text, last = "", None
        for event in events:
            match event["type"]:
                case "text":
                    piece = with_addresses(event["text"])
                    text += piece
                    yield self._chunk(Delta(content=piece))
                case "turn":
                    last = answered(self._turn, event)
                    if not text:  # it was answered before
                        yield self._chunk(Delta(content=last.reply))
                case "error":
                    yield ProblemAnswer(error=event["problem"])
                    return
        delta = Delta(annotations=_annotations(last))
        yield self._chunk(delta, finish_reason="stop", tastemaker=self._extra(last))
        if usage:
            yield Chunk(**self._head, choices=[], usage=_usage(last))

    def _chunk(
        self, delta: Delta, *, finish_reason: Any = None, tastemaker: Extra | None = None
    ) -> Chunk:
        choice = ChunkChoice(delta=delta, finish_reason=finish_reason)
        return Chunk(**self._head, choices=[choice], tastemaker=tastemaker)

    def _extra(self, last: Answered | None) -> Extra:
        extra = Extra(thread=self._thread, turn=self._turn)
        if last is None:
            return extra
        return extra.model_copy(update={"thought": last.thought, "degraded": last.degraded})


def _annotations(last: Answered | None) -> list[Annotation]:
    return [Annotation(item=one) for one in last.items] if last else []


def _usage(last: Answered | None) -> Usage:
    read, written = (last.usage.prompt_tokens, last.usage.completion_tokens) if last else (0, 0)
    return Usage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)


def _lines(chunks: Iterator[Chunk | ProblemAnswer]) -> Iterator[bytes]:
    for chunk in chunks:
        yield format_sse_event(data_str=to_json(_dumped(chunk)))
    yield format_sse_event(data_str="[DONE]")


def _dumped(chunk: Chunk | ProblemAnswer) -> dict[str, Any]:
    """Without what a chunk does not say."""
    said = chunk.model_dump(mode="json")
    for choice in said.get("choices", []):
        choice["delta"] = _told(choice["delta"])
    return _told(said)


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
