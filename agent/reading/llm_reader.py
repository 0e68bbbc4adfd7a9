"""The LLM's reading of what the deterministic reader could not link, and what of it is believed.

The LLM may only name values of closed vocabularies (its grammar holds nothing else), and what it
names becomes a soft wish at most, and only when an independent text encoder finds it close to the
message. It cannot set a hard constraint, so a wrong reading costs order, never correctness.
"""

from typing import Any

from ...catalog.records import Manifest
from ...recommender.text_encoder import TextEncoder
from .reading import Reading, Wish
from .vocabulary import is_closed

CLOSE = 0.30
"""Cosine between message and value from which a value is believed."""
MAX_VALUES = 2


def closed_vocabulary(manifest: Manifest) -> list[dict[str, Any]]:
    """The attributes with closed vocabularies: `{"name", "values"}`."""
    return [
        {"name": spec.name, "values": list(spec.vocabulary)}
        for spec in manifest.attributes
        if is_closed(spec) and spec.vocabulary_size > 1
    ]


def reading_schema(vocabulary: list[dict[str, Any]]) -> dict[str, Any]:
    """JSON schema of the LLM's answer: up to two `attribute: value` of the vocabulary."""
    values = [f"{one['name']}: {value}" for one in vocabulary for value in one["values"]]
    return {
        "type": "object",
        "properties": {
            "values": {
                "type": "array",
                "maxItems": MAX_VALUES,
                "items": {"type": "string", "enum": values},
            }
        },
        "required": ["values"],
        "additionalProperties": False,
    }


def accepted_wishes(
    answer: dict[str, Any] | None, reading: Reading, message: str, encoder: TextEncoder
) -> list[Wish]:
    """The wishes in the LLM's answer that are new and close enough to the message."""
    named = list(dict.fromkeys(answer["values"])) if answer else []
    pairs = [tuple(text.split(": ", 1)) for text in named]
    spoken = {value for one in (*reading.constraints, *reading.wishes) for value in one.values}
    pairs = [(attribute, value) for attribute, value in pairs if value not in spoken]
    if not pairs:
        return []
    vectors = encoder.encode([message, *(value for _, value in pairs)])
    return [
        Wish(text=value.lower(), attribute=attribute, values=(value,))
        for (attribute, value), vector in zip(pairs, vectors[1:], strict=True)
        if float(vectors[0] @ vector) >= CLOSE
    ]
