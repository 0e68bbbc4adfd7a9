"""understand: the message and the dialogue so far become a typed request."""

import time
from typing import Any, cast

from ...catalog.constraints import describe
from ...prompts import render
from ..language_model import ask, new_usage
from ..memory import recall
from ..reading.dialogue import Dialogue, apply
from ..reading.intents import wants_something
from ..reading.llm_reader import accepted_wishes, closed_vocabulary, reading_schema
from ..reading.reading import Reading
from ..reading.text import clean, fold
from ..resources import Resources, emit
from ..state import State, Update

UNRELATED = 0.22
"""Cosine to the nearest item below which a message that links to nothing is out of scope."""


def understand(resources: Resources, state: State) -> Update:
    """Read the message with both readers and merge the result into the dialogue."""
    emit("stage", name="reading")
    limit = resources.settings.agent.max_message_chars
    message = clean(state["message"][: limit * 4])  # cleaning only shortens
    notes = []
    if len(message) > limit:
        message = message[:limit]
        notes.append(f"Your message is long; I read its first {limit} characters.")
    update: Update = {
        "message": message,
        "started": time.time(),
        "candidates": [],
        "relaxations": [],
        "thought": "",
        "planned": [],
        "tool_calls": [],
        "items": [],
        "reply": "",
        "prompts": {},
        "usage": new_usage(),
        "first_token": None,
        "degraded": "",
        "log": [{"role": "user", "text": message, "turn": _turn(state)}],
    }
    dialogue = recall(
        resources.store,
        resources.catalog,
        state.get("user"),
        Dialogue.model_validate(state.get("dialogue") or {}),
    )
    reading = resources.reader.read(message, dialogue.shown, dialogue.focus)
    if not message:
        reading = reading.model_copy(update={"intent": "help"})
    elif reading.unread and reading.intent == "recommend":
        if _unrelated(resources, message, reading):
            reading = Reading(intent="out_of_scope")
        else:
            reading, used = _second_reader(resources, cast(State, {**state, **update}), reading)
            update = {**update, **used}
    pending = apply(dialogue, reading)
    return {
        **update,
        "pending": pending.state(),
        "request": _request(resources, reading, pending),
        "notes": [*notes, *reading.notes],
    }


def _turn(state: State) -> int:
    return Dialogue.model_validate(state.get("dialogue") or {}).turns + 1


def _unrelated(resources: Resources, message: str, reading: Reading) -> bool:
    linked = (
        reading.constraints
        or reading.references
        or any(wish.attribute for wish in reading.wishes)
        or reading.released
    )
    if linked or wants_something(fold(message)):
        return False
    return resources.recommender.relevance(" ".join(reading.unread)) < UNRELATED


def _second_reader(resources: Resources, state: State, reading: Reading) -> tuple[Reading, Update]:
    """What the LLM makes of the words that the deterministic reader could not link."""
    vocabulary = closed_vocabulary(resources.catalog.manifest)
    if not vocabulary:
        return reading, {}
    prompt = render(
        "understand",
        noun=resources.catalog.manifest.item_noun,
        attributes=vocabulary,
        message=state["message"],
    )
    answer, used = ask(
        resources.connect,
        resources.settings.agent,
        state,
        prompt,
        reading_schema(vocabulary),
        max_tokens=60,
    )
    wishes = accepted_wishes(answer, reading, state["message"], resources.recommender.encoder)
    return reading.model_copy(update={"wishes": [*reading.wishes, *wishes]}), used


def _request(resources: Resources, reading: Reading, pending: Dialogue) -> dict[str, Any]:
    return {
        "intent": reading.intent,
        "constraints": [
            {
                **one.model_dump(mode="json"),
                "text": describe(one, resources.catalog.spec(one.attribute)),
            }
            for one in pending.constraints
        ],
        "wishes": [wish.text for wish in pending.wishes],
        "liked": pending.liked,
        "disliked": pending.disliked,
        "seen": pending.seen,
        "references": reading.references,
        "told": {"seen": reading.seen, "disliked": reading.disliked, "liked": reading.liked},
        "similar_to": pending.similar_to,
    }
