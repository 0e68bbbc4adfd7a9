"""Chat completions as OpenAI's API describes them, as far as a recommender has a use for it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from .bounds import Message, PictureUrl
from .item_records import ShownItem
from .models import MODEL
from .record import Record

MOST_MESSAGES = 4_000


class _Sent(BaseModel):
    """Clients send much that is of no use here."""

    model_config = ConfigDict(extra="ignore", use_attribute_docstrings=True)


class ImageAddress(_Sent):
    """Where a picture is."""

    url: PictureUrl
    """`data:image/…;base64,…`, or an address at a host that this server allows."""


class ImagePart(_Sent):
    """A picture in a message."""

    type: Literal["image_url"]
    """What this is."""
    image_url: ImageAddress
    """Where it is."""


class TextPart(_Sent):
    """Words in a message."""

    type: Literal["text"]
    """What this is."""
    text: Message
    """The words."""


class RefusalPart(_Sent):
    """Words of a model that did not want to answer."""

    type: Literal["refusal"]
    """What this is."""
    refusal: Message
    """The words."""


Part = Annotated[TextPart | ImagePart | RefusalPart, Field(discriminator="type")]


class ChatMessage(_Sent):
    """A message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    """Who speaks. Only `user` and `assistant` count: what a system message says is no rule here."""
    content: Message | Annotated[list[Part], Field(max_length=100)] | None = None
    """What is said, and shown."""


class StreamOptions(_Sent):
    """How it is streamed."""

    include_usage: bool | None = None
    """With a last chunk that says what the turn cost."""


class CompletionRequest(_Sent):
    """A conversation that wants its next answer.

    Sampling parameters (`temperature`, `top_p`, `max_tokens`, `seed`, …) are accepted and ignored.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "model": MODEL,
                "messages": [{"role": "user", "content": "something funny from the 90s"}],
                "user": "ann",
            }
        }
    )

    model: Annotated[str, StringConstraints(max_length=200)] = Field(examples=[MODEL])
    """`tastemaker`."""
    messages: list[ChatMessage] = Field(min_length=1, max_length=MOST_MESSAGES)
    """The whole conversation so far; the last one is the user's."""
    user: Annotated[str, StringConstraints(max_length=200)] | None = None
    """Whose memory counts, and grows; none: nobody's beyond this conversation."""
    stream: bool | None = False
    """As server-sent events."""
    stream_options: StreamOptions | None = None
    """How it is streamed."""
    n: int | None = Field(default=None, le=1_000)
    """Answers that are wanted: one."""
    tools: list[Any] | None = Field(default=None, max_length=1_000)
    """Not supported: the recommender calls its own."""
    functions: list[Any] | None = Field(default=None, max_length=1_000)
    """Not supported, as `tools`."""
    response_format: dict[str, Any] | None = None
    """Not supported, but for `{"type": "text"}`."""


class Annotation(Record):
    """An item of the answer."""

    type: Literal["item"] = "item"
    """What this is."""
    item: ShownItem
    """The item."""


class Usage(Record):
    """What the turn cost."""

    prompt_tokens: int
    """Tokens that the language model read."""
    completion_tokens: int
    """Tokens that it wrote; not those of the reply, of which code words a part."""
    total_tokens: int
    """Both."""


class Extra(Record):
    """What no other model has."""

    thread: str
    """The conversation here; `/v1/threads/{id}`, where a `user` was named."""
    turn: str
    """The turn here."""
    thought: str = ""
    """The reasoning behind the answer."""
    degraded: bool = False
    """Whether the language model was away."""


class AnswerMessage(Record):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    """Who speaks."""
    content: str
    """The answer in words, items included."""
    refusal: None = None
    """Never."""
    annotations: list[Annotation]
    """The items of the answer."""


class Choice(Record):
    """The one choice."""

    index: int = 0
    """Of it."""
    message: AnswerMessage
    """The answer."""
    finish_reason: Literal["stop"] = "stop"
    """It ended by itself."""
    logprobs: None = None
    """Never."""


class Completion(Record):
    """An answer, whole."""

    id: str = Field(examples=["chatcmpl-1c2b3a4d5e6f"])
    """Of the turn."""
    object: Literal["chat.completion"] = "chat.completion"
    """What this is."""
    created: int
    """Unix time."""
    model: str = MODEL
    """Who answers."""
    choices: list[Choice]
    """One."""
    usage: Usage
    """What it cost."""
    tastemaker: Extra
    """What no other model has."""


class Delta(Record):
    """A piece of the answer."""

    role: Literal["assistant"] | None = None
    """In the first chunk."""
    content: str | None = None
    """Further words."""
    annotations: list[Annotation] | None = None
    """The items of the answer, in the last chunk that has a delta."""


class ChunkChoice(Record):
    """The one choice."""

    index: int = 0
    """Of it."""
    delta: Delta
    """A piece of the answer."""
    finish_reason: Literal["stop"] | None = None
    """In the last chunk that has a delta."""
    logprobs: None = None
    """Never."""


class Chunk(Record):
    """A piece of an answer."""

    id: str
    """Of the turn."""
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    """What this is."""
    created: int
    """Unix time."""
    model: str = MODEL
    """Who answers."""
    choices: list[ChunkChoice]
    """One; none in the chunk that says what it cost."""
    usage: Usage | None = None
    """What it cost, in the last chunk, where that was asked for."""
    tastemaker: Extra | None = None
    """In the first chunk the conversation and the turn, in the last one everything."""
