"""introduce: the first sentence of an answer with items, said while the LLM still thinks.

It states what was looked for and how much was found, which the recommender alone decides.
"""

import time

from ..replies.recommendation import lead
from ..resources import Resources, emit
from ..state import State, Update


def introduce(resources: Resources, state: State) -> Update:
    """Say the notes and the lead sentence."""
    text = " ".join([*state["notes"], lead(resources, state)])
    emit("text", text=text)
    return {"reply": text, "first_token": round(time.time() - state["started"], 3)}
