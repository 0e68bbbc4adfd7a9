"""How long, and of which characters, what comes in may be."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import StringConstraints

from ...chats import NAME_CHARS

MESSAGE_CHARS = 200_000
"""Of one text; the agent reads less of it (`agent.max_message_chars`) and says so."""
URL_CHARS = 70_000_000
"""Of a picture in base64; `serve.body_bytes` bounds the whole request."""
MOST_LISTED = 100
"""Records of one answer."""

# A bound on every text also refuses lone surrogates, which no database and no UTF-8 can hold.
Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARS)]
"""Of a person."""
ItemId = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
"""Of an item, as in the catalogue's source."""
ThreadId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Of a conversation."""
TurnId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,200}$")]
"""Of a message and its answer."""
Message = Annotated[str, StringConstraints(max_length=MESSAGE_CHARS)]
"""What a person says."""
Title = Annotated[str, StringConstraints(max_length=1_000)]
"""Of a conversation; cut where it is long."""
PictureUrl = Annotated[str, StringConstraints(min_length=1, max_length=URL_CHARS)]
"""`data:image/…;base64,…`, or an address at a host that `agent.picture_hosts` allows."""

Whose = Annotated[Name, Query(description="The person.", examples=["ann"])]
"""The person whose threads or memory it is, in the query."""
ThreadInPath = Annotated[ThreadId, Path(description="The conversation.")]
"""The conversation, in the path."""
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="How many at most.")]
"""Records that one answer holds."""
Offset = Annotated[int, Query(ge=0, le=100_000, description="How many to skip.")]
"""Records that are skipped."""
