"""TOML files that people write: strict, so that a misspelt key is no silent loss."""

import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from .errors import BadInputError

Record = TypeVar("Record", bound=BaseModel)


def read_toml(path: Path, record: type[Record], what: str) -> Record:
    """A record from a TOML file. `what` names the file to people: `The brief`.

    Raises:
        BadInputError: it cannot be read, has an unknown key or a wrong value; the message names it.
    """
    try:
        return record.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{what} {path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(f"{what} {path} is not TOML: {error}.") from error
    except ValidationError as error:
        raise BadInputError(f"{what} {path}: {_first(error, record)}.") from error


def _first(error: ValidationError, record: type[BaseModel]) -> str:
    # A misspelt key is an unknown one and a missing one: the unknown one tells more.
    first: Any = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] != "extra_forbidden":
        return f"{key}: {first['msg'].removeprefix('Value error, ')}".removeprefix(": ")
    known = f"; known are: {', '.join(record.model_fields)}" if len(first["loc"]) == 1 else ""
    return f"unknown key {key}{known}"
