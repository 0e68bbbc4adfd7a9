"""get_user_history: what a person liked and when."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ..recommender.profile import profile_of
from ..recommender.recommender import Recommender
from .making import check_user, make_tool


class GetUserHistory(BaseModel):
    """Arguments of `get_user_history`."""

    user_id: str = Field(description="The person's id.")
    k: int = Field(default=10, ge=1, le=50, description="How many favourites and recent items.")


def get_user_history_tool(recommender: Recommender) -> BaseTool:
    """The tool over one recommender."""

    def get_user_history(user_id: str, k: int) -> dict[str, Any]:
        catalog = recommender.catalog
        check_user(catalog, user_id)
        profile = profile_of(catalog, user_id)

        def named(item_ids: list[str]) -> list[dict[str, str]]:
            return [{"item_id": one, "title": catalog.item(one).title} for one in item_ids]

        return {
            "interactions": len(profile.known),
            "favourites": named(profile.favourites[:k]),
            "recent": named(profile.known[::-1][:k]),
        }

    return make_tool(
        "get_user_history",
        "What a person liked best and what they interacted with last.",
        GetUserHistory,
        get_user_history,
    )
