"""Which item suits a wish by its picture: image search says; a model that sees is asked."""

from ..reading.dialogue import Dialogue
from ..resources import Resources
from ..seeing import pick
from ..state import State, Update
from .calls import answered, calls_of
from .words import display_title


def looks_verdict(resources: Resources, state: State) -> tuple[str, Update]:
    """The verdict in words; empty where the question is not about looks, or nothing has pictures.

    Where the model and image search disagree, the answer says so and keeps to image search.
    """
    found = answered(state, "compare_looks")
    if found is None or len(found["items"]) < 2:
        return "", {}
    wish = calls_of(state, "compare_looks")[0]["args"]["wish"]
    # Measured better than the model's own choice (`tastemaker eval pictures`, `eval seeing`).
    best = found["items"][0]["item_id"]
    picture = Dialogue.model_validate(state["pending"]).picture
    chosen, used = pick(resources, state, [one["item_id"] for one in found["items"]], wish, picture)
    name = display_title(resources.catalog, best)
    said = f"By its picture {name} suits that best."
    if chosen is not None and chosen != best:
        other = display_title(resources.catalog, chosen)
        said = f"It is close: by likeness {name} suits that best, to the model’s eye {other}."
    elif not resources.sees:
        said += " (By likeness alone: the language model cannot see.)"
    if found["without_picture"]:
        said += " Those without a picture I could not look at."
    return said, used
