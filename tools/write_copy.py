"""write_copy: personal text about an item for a channel, every claim from a fact."""

from typing import Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ..generation.text.copywriting import write_copy
from ..recommender.recommender import Recommender
from .making import FindWriter, check_user, make_tool


class WriteCopy(BaseModel):
    """Arguments of `write_copy`."""

    item_id: str = Field(description="The item.")
    channel: str = Field(
        default="invitation", max_length=60, description="invitation, push, sms, email, meta, …"
    )
    user_id: str | None = Field(default=None, description="For whom.")
    liked: list[str] = Field(
        default=[], max_length=50, description="Ids of items the person named as liked."
    )


def write_copy_tool(recommender: Recommender, find_writer: FindWriter) -> BaseTool:
    """The tool over one recommender and the model that writes, if any."""

    def write(item_id: str, channel: str, user_id: str | None, liked: list[str]) -> dict[str, Any]:
        check_user(recommender.catalog, user_id)
        asset = write_copy(
            recommender, item_id, channel, user=user_id, liked=liked, writer=find_writer()
        )
        return asset.model_dump()

    return make_tool(
        "write_copy",
        "Short personal text about an item for a channel, each piece within its length limit and"
        " with the facts that it rests on.",
        WriteCopy,
        write,
    )
