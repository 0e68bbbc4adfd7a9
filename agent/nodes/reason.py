"""reason: the LLM weighs the candidates over the person's history, held by grammar to what exists.

Its order moves the recommender's by `llm_weight`, which is calibrated on held-out data. At weight 0
it is not asked for an order at all: what does not help costs no tokens.
"""

from typing import Any

from ...generation.text.facts import Fact, as_dicts, gather_facts
from ...generation.text.wording import fit_sentences, speakable
from ...prompts import render
from ...recommender.profile import profile_of
from ...recommender.query import Preference
from ..language_model import ask
from ..reading.dialogue import Dialogue
from ..resources import Resources, emit
from ..seeing import pictures_for
from ..state import State, Update
from .retrieve import search_text, spoken_request

FACTS_SHOWN = 3
"""Facts of each candidate in the prompt."""
FACTS_KEPT = 5
"""Facts of each candidate that the answer may use."""
LIKED_SHOWN = 5
THOUGHT_CHARS = 160


def reason(resources: Resources, state: State) -> Update:
    """Choose and order the items of the answer, with a thought about why."""
    settings, weight = resources.settings.agent, resources.llm_weight
    if not state["candidates"]:
        return {}
    emit("stage", name="thinking")
    pending = Dialogue.model_validate(state["pending"])
    considered = settings.candidates if weight > 0 else settings.items
    candidates = _with_facts(resources, state, pending, state["candidates"][:considered])
    liked = liked_titles(resources, state, pending)
    shown, seen = pictures_for(resources, pending.picture, [one["item_id"] for one in candidates])
    prompt = render(
        "reason",
        taught=resources.taught("reason"),
        noun=resources.catalog.manifest.item_noun,
        request=spoken_request(pending),
        liked=liked,
        shown=bool(shown),
        candidates=[
            {
                **one,
                "label": label(n),
                "facts": one["facts"][:FACTS_SHOWN],
                "seen": one["item_id"] in seen,
            }
            for n, one in enumerate(candidates)
        ],
    )
    answer, used = ask(
        resources.connect,
        settings,
        state,
        prompt,
        reason_schema(len(candidates), order_wanted=weight > 0),
        max_tokens=70 if weight == 0 else 70 + 5 * len(candidates),
        pictures=[*shown, *seen.values()],
    )
    thought = _checked_thought(resources, answer, candidates, liked, state)
    if thought:
        emit("thought", text=thought)
    picks = [_row(pick) for pick in (answer or {}).get("picks", [])]
    ordered = blend(candidates, picks, weight)
    return {**used, "candidates": ordered[: settings.items], "thought": thought}


def blend(
    candidates: list[dict[str, Any]], picks: list[int], weight: float
) -> list[dict[str, Any]]:
    """Candidates by a weighted mean of reciprocal ranks: the recommender's and the LLM's.

    Args:
        picks: indexes into `candidates` in the LLM's order; those it left out count as last.
        weight: the LLM's share, 0 to 1.
    """
    order = list(dict.fromkeys(pick for pick in picks if pick < len(candidates)))
    place = {pick: rank for rank, pick in enumerate(order)}

    def score(index: int) -> float:
        said = place.get(index, len(candidates))
        return (1 - weight) / (1 + index) + weight / (1 + said)

    indexes = sorted(range(len(candidates)), key=lambda index: (-score(index), index))
    return [candidates[index] for index in indexes]


def label(index: int) -> str:
    """The name of a candidate in a prompt: A, B, …"""
    return chr(ord("A") + index) if index < 26 else f"Z{index}"


def liked_titles(resources: Resources, state: State, pending: Dialogue) -> list[str]:
    """Titles of what the person likes best: said in the dialogue, then rated."""
    favourites = profile_of(resources.catalog, state.get("user")).favourites
    chosen = list(dict.fromkeys([*pending.liked[::-1], *favourites]))[:LIKED_SHOWN]
    return [resources.catalog.item(one).title for one in chosen]


def _row(name: str) -> int:
    return int(name[1:]) if len(name) > 1 else ord(name) - ord("A")


def _with_facts(
    resources: Resources, state: State, pending: Dialogue, candidates: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Candidates with title and facts, numbered through the whole list."""
    favourites = profile_of(resources.catalog, state.get("user")).favourites[:10]
    # What the answer should resemble speaks for an item before what was liked long ago.
    grounds = pending.similar_to or list(dict.fromkeys([*pending.liked[::-1], *favourites]))
    wishes = [
        Preference(attribute=wish.attribute, values=wish.values)
        for wish in pending.wishes
        if wish.attribute
    ]
    looks = _looks(resources, pending, [one["item_id"] for one in candidates])
    number, done = 1, []
    for one in candidates:
        facts = gather_facts(
            resources.recommender,
            one["item_id"],
            liked=grounds,
            constraints=[c for c in pending.constraints if c.operator != "not_in"],
            wishes=wishes,
            words=search_text(pending),
            look=looks.get(one["item_id"], ""),
            limit=FACTS_KEPT,
            start=number,
        )
        number += len(facts)
        title = resources.catalog.item(one["item_id"]).title
        done.append({**one, "title": title, "facts": as_dicts(facts)})
    return done


def _looks(resources: Resources, pending: Dialogue, item_ids: list[str]) -> dict[str, str]:
    """Item -> how near its picture is to the person's, in a sentence that can be checked."""
    picture, eyes = resources.pictures.path(pending.picture), resources.recommender.eyes
    if picture is None or eyes is None or not eyes.has_pictures:
        return {}
    ids = resources.catalog.item_ids
    return {
        ids[row]: f"Its picture is number {place} of {eyes.pictured:,} in likeness to yours."
        for row, place in eyes.places(picture, resources.recommender.rows(item_ids)).items()
    }


def reason_schema(candidates: int, *, order_wanted: bool) -> dict[str, Any]:
    """JSON schema of a thought and, where it is wanted, an order of the candidates' labels."""
    properties: dict[str, Any] = {
        "thought": {"type": "string", "minLength": 20, "maxLength": THOUGHT_CHARS}
    }
    if order_wanted:
        properties["picks"] = {
            "type": "array",
            "minItems": 1,
            "maxItems": candidates,
            "items": {"type": "string", "enum": [label(n) for n in range(candidates)]},
        }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _checked_thought(
    resources: Resources,
    answer: dict[str, Any] | None,
    candidates: list[dict[str, Any]],
    liked: list[str],
    state: State,
) -> str:
    """The supported sentences of the LLM's thought, else one made from the channels."""
    constraints = [one["text"] for one in state["request"]["constraints"]]
    facts = [Fact.model_validate(fact) for one in candidates for fact in one["facts"]]
    kept = fit_sentences(
        answer["thought"] if answer else "",
        [*speakable(facts), *constraints],
        names=[*liked, *(one["title"] for one in candidates)],
        titles=resources.titles,
    )
    if kept:
        return kept
    # Only linked wishes are said back: a person's free words are searched for, not repeated.
    wishes = Dialogue.model_validate(state["pending"]).wishes
    asked = [*constraints, *(wish.text for wish in wishes if wish.attribute)]
    parts = [f"Asked for: {', '.join(asked)}." if asked else "Nothing in particular was asked for."]
    if liked:
        parts.append(f"Liked before: {', '.join(liked[:3])}.")
    found = dict.fromkeys(name for one in candidates for name in one["channels"])
    parts.append(f"Found by: {', '.join(found)}.")
    return " ".join(parts)
