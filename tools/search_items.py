"""search_items: candidates for words, a picture, constraints, and items to resemble."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ..catalog.constraints import Constraint
from ..recommender.profile import profile_of
from ..recommender.query import Query
from ..recommender.recommender import Recommender
from .making import FindPicture, check_constraints, check_user, make_tool, picture_of


class SearchItems(BaseModel):
    """Arguments of `search_items`."""

    query: str = Field(default="", max_length=500, description="What is wanted, in words.")
    constraints: list[Constraint] = Field(
        default=[], max_length=20, description="What every result must satisfy."
    )
    similar_to: list[str] = Field(
        default=[], max_length=20, description="Ids of items that results should resemble."
    )
    picture: str | None = Field(
        default=None,
        max_length=64,
        description="Id of a picture that the person showed: results should look like it.",
    )
    user_id: str | None = Field(
        default=None, description="Whose taste to follow; what they know already is left out."
    )
    k: int = Field(default=10, ge=1, le=50, description="How many results.")


def search_items_tool(recommender: Recommender, find_picture: FindPicture) -> BaseTool:
    """The tool over one recommender."""

    def search_items(
        query: str,
        constraints: list[Constraint],
        similar_to: list[str],
        picture: str | None,
        user_id: str | None,
        k: int,
    ) -> dict[str, Any]:
        catalog = recommender.catalog
        check_constraints(catalog, constraints)
        check_user(catalog, user_id)
        profile = profile_of(catalog, user_id)
        found = recommender.candidates(
            Query(
                text=query,
                picture=picture_of(picture, find_picture),
                constraints=tuple(constraints),
                similar_to=tuple(catalog.item(one).item_id for one in similar_to),
                liked=tuple(profile.liked),
                exclude=(*profile.known, *similar_to),
            ),
            k,
        )
        return {
            "items": [
                {
                    "item_id": one.item_id,
                    "title": catalog.item(one.item_id).title,
                    "score": one.score,
                    "channels": one.channels,
                }
                for one in found
            ]
        }

    return make_tool(
        "search_items",
        "Find items of the catalogue by words, a picture, hard constraints and similarity.",
        SearchItems,
        search_items,
    )
