"""Entries out of the files of public sets, with their lines; what is malformed is named.

A catalogue loses little with a bad row; a set of cases with holes would give figures that compare
with nobody's. So here a bad entry refuses the file.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ...catalog.cleaning import TITLE_CHARS, clean
from ...catalog.importers.reading import TextFile, json_text
from ...errors import BadInputError
from .records import ImportedCase

_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Row(BaseModel):
    """The fields of a public set's entry that are used; what else it has is passed over."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


_Model = TypeVar("_Model", bound=BaseModel)
_Entry = tuple[str, dict[str, Any]]
"""(`file:line`, a JSON object)."""


def json_entries(path: Path) -> Iterator[_Entry]:
    """The objects of a JSON array, of JSON Lines, or of a file that is one object.

    Raises:
        BadInputError: the file cannot be read, or an entry is no JSON object.
    """
    for where, entry in _values(path):
        if not isinstance(entry, dict):
            raise BadInputError(f"{where} is not a JSON object.")
        yield where, entry


def text_of(path: Path) -> str:
    """The whole file.

    Raises:
        BadInputError: it cannot be read or is not text.
    """
    return "".join(TextFile(path).lines())


def parsed(model: type[_Model], where: str, entry: object) -> _Model:
    """An entry as a record.

    Raises:
        BadInputError: naming the place and the field.
    """
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = clean(".".join(map(str, first["loc"])), 80) or "the entry"
        why = clean(first["msg"], 200).rstrip(".")
        raise BadInputError(f"{where}: {field} is wrong: {why}.") from error


def case(where: str, **fields: object) -> ImportedCase:
    """A case of an entry's fields.

    Raises:
        BadInputError: a field is wrong.
    """
    return parsed(ImportedCase, where, fields)


def plain(text: str) -> str:
    """A text without control characters; its lines stay."""
    return "\n".join(clean(line, len(line)) for line in text.splitlines()).strip()


def titles_of(texts: list[str]) -> list[str]:
    """Titles without control characters, each once, in order."""
    cleaned = (clean(text, TITLE_CHARS) for text in texts)
    return list(dict.fromkeys(title for title in cleaned if title))


def _values(path: Path) -> Iterator[tuple[str, Any]]:
    text = text_of(path)
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    broken = bool(_SURROGATE.search(text))
    place, line, counted, entry = _after_space(text, 0), 1, 0, 0
    array = text[place : place + 1] == "["
    place = _after_space(text, place + 1) if array else place
    while place < len(text) and not (array and not entry and text[place] == "]"):
        line, counted, entry = line + text.count("\n", counted, place), place, entry + 1
        where = f"{path.name}:{line}" + (f" (entry {entry})" if array else "")
        try:
            value, end = decoder.raw_decode(text, place)
            value = _whole(value) if broken else value
        except json.JSONDecodeError as error:
            raise BadInputError(
                f"{where} is not valid JSON: {error.msg} at line {error.lineno}."
            ) from error
        except ValueError as error:
            raise BadInputError(f"{where} is not valid JSON: {error}.") from error
        except RecursionError as error:
            raise BadInputError(f"{where} is nested too deeply.") from error
        yield where, value
        place = _after_space(text, end)
        if array:
            if text[place : place + 1] == "]":
                break
            if text[place : place + 1] != ",":
                raise BadInputError(f"{where} is followed by neither a comma nor the array's end.")
            place = _after_space(text, place + 1)
            if place == len(text):
                raise BadInputError(f"{where} is followed by a comma and then by nothing.")
    if array and (place == len(text) or text[place + 1 :].strip()):
        raise BadInputError(f"{path.name} does not end where its array does.")


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _whole(value: Any) -> Any:
    """Lone surrogates, which no text file can hold, become "?"."""
    if isinstance(value, str):
        return json_text(value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {json_text(key): _whole(one) for key, one in value.items()}
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
