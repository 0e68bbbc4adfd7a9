"""compare_looks: which of some items looks most like words, or like a picture that was shown."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ..recommender.recommender import Recommender
from .making import FindPicture, make_tool, picture_of


class CompareLooks(BaseModel):
    """Arguments of `compare_looks`."""

    item_ids: list[str] = Field(min_length=2, max_length=8, description="Items to compare.")
    wish: str = Field(default="", max_length=500, description="What it should look like, in words.")
    picture: str | None = Field(
        default=None, max_length=64, description="Id of a picture that the person showed."
    )


def compare_looks_tool(recommender: Recommender, find_picture: FindPicture) -> BaseTool:
    """The tool over one recommender."""

    def compare_looks(item_ids: list[str], wish: str, picture: str | None) -> dict[str, Any]:
        catalog = recommender.catalog
        items = [catalog.item(one) for one in dict.fromkeys(item_ids)]
        ranked = recommender.by_looks(
            [one.item_id for one in items], wish, picture_of(picture, find_picture)
        )
        seen = {item_id for item_id, _ in ranked}
        return {
            "items": [
                {"item_id": one, "title": catalog.item(one).title, "score": round(score, 4)}
                for one, score in ranked
            ],
            "without_picture": [one.item_id for one in items if one.item_id not in seen],
        }

    return make_tool(
        "compare_looks",
        "Order items by how much their pictures look like words or like a picture that was shown.",
        CompareLooks,
        compare_looks,
    )
