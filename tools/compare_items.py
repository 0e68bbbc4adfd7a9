"""compare_items: the attributes of items side by side, and where they differ."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ..errors import BadInputError
from ..recommender.recommender import Recommender
from .making import make_tool


class CompareItems(BaseModel):
    """Arguments of `compare_items`."""

    item_ids: list[str] = Field(min_length=2, max_length=6, description="Items to compare.")


def compare_items_tool(recommender: Recommender) -> BaseTool:
    """The tool over one recommender."""

    def compare_items(item_ids: list[str]) -> dict[str, Any]:
        catalog = recommender.catalog
        items = [catalog.item(one) for one in dict.fromkeys(item_ids)]
        if len(items) < 2:
            raise BadInputError("Comparing takes at least two different items.")
        rows = []
        for spec in catalog.manifest.attributes:
            values = [item.attributes.get(spec.name) for item in items]
            if any(value is not None for value in values) and spec.kind != "text":
                rows.append(
                    {
                        "attribute": spec.name,
                        "label": spec.label,
                        "unit": spec.unit,
                        "values": [_plain(value) for value in values],
                        "same": all(value == values[0] for value in values),
                    }
                )
        return {
            "items": [{"item_id": item.item_id, "title": item.title} for item in items],
            "attributes": rows,
        }

    return make_tool(
        "compare_items",
        "Attributes of two to six items side by side.",
        CompareItems,
        compare_items,
    )


def _plain(value: object) -> Any:
    return value if value is None or isinstance(value, str | int | float | list) else str(value)
