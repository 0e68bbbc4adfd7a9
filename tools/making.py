"""How a function becomes a tool here."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import BaseModel

from ..catalog.constraints import Constraint
from ..catalog.store import Catalog
from ..errors import BadInputError, TastemakerError
from ..generation.text.writer import Writer

FindPicture = Callable[[str], Path | None]
"""The file of a picture that a person showed, by its id; none when it is not here."""
FindWriter = Callable[[], Writer | None]
"""The model that writes; none while it is away."""


def make_tool(
    name: str, description: str, arguments: type[BaseModel], call: Callable[..., dict[str, Any]]
) -> BaseTool:
    """A tool that answers with a dict, or with `error: …` where the call cannot be served."""

    def guarded(**given: Any) -> dict[str, Any]:
        try:
            return call(**given)
        except TastemakerError as error:
            raise ToolException(f"error: {error}") from error

    return StructuredTool.from_function(
        func=guarded,
        name=name,
        description=description,
        args_schema=arguments,
        handle_tool_error=True,
        handle_validation_error=lambda error: f"error: {_first_line(error)}",
    )


def check_constraints(catalog: Catalog, constraints: list[Constraint]) -> None:
    """Refuse constraints on attributes that the catalogue does not have, or of the wrong kind.

    Raises:
        BadInputError: naming the attribute and those that exist.
    """
    kinds = {spec.name: spec.kind for spec in catalog.manifest.attributes}
    for one in constraints:
        if one.attribute not in kinds:
            raise BadInputError(
                f"There is no attribute {one.attribute!r}; there are: {', '.join(kinds)}."
            )
        numeric = kinds[one.attribute] == "numeric"
        if numeric != (one.side != "values") or (numeric and one.bound is None):
            raise BadInputError(
                f"{one.operator!r} does not fit the {kinds[one.attribute]} attribute"
                f" {one.attribute!r}."
            )
        if not numeric and (kinds[one.attribute] not in ("categorical", "multi") or not one.values):
            raise BadInputError(f"{one.attribute!r} cannot be filtered by these values.")


def check_user(catalog: Catalog, user_id: str | None) -> None:
    """Refuse a user that the catalogue does not know; a guest (`None`) is fine.

    Raises:
        BadInputError: the user is not there.
    """
    if user_id is not None and not catalog.has_user(user_id):
        raise BadInputError(f"The catalogue {catalog.manifest.name} has no user {user_id!r}.")


def picture_of(picture: str | None, find_picture: FindPicture) -> Path | None:
    """The file of a picture by its id; none where none is named.

    Raises:
        BadInputError: no such picture was shown.
    """
    if picture is None:
        return None
    path = find_picture(picture)
    if path is None:
        raise BadInputError(f"There is no picture {picture!r}; show it again.")
    return path


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split("\n")[:3])
