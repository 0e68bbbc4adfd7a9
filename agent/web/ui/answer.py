"""What is shown of an answer, from its events while it comes or from its record later."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..paintings import address_of, painted, without_places

if TYPE_CHECKING:  # importing it takes a second
    from ...agent import Event

STAGES = {
    "reading": "Reading your message",
    "searching": "Looking through the catalogue",
    "using tools": "Looking it up",
    "thinking": "Weighing the candidates",
    "answering": "Finding the words",
}
"""The agent's own stages in words; what paints names its own."""
_COUNTED = re.compile(r"(.+) (\d+) of (\d+)")


@dataclass(frozen=True)
class Card:
    """A recommended item."""

    item: dict[str, Any]
    """As the turn's JSON object has it."""
    heading: str
    """Its title with what tells it from others of that title."""

    @property
    def rest(self) -> str:
        """What the heading has beside the title: the year."""
        return self.heading.removeprefix(self.item["title"]).strip(" ()")


@dataclass(frozen=True)
class Painting:
    """A picture that was painted for the answer."""

    title: str
    """The item's."""
    shows: str
    """What was drawn."""
    address: str
    """Where it is had."""


@dataclass
class Answer:
    """As much of an answer as has come."""

    pieces: list[str | Card] = field(default_factory=list)
    """Texts and items, in order."""
    stage: str = STAGES["reading"]
    """What is being done."""
    done: tuple[int, int] | None = None
    """Steps of the stage that are done, and all of them; none: it is not counted."""
    thought: str = ""
    paintings: list[Painting] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    """What a text outside of cards rests on."""
    seconds: float | None = None
    """How long it took; none while it comes."""

    def take(self, event: "Event") -> None:
        """Go on with the next event of the turn."""
        match event["type"]:
            case "stage":
                counted = _COUNTED.fullmatch(event["name"])
                name = counted[1] if counted else event["name"]
                self.stage = STAGES.get(name) or name[:1].upper() + name[1:]
                self.done = (int(counted[2]), int(counted[3])) if counted else None
            case "thought":
                self.thought = event["text"]
            case "text" if "item" in event:
                self.pieces.append(Card(event["item"], event["heading"]))
            case "text":
                self._say(without_places(event["text"]))
            case "turn":
                self._finish(event)

    def _say(self, text: str) -> None:
        if self.pieces and isinstance(self.pieces[-1], str):
            self.pieces[-1] += text
        else:
            self.pieces.append(text)

    def _finish(self, result: dict[str, Any]) -> None:
        """The kept answer in place of what came: they may differ where a check held one back."""
        self.pieces = _pieces(said(result), result["items"])
        self.thought = result["thought"]
        self.seconds = result["seconds"]["total"]
        self.paintings = [
            Painting(one["title"], one["prompt"], address_of(one["file"]))
            for one in painted(result)
        ]
        carded = [piece.item["item_id"] for piece in self.pieces if isinstance(piece, Card)]
        self.facts = [
            fact
            for item in result["items"]
            if item["item_id"] not in carded
            for fact in item["facts"]
        ]


def answer_of(result: dict[str, Any]) -> Answer:
    """An answer that is there already."""
    answer = Answer()
    answer.take({"type": "turn", **result})
    return answer


def said(result: dict[str, Any]) -> str:
    """The words of an answer."""
    return without_places(result["reply"])


def _pieces(reply: str, items: list[dict[str, Any]]) -> list[str | Card]:
    """A reply with its items' lines as cards: `3. Title (year): why`."""
    rest, pieces = f"\n{reply}", []
    for item in items:
        number, why = f"\n{item['rank']}. {item['title']}", f": {item['why']}"
        begin = rest.find(number)
        end = rest.find(why, begin + len(number)) if begin >= 0 else -1
        if end < 0:
            continue
        pieces.append(rest[:begin])
        pieces.append(Card(item, rest[begin:end].split(". ", 1)[1]))
        rest = rest[end + len(why) :]
    pieces.append(rest)
    return [piece for piece in pieces if isinstance(piece, Card) or piece.strip()]
