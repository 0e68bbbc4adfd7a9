"""Messages written by hand with their marks inline, for some fifty kinds of catalogue.

A line of `data/messages.tsv` is `intent <TAB> noun <TAB> message`; the message holds its marks:
`[+wanted]`, `[-refused]`, `[#amount]`, `[~given up]`, `[@item]`, `[liked:…]`, `[disliked:…]`,
`[seen:…]`.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict

from ..agent.reading.marks import SIGNS, Marks
from ..agent.reading.reading import Intent
from ..errors import BadInputError

MESSAGES = Path(__file__).parent / "data" / "messages.tsv"
UNMARKED = MESSAGES.with_name("unmarked.tsv")
"""Further messages of which only the intent is known; the intent classifier learns from both."""
_MARK = re.compile(r"\[(\+|-|#|~|@|liked:|disliked:|seen:)([^\[\]]+)\]")


class Part(BaseModel):
    """A stretch of a message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    """As it stands in the message."""
    kind: str | None = None
    """The kind of its mark; none for what is not marked."""


class Message(BaseModel):
    """A message with its marks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent: Intent
    """What the person wants to happen."""
    noun: str
    """What the catalogue's items are called."""
    parts: tuple[Part, ...]
    """The message in order."""

    @property
    def text(self) -> str:
        """The message as the person typed it."""
        return "".join(part.text for part in self.parts)

    def signed(self) -> list[str]:
        """Its marks in order, as a taught model writes them."""
        sign = {kind: sign for sign, kind in SIGNS.items()}
        found = [sign[part.kind] + part.text for part in self.parts if part.kind]
        return list(dict.fromkeys(found))

    def marks(self) -> Marks:
        """What a perfect reader marks, in the order of the message."""
        found: dict[str, list[str]] = {}
        for part in self.parts:
            if part.kind and part.text not in found.setdefault(part.kind, []):
                found[part.kind].append(part.text)
        return Marks.model_validate({"intent": self.intent, **found})


def read_messages(path: Path = MESSAGES) -> list[Message]:
    """All messages of a file.

    Raises:
        BadInputError: naming the first line that is not of the form above.
    """
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return [_parsed(line, f"{path.name}:{number}") for number, line in lines if line.strip()]


def _parsed(line: str, where: str) -> Message:
    intent, noun, text = [*line.split("\t"), "", ""][:3]
    if intent not in get_args(Intent) or not noun or not text:
        raise BadInputError(f"{where}: not an intent, a noun and a message between tabs.")
    parts = tuple(_parts(text))
    if any(sign in part.text for part in parts for sign in "[]"):
        raise BadInputError(f"{where}: a bracket that opens or closes no mark.")
    return Message(intent=intent, noun=noun, parts=parts)  # type: ignore[arg-type]


def _parts(text: str) -> Iterable[Part]:
    end = 0
    for match in _MARK.finditer(text):
        if match.start() > end:
            yield Part(text=text[end : match.start()])
        yield Part(text=match[2], kind=SIGNS[match[1]])
        end = match.end()
    if end < len(text):
        yield Part(text=text[end:])
