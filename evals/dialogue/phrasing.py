"""What a simulated person says, in a language model's words; what they decide stays code's."""

import re
from collections.abc import Sequence

from ...errors import LLMError
from ...packages import Progress
from ...prompts import render
from ...serving.calls import complete_json
from ...serving.chat_model import chat_model
from ...serving.server import ensure_server
from ...settings import Settings
from .person import Phrase

_SCHEMA = {
    "type": "object",
    "properties": {"message": {"type": "string", "minLength": 10, "maxLength": 240}},
    "required": ["message"],
    "additionalProperties": False,
}
_NAMES = re.compile(r"(?<=[a-z,;:] )(?!I\b)[A-Z]\w+|\d[\d.]*|^[A-Z]\w+ [A-Z]\w+")
"""Names and numbers; a capital that only begins a sentence is none."""
_ANSWERS = re.compile(
    r"\byou(?:'ve| have)? (?:asked|wanted|liked|want)\b|\bfor you\b", re.IGNORECASE
)
_LONGER = 2.5
"""A rewording that is so much longer says something else."""


def phrase_with(settings: Settings, noun: str, progress: Progress) -> Phrase:
    """Rewording by the configured model. Where a value is lost, or it fails, the words stay as they
    were: a person's wishes never depend on a model."""
    llm = chat_model(settings, ensure_server(settings, progress))

    def phrase(message: str, kept: Sequence[str]) -> str:
        prompt = render("rephrase", noun=noun, message=message)
        try:
            answer, _ = complete_json(llm, prompt.messages, _SCHEMA, max_tokens=90)
        except LLMError:
            return message
        said = " ".join(str(answer["message"]).split())
        return said if kept and says_the_same(message, said, kept) else message

    return phrase


def says_the_same(message: str, said: str, kept: Sequence[str]) -> bool:
    """Whether a rewording has every value that must stay, names and numbers no others, is no answer
    to the person, and is about as long."""
    whole = all(one.casefold() in said.casefold() for one in kept)
    new = set(_NAMES.findall(said)) - set(_NAMES.findall(message)) - set(" ".join(kept).split())
    fits = len(message) / _LONGER <= len(said) <= len(message) * _LONGER
    return whole and not new and fits and not _ANSWERS.search(said)
