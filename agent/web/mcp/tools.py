"""What other agents may call: the agent's own tools, recommendations, and turns of a conversation.

Every tool's schema is its pydantic model, and what it says no to is one sentence.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ....generation.recommending import recommended
from ....recommender.recommender import Recommender
from ....tools import make_tools
from ....tools.making import make_tool
from ..paintings import painted

if TYPE_CHECKING:  # what is offered is listed before there is an agent
    from ...chats import Chats, Person

GUEST = "mcp"
"""Whose conversations they are where the server answers for no user of the catalogue."""


class Recommend(BaseModel):
    """Arguments of `recommend`."""

    user_id: str | None = Field(default=None, description="Whose history to use.")
    liked: list[str] = Field(
        default=[], max_length=50, description="Ids of items the person named as liked."
    )
    k: int = Field(default=10, ge=1, le=100, description="How many items.")
    why: bool = Field(default=True, description="Say why, from the catalogue's facts.")


class Converse(BaseModel):
    """Arguments of `converse`."""

    message: str = Field(min_length=1, max_length=20_000, description="What the person says.")
    thread: str | None = Field(
        default=None,
        max_length=200,
        description="The conversation that this goes on with, from an earlier answer; none: a new"
        " one.",
    )


def recommend_tool(recommender: Recommender) -> BaseTool:
    """What suits a person, without words."""

    def recommend(user_id: str | None, liked: list[str], k: int, why: bool) -> dict[str, Any]:
        known = [recommender.catalog.item(one).item_id for one in liked]
        found = recommended(recommender, user_id, k, liked=known, why=why)
        return {"items": [one.model_dump() for one in found]}

    return make_tool(
        "recommend",
        "The items that suit a person best and that they have not met, from their history and what"
        " they liked, with reasons.",
        Recommend,
        recommend,
    )


def converse_tool(chats: "Chats", user: str | None) -> BaseTool:
    """Turns of one person's conversations."""

    def converse(message: str, thread: str | None) -> dict[str, Any]:
        *_, turn = chats.say(_person(chats, user), message, thread=thread)
        kept = {key: turn[key] for key in ("thread", "turn", "reply", "items", "degraded")}
        return {**kept, "files": [one["file"] for one in painted(turn)]}

    return make_tool(
        "converse",
        "One turn with the recommendation agent: it understands wishes, exclusions, pointing back"
        " and feedback, and answers in words with items and the facts behind them. Pass `thread`"
        " on to stay in the conversation.",
        Converse,
        converse,
    )


def offered(chats: "Chats", user: str | None) -> list[BaseTool]:
    """Every tool over an open agent.

    Raises:
        BadInputError: the catalogue does not know the user.
    """
    from ...agent import check_user

    check_user(chats.catalog, user)
    resources = chats.agent.resources
    return [*resources.tools, recommend_tool(resources.recommender), converse_tool(chats, user)]


def described() -> list[BaseTool]:
    """The same tools while there is no agent yet: to be listed, not called."""
    nothing: Any = None
    return [*make_tools(nothing, nothing), recommend_tool(nothing), converse_tool(nothing, None)]


def pictures_in(result: dict[str, Any]) -> list[Path]:
    """The files that a tool painted."""
    files = [result["file"]] if "file" in result else result.get("files", [])
    return [path for one in files if (path := Path(one)).is_file()]


def _person(chats: "Chats", user: str | None) -> "Person":
    from ...chats import Person

    return Person(name=GUEST) if user is None else chats.person(user)
