"""What was painted in conversations, by its address; nobody hears where it lies on this machine."""

import re
from pathlib import Path
from typing import Any

from ...errors import NotFoundError

PAINTINGS = "/v1/paintings/"
"""Where paintings are had, relative to the server; a painting's name follows."""
NAME = r"[0-9a-f]{20}\.png"
"""What a painting is called."""
# How `replies.painting` ends what it says: with the file.
_FILE = rf"(?:[^\n]*[/\\])(?={NAME})"
_LIES_IN = re.compile(rf"(?<=It is in ){_FILE}")
_LINE = re.compile(rf"\nIt is in {_FILE}{NAME}(?=\n|$)")


def painted(result: dict[str, Any]) -> list[dict[str, Any]]:
    """What the calls gave that painted something in a turn (its JSON object)."""
    return [
        call["result"]
        for call in result["tool_calls"]
        if call["name"] == "illustrate" and call["ok"]
    ]


def address_of(file: str) -> str:
    """The address of a painting, by its file as a turn's JSON object has it."""
    return PAINTINGS + file.replace("\\", "/").rsplit("/", 1)[-1]


def with_addresses(text: str) -> str:
    """A text of the agent that names paintings by their addresses."""
    return _LIES_IN.sub(PAINTINGS, text)


def without_places(text: str) -> str:
    """A text of the agent that leaves out where paintings are, since they are shown beside it."""
    return _LINE.sub("", text)


def painting_file(folder: Path, name: str) -> Path:
    """The file of a painting in the folder of an agent's paintings.

    Raises:
        NotFoundError: there is none of that name.
    """
    file = folder / name
    if not (re.fullmatch(NAME, name) and file.is_file()):
        raise NotFoundError("There is no such painting.")
    return file
