"""Tools that go wrong, each in one way, over real ones."""

import time
from collections.abc import Sequence
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool, ToolException

TOOL_FAULTS = ("fails", "empty", "slow", "other_types", "stale_ids")
SLOW_SECONDS = 1.0


def faulty(tools: Sequence[BaseTool], fault: str) -> list[BaseTool]:
    """The same tools, by name and arguments, with a fault."""
    return [_faulty(one, fault) for one in tools]


def _faulty(tool: BaseTool, fault: str) -> BaseTool:
    def call(**arguments: Any) -> Any:
        match fault:
            case "fails":
                raise ToolException("error: the service is out of order")
            case "empty":
                return ""
            case "slow":
                time.sleep(SLOW_SECONDS)
                return tool.invoke(arguments)
            case "other_types":
                return [3.14, None, {"text": 7}]
            case _:
                return {"item_id": "gone-0", "items": ["gone-1"], "text": "gone-2", "facts": []}

    return StructuredTool.from_function(
        func=call, name=tool.name, description=tool.description, args_schema=tool.args_schema
    )
