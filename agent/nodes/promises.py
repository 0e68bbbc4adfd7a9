"""What each tool promises to give, and whether a result keeps it.

Replies index results and look their items up; a result that is something else is a failed call.
"""

import json
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from ...catalog.store import Catalog
from ...generation.text.facts import Fact

UNUSABLE = "error: It gave nothing that can be used."


def _exists(item_id: str, info: ValidationInfo) -> str:
    if cast(Catalog, info.context).row_of(item_id) is None:
        raise ValueError("there is no such item")
    return item_id


ItemId = Annotated[str, AfterValidator(_exists)]
"""An item that the catalogue has."""


class _Promise(BaseModel):
    model_config = ConfigDict(strict=True)


class _Named(_Promise):
    item_id: ItemId
    title: str


class _Items(_Promise):
    items: list[_Named]


class _Ranked(_Promise):
    items: list[_Named] = Field(min_length=1)


class _History(_Promise):
    interactions: int = Field(ge=0, lt=2**53)
    favourites: list[_Named]
    recent: list[_Named]


class _Row(_Promise):
    attribute: str
    label: str
    unit: str | None
    values: list[str | float | list[str] | None] = Field(min_length=2)
    same: bool


class _Compared(_Promise):
    items: list[_Named] = Field(min_length=2)
    attributes: list[_Row]


class _Looks(_Promise):
    items: list[_Named]
    without_picture: list[ItemId]


class _Explained(_Named):
    facts: list[Fact]


class _Piece(_Promise):
    field: str
    text: str
    facts: list[int]
    problems: list[str]


class _Written(_Explained):
    pieces: list[_Piece]
    note: str
    llm_calls: int
    prompt_tokens: int
    completion_tokens: int


class _Painted(_Named):
    file: str
    prompt: str
    line: str
    why: list[str]
    problems: list[str]


PROMISES: dict[str, type[BaseModel]] = {
    "search_items": _Items,
    "get_user_history": _History,
    "rank_candidates": _Ranked,
    "compare_items": _Compared,
    "compare_looks": _Looks,
    "explain_item": _Explained,
    "write_copy": _Written,
    "illustrate": _Painted,
}


def checked(catalog: Catalog, call: dict[str, Any], text: str) -> tuple[Any, bool]:
    """What a call gave, and whether it is what its tool promises; what is not is `UNUSABLE`.

    Args:
        call: `name` and `args`.
        text: the content of the tool's message.
    """
    if text.lower().startswith("error"):
        return text, False
    promise = PROMISES.get(call["name"])
    if promise is None:
        return text, True
    try:
        result = json.loads(text)
        promise.model_validate(result, context=catalog)
        json.dumps(result, ensure_ascii=False, allow_nan=False).encode()  # as a checkpoint holds it
    except (ValueError, RecursionError):
        return UNUSABLE, False
    return (result, True) if _is_about(result, call["args"]) else (UNUSABLE, False)


def _is_about(result: dict[str, Any], args: dict[str, Any]) -> bool:
    """Whether a result speaks of the items that were asked about, where any were."""
    asked = [args["item_id"]] if "item_id" in args else args.get("item_ids")
    if asked is None:
        return True
    given = [result["item_id"]] if "item_id" in result else [i["item_id"] for i in result["items"]]
    return all(one in asked for one in given)
