"""What the graph's state holds: plain dicts, lists, ids and numbers, so that checkpoints load years
later. `dialogue` and `log` live as long as the thread; the rest is of one turn, of which `message`
is all that must be given.
"""

from typing import Annotated, Any, TypedDict

Update = dict[str, Any]
"""The keys of the state that a node changed."""
Entry = dict[str, Any]
"""A message of the log: `{"id", "role", "text", "turn"}`, replies with `"items"` (ids)."""


def joined_log(log: list[Entry], new: list[Entry]) -> list[Entry]:
    """The log with new entries; those of a turn that is tried again replace its old ones."""
    again = {(one["id"], one["role"]) for one in new if one.get("id")}
    return [*(one for one in log if (one.get("id"), one["role"]) not in again), *new]


class State(TypedDict):
    """One thread."""

    catalog: str
    """Name of the catalogue that the thread is about."""
    user: str | None
    """Whose history counts; none for a guest."""
    person: str | None
    """Whose memory is read and written; none: nobody's."""
    dialogue: dict[str, Any]
    """`reading.dialogue.Dialogue`, committed when a turn ends."""
    log: Annotated[list[Entry], joined_log]
    """Every message."""

    turn_id: str
    """Of this turn; a turn that is tried again keeps it. None where the graph runs by itself."""
    message: str
    """The message of this turn, cleaned and bounded."""
    picture: str
    """Id of the picture that came with it; empty: none."""
    picture_notes: list[str]
    """What the person should know of how their picture was read."""
    started: float
    """Unix time at which the turn began."""
    pending: dict[str, Any]
    """The dialogue with this message read; becomes `dialogue` when the turn ends."""
    request: dict[str, Any]
    """`intent`, `constraints`, `wishes`, `liked`, `disliked`, `references`, `picture`, as the JSON
    output."""
    notes: list[str]
    """Sentences that the reply must say."""
    candidates: list[dict[str, Any]]
    """`recommender.Candidate`s, best first."""
    relaxations: list[dict[str, Any]]
    """What could be given up, where nothing matches."""
    thought: str
    """The reasoning that is shown folded away."""
    planned: list[dict[str, Any]]
    """Tool calls that wait: `{"id", "name", "args"}`."""
    tool_calls: list[dict[str, Any]]
    """Tool calls that were made: `{"name", "args", "result", "ok", "seconds"}`."""
    items: list[dict[str, Any]]
    """Recommended items as the JSON output has them."""
    reply: str
    """The answer."""
    prompts: dict[str, str]
    """Prompt name -> hash, of those that were used."""
    usage: dict[str, Any]
    """`llm_calls`, `prompt_tokens`, `completion_tokens`, `seconds` of this turn."""
    first_token: float | None
    """Seconds until the first words of the reply."""
    degraded: str
    """Why the LLM is not part of this turn; empty when it is."""
