"""remember: the turn is committed: the dialogue to the thread, the taste to the long-term store."""

from ..memory import save_told
from ..reading.dialogue import Dialogue
from ..resources import Resources
from ..state import State, Update

SHOWS_ITEMS = ("recommend", "more_like", "feedback")


def remember(resources: Resources, state: State) -> Update:
    """Commit the pending dialogue with what was shown, and the person's likes and dislikes."""
    pending = Dialogue.model_validate(state["pending"])
    shown = [one["item_id"] for one in state["items"]]
    update: dict[str, object] = {"turns": pending.turns + 1}
    if shown and state["request"]["intent"] in SHOWS_ITEMS:
        update["shown"] = shown
        update["ever_shown"] = list(dict.fromkeys([*pending.ever_shown, *shown]))
        update["focus"] = shown[0]
    dialogue = pending.model_copy(update=update)
    if person := state.get("person"):
        save_told(
            resources.store, resources.catalog.manifest.name, person, state["request"]["told"]
        )
    reply = {
        "id": state.get("turn_id"),
        "role": "assistant",
        "text": state["reply"],
        "items": shown,
        "turn": dialogue.turns,
    }
    return {"dialogue": dialogue.state(), "log": [reply]}
