"""retrieve: the recommender's channels give candidates; hard constraints are a mask, not a hope."""

from ...catalog.constraints import relaxations, satisfies
from ...recommender.profile import profile_of
from ...recommender.query import Preference, Query
from ..reading.dialogue import Dialogue
from ..resources import Resources, emit
from ..state import State, Update


def retrieve(resources: Resources, state: State) -> Update:
    """Candidates for the pending request, or what could be relaxed when nothing matches."""
    emit("stage", name="searching")
    pending = Dialogue.model_validate(state["pending"])
    settings = resources.settings.agent
    known = profile_of(resources.catalog, state.get("user"))
    never = [*known.known, *pending.seen, *pending.disliked, *pending.liked, *pending.similar_to]
    query = Query(
        text=search_text(pending),
        constraints=tuple(pending.constraints),
        preferences=tuple(
            Preference(attribute=wish.attribute, values=wish.values)
            for wish in pending.wishes
            if wish.attribute
        ),
        similar_to=tuple(pending.similar_to),
        picture=resources.pictures.path(pending.picture),
        user=state.get("user"),
        liked=(*known.liked, *pending.liked),
        exclude=(*never, *pending.ever_shown),
    )
    wanted = max(settings.candidates, settings.items)
    found = resources.recommender.candidates(query, wanted)
    granting = sum(one.granted == len(query.preferences) for one in found)
    if granting < settings.items and pending.ever_shown:
        # Too little is left that is new and as wished: what was shown before may come back, after
        # what is new and before what grants fewer wishes.
        again = query.model_copy(update={"exclude": tuple(never)})
        fresh = {one.item_id for one in found}
        repeated = [
            one
            for one in resources.recommender.candidates(again, wanted)
            if one.item_id not in fresh
        ]
        found = sorted([*found, *repeated], key=lambda one: -one.granted)[:wanted]
    update: Update = {"candidates": [one.model_dump() for one in found]}
    if not found:
        allowed = resources.recommender.allowed((), tuple(never))
        update["relaxations"] = [
            one.model_dump(mode="json")
            for one in relaxations(resources.catalog, pending.constraints, allowed)
        ]
    return update


def search_text(dialogue: Dialogue) -> str:
    """What the text channels search for: the wishes that are not fully met by a value alone.

    A genre-like wish is met by every item of that genre; searching for its word too would only
    bring up the items that happen to have it in their title.
    """
    return " ".join(
        dict.fromkeys(w.text for w in dialogue.wishes if w.attribute is None or w.topical)
    )


def spoken_request(dialogue: Dialogue) -> str:
    """The request in words, for the LLM."""
    wanted = [value for one in dialogue.constraints if one.operator == "in" for value in one.values]
    words = [wish.text for wish in dialogue.wishes]
    values = [value for wish in dialogue.wishes for value in wish.values[:1]]
    return " ".join(dict.fromkeys([*words, *values, *wanted])) or "anything good"


def count_unknown(resources: Resources, dialogue: Dialogue) -> dict[str, int]:
    """Attribute -> items left out only because the catalogue does not know that attribute."""
    left_out = {}
    for attribute in {one.attribute for one in dialogue.constraints if one.side != "values"}:
        others = [one for one in dialogue.constraints if one.attribute != attribute]
        unknown = resources.catalog.items[attribute].is_null().to_numpy()
        left_out[attribute] = int((satisfies(resources.catalog, others) & unknown).sum())
    return left_out
