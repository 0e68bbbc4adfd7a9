"""explain_item: numbered facts that speak for (or about) an item, for a person."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ..generation.text.facts import as_dicts
from ..generation.text.questions import evidence
from ..recommender.recommender import Recommender
from .making import check_user, make_tool


class ExplainItem(BaseModel):
    """Arguments of `explain_item`."""

    item_id: str = Field(description="The item.")
    user_id: str | None = Field(default=None, description="For whom.")
    liked: list[str] = Field(
        default=[], max_length=50, description="Ids of items the person named as liked."
    )
    question: str = Field(default="", max_length=500, description="What they want to know.")


def explain_item_tool(recommender: Recommender) -> BaseTool:
    """The tool over one recommender."""

    def explain_item(
        item_id: str, user_id: str | None, liked: list[str], question: str
    ) -> dict[str, Any]:
        item = recommender.catalog.item(item_id)
        check_user(recommender.catalog, user_id)
        # What the person named speaks before what they liked long ago.
        facts = evidence(recommender, item_id, user=user_id, liked=liked, question=question)
        return {"item_id": item_id, "title": item.title, "facts": as_dicts(facts)}

    return make_tool(
        "explain_item",
        "Numbered facts about an item: its attributes, what it shares with what the person liked,"
        " what others who liked that liked; those that answer the question first.",
        ExplainItem,
        explain_item,
    )
