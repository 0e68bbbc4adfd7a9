"""What a simulated person says, in a language model's words; what they decide stays code's."""

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
        whole = all(one.casefold() in said.casefold() for one in kept)
        fits = len(message) / _LONGER <= len(said) <= len(message) * _LONGER
        return said if kept and whole and fits else message

    return phrase
