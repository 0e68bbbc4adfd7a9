"""rank_candidates: given items in the order of a person's taste and words."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ..recommender.profile import profile_of
from ..recommender.query import Query
from ..recommender.recommender import Recommender
from .making import check_user, make_tool


class RankCandidates(BaseModel):
    """Arguments of `rank_candidates`."""

    item_ids: list[str] = Field(min_length=1, max_length=50, description="Items to put in order.")
    user_id: str | None = Field(default=None, description="Whose taste to follow.")
    liked: list[str] = Field(
        default=[], max_length=50, description="Ids of items the person named as liked."
    )
    query: str = Field(default="", max_length=500, description="What is wanted, in words.")


def rank_candidates_tool(recommender: Recommender) -> BaseTool:
    """The tool over one recommender."""

    def rank_candidates(
        item_ids: list[str], user_id: str | None, liked: list[str], query: str
    ) -> dict[str, Any]:
        catalog = recommender.catalog
        check_user(catalog, user_id)
        wanted = [catalog.item(one).item_id for one in dict.fromkeys(item_ids)]
        others = tuple(set(catalog.item_ids) - set(wanted))
        taste = [*profile_of(catalog, user_id).liked, *liked]
        known = tuple(one for one in dict.fromkeys(taste) if one not in wanted)
        ranked = recommender.candidates(
            Query(text=query, user=user_id, liked=known, exclude=others), len(wanted)
        )
        return {
            "items": [
                {
                    "item_id": one.item_id,
                    "title": catalog.item(one.item_id).title,
                    "score": one.score,
                }
                for one in ranked
            ]
        }

    return make_tool(
        "rank_candidates",
        "Put given items in the order that fits a person and their words best.",
        RankCandidates,
        rank_candidates,
    )
