"""What the LLM marks in one message: the intent, and which words ask, refuse, limit or point.

The LLM says what the words do; code finds what they mean in the catalogue (`marked`). So it needs
no vocabulary, works for catalogues that it has never seen, and can name nothing that the person
did not write: a mark that repeats nothing of the message is dropped.
"""

from typing import Any, get_args

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz, process

from ...prompts import Prompt, render
from .reading import Intent
from .text import fold

SIGNS = {
    "+": "want",
    "-": "avoid",
    "#": "limits",
    "~": "drop",
    "@": "items",
    "liked:": "liked",
    "disliked:": "disliked",
    "seen:": "seen",
}
"""How a taught model writes the kinds: `["+funny", "-gore", "#90s"]`, in the message's order, which
is easier for a small model than a list for each kind, and shorter."""
MOST_MARKS = 8
"""Marks of one kind."""
MARK_CHARS = 60
REPEATED = 82
"""Likeness (0 to 100) from which a mark repeats words of the message, misspelt."""
_PUNCTUATION = ".,;:!?\"'()…"
MAX_TOKENS = 160
"""Enough for the marks of a long message."""
MESSAGE_CHARS = 600
"""Characters of a message that the LLM gets to see."""


class Marks(BaseModel):
    """One message, marked. Every mark is a stretch of the message."""

    model_config = ConfigDict(extra="forbid")

    want: list[str] = []
    """What is asked for: kinds, topics, makers, moods."""
    avoid: list[str] = []
    """What is refused, without the words that refuse it."""
    limits: list[str] = []
    """Amounts with the words that bound them: `under 2 hours`, `90s`, `cheaper`."""
    drop: list[str] = []
    """What no longer matters."""
    items: list[str] = []
    """Items spoken about: titles, places in the list, pronouns."""
    liked: list[str] = []
    """Items that the person likes."""
    disliked: list[str] = []
    """Items that the person turns down."""
    seen: list[str] = []
    """Items that the person knows."""
    intent: Intent
    """What the person wants to happen; said last, when everything else has been looked at."""

    def said(self) -> dict[str, Any]:
        """What is not empty, as the LLM writes it."""
        return {kind: said for kind, said in self.model_dump().items() if said}


KINDS = tuple(name for name in Marks.model_fields if name != "intent")


def marks_prompt(noun: str, message: str, *, taught: bool, examples: bool = True) -> Prompt:
    """The prompt for one message.

    Args:
        taught: the model has learnt this task, so that it needs no instructions.
        examples: for a model that has not, whether worked examples stand in the instructions.
    """
    message = message[:MESSAGE_CHARS]
    return render("read", noun=noun, message=message, taught=taught, examples=examples)


def marks_schema(*, taught: bool) -> dict[str, Any]:
    """JSON schema of the LLM's answer: signed marks in order, or lists for the kinds that occur."""
    intent = {"type": "string", "enum": list(get_args(Intent))}
    if taught:
        sign = "|".join("\\" + sign if sign == "+" else sign for sign in SIGNS)
        mark = {"type": "string", "pattern": rf'^({sign})[^"\\\n]{{1,{MARK_CHARS}}}$'}
        marks = {"type": "array", "maxItems": 2 * MOST_MARKS, "items": mark}
        return _object({"marks": marks, "intent": intent}, ["marks", "intent"])
    marks = {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_MARKS,
        "items": {"type": "string", "minLength": 1, "maxLength": MARK_CHARS},
    }
    return _object({**dict.fromkeys(KINDS, marks), "intent": intent}, ["intent"])


def marks_of(answer: dict[str, Any], message: str) -> Marks:
    """The marks of an answer that stand in the message; one misspelt, as the message has it."""
    said = answer
    if "marks" in answer:
        said = {kind: [] for kind in KINDS}
        for mark in answer["marks"]:
            for sign in SIGNS:
                if mark.startswith(sign):
                    said[SIGNS[sign]].append(mark.removeprefix(sign))
    return Marks(
        intent=answer["intent"],
        **{
            kind: [m for m in dict.fromkeys(_standing(m, message) for m in said.get(kind, ())) if m]
            for kind in KINDS
        },
    )


def _standing(mark: str, message: str) -> str | None:
    """The words of the message that a mark repeats, if any."""
    if fold(mark) in fold(message):
        return mark
    words = message.split()
    count = len(mark.split())
    starts = range(len(words) - count + 1)
    runs = [" ".join(words[i : i + count]).strip(_PUNCTUATION) for i in starts]
    near = process.extractOne(mark, runs, scorer=fuzz.ratio, score_cutoff=REPEATED)
    return near[0] if near else None


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
