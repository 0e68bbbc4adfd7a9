"""What the agent may call. Each tool is a typed LangChain tool over one recommender, usable alone.

Tools take ids (also of pictures) and vocabulary values only; nothing that they take reaches a path,
a URL or a shell. What goes wrong comes back as a message that begins with `error:`, so that a model
can mend its call.
"""

from pathlib import Path

from langchain_core.tools import BaseTool

from ..recommender.recommender import Recommender
from .compare_items import compare_items_tool
from .compare_looks import compare_looks_tool
from .explain_item import explain_item_tool
from .get_user_history import get_user_history_tool
from .illustrate import FindStudio, illustrate_tool, no_studio
from .making import FindPicture, FindWriter
from .rank_candidates import rank_candidates_tool
from .search_items import search_items_tool
from .write_copy import write_copy_tool


def make_tools(
    recommender: Recommender,
    find_picture: FindPicture,
    find_writer: FindWriter = lambda: None,
    find_studio: FindStudio = no_studio,
    paintings: Path = Path(),
) -> list[BaseTool]:
    """All tools over one recommender, the pictures that people showed, and the model that writes
    where there is one; what is painted lies in the folder `paintings`."""
    return [
        search_items_tool(recommender, find_picture),
        get_user_history_tool(recommender),
        rank_candidates_tool(recommender),
        compare_items_tool(recommender),
        compare_looks_tool(recommender, find_picture),
        explain_item_tool(recommender),
        write_copy_tool(recommender, find_writer),
        illustrate_tool(recommender, find_studio, paintings),
    ]
