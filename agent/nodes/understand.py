"""understand: the message, the picture that came with it and the dialogue so far become a typed
request."""

import time
from typing import Any, cast

from ...catalog.constraints import describe
from ..language_model import ask, new_usage
from ..memory import recall
from ..reading.dialogue import Dialogue, apply
from ..reading.illustrating import asked_picture
from ..reading.looks import asks_for_another, look_words, with_picture, without_pointing
from ..reading.marks import MAX_TOKENS, Marks, marks_of, marks_prompt, marks_schema
from ..reading.reading import Reading
from ..reading.text import clean, fold
from ..reading.writing import asked_channel
from ..resources import Resources, emit
from ..seeing import GONE, see
from ..state import State, Update


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
        "log": [
            {"id": state.get("turn_id"), "role": "user", "text": message, "turn": _turn(state)}
        ],
    }
    dialogue = recall(
        resources.store,
        resources.catalog,
        state.get("person"),
        Dialogue.model_validate(state.get("dialogue") or {}),
    )
    picture = state.get("picture", "")
    # Beside a picture `this` is the picture, and no item that was shown.
    words = without_pointing(message) if picture else message
    focus = None if picture else dialogue.focus
    refused = resources.readers.refusal(words)
    marks, used = (
        (None, {}) if refused else _marks(resources, cast(State, {**state, **update}), words)
    )
    update = {**update, **used}
    pictured = bool(picture or dialogue.picture)
    reading = resources.readers.read(words, dialogue.shown, focus, marks, pictured)
    shows = ""
    if picture and not refused:
        reading = with_picture(reading, picture)
        seen, shows, used = see(resources, cast(State, {**state, **update}), picture)
        notes += [*state.get("picture_notes", []), *seen]
        update = {**update, **used}
    elif not message:
        reading = reading.model_copy(update={"intent": "help"})
    elif dialogue.picture and asks_for_another(message):
        # More of what looks like the picture, not like the item that was spoken of.
        reading = reading.model_copy(update={"intent": "recommend", "references": []})
    pending = apply(dialogue, reading)
    if pending.picture and not picture and resources.pictures.path(pending.picture) is None:
        pending = pending.model_copy(update={"picture": ""})
        notes.append(GONE)
    titles = [resources.catalog.item(one).title for one in reading.references]
    look = look_words(without_pointing(message), titles)
    return {
        **update,
        "pending": pending.state(),
        "request": {**_request(resources, reading, pending), "shows": shows, "look": look},
        "notes": [*notes, *reading.notes],
    }


def _turn(state: State) -> int:
    return Dialogue.model_validate(state.get("dialogue") or {}).turns + 1


def _marks(resources: Resources, state: State, words: str) -> tuple[Marks | None, Update]:
    """What the LLM marks in the message; none where it is away or babbles."""
    if not (words and resources.llm_reads) or _plainly_asked(fold(words)):
        return None, {}
    taught = resources.taught("read")
    noun = resources.catalog.manifest.item_noun
    prompt = marks_prompt(noun, words, taught=taught)
    answer, used = ask(
        resources.connect,
        resources.settings.agent,
        state,
        prompt,
        marks_schema(taught=taught),
        max_tokens=MAX_TOKENS,
    )
    return (marks_of(answer, words) if answer else None), used


def _plainly_asked(folded: str) -> bool:
    """Whether plain words ask for something that no model learns to read."""
    return bool(asked_channel(folded) or asked_picture(folded))


def _request(resources: Resources, reading: Reading, pending: Dialogue) -> dict[str, Any]:
    return {
        "intent": reading.intent,
        "channel": reading.channel,
        "painted": reading.painted.model_dump() if reading.painted else None,
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
        "picture": pending.picture,
    }
