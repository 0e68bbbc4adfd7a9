"""respond: streams the answer; every claim rests on a fact, what no fact supports is cut."""

import time

from ..language_model import AWAY
from ..replies import answers, copy, fixed, painting
from ..replies.recommendation import item_text, write_items
from ..replies.words import display_title
from ..resources import Resources, emit
from ..state import State, Update

_DEGRADED = "(The language model is away; this answer comes from the recommender and its facts.)"


def respond(resources: Resources, state: State) -> Update:
    """Say the answer, piece by piece."""
    emit("stage", name="answering")
    pieces = [state["reply"]]
    first = state["first_token"]

    def say(text: str, **more: object) -> None:
        nonlocal first
        first = first or round(time.time() - state["started"], 3)
        pieces.append(text)
        emit("text", text=text, **more)

    update: Update = {}
    manifest = resources.catalog.manifest
    if state["notes"] and not state["reply"]:
        say(" ".join(state["notes"]) + " ")
    match state["request"]["intent"]:
        case "explain" | "ask" as intent:
            answer = answers.explanation if intent == "explain" else answers.question
            update = {**answer(resources, state, say), "items": answers.explained_items(state)}
        case "compare" | "rank" as intent:
            answer = answers.comparison if intent == "compare" else answers.ranking
            text, update = answer(resources, state)
            say(text)
        case "write":
            for piece in copy.pieces(state):
                say(piece)
            update = {"items": copy.written_items(state)}
        case "illustrate":
            say(painting.picture(state))
            update = {"items": painting.painted_items(state)}
        case "history":
            say(answers.history(state))
        case "chat":
            say(fixed.chat(manifest))
        case "help":
            say(fixed.help_text(manifest))
        case "reset":
            say(fixed.reset())
        case "out_of_scope":
            say(fixed.out_of_scope(manifest))
        case "crisis":
            say(fixed.crisis())
        case "private":
            say(fixed.private(manifest))
        case _:

            def on_item(item: dict) -> None:
                heading = display_title(resources.catalog, item["item_id"])
                say(item_text(item, heading), item=item, heading=heading)

            if state["candidates"]:
                items, update = write_items(resources, state, on_item)
                update["items"] = items
    if update.get("degraded", state.get("degraded")) == AWAY:
        say(f"\n{_DEGRADED}")
    return {**update, "reply": "".join(pieces), "first_token": first}
