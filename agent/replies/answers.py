"""Answers about items: why this one, a question, a comparison, the person's own history."""

import re
from typing import Any

from ...catalog.records import AttributeSpec
from ...generation.facts import Fact, as_dicts, attribute_sentence
from ...generation.reasons import telling
from ...generation.wording import written_reason
from ...prompts import render
from ..language_model import ask
from ..reading.text import fold
from ..resources import Resources
from ..state import State, Update
from .calls import answered, calls_of
from .looks import looks_verdict
from .words import display_title

ANSWER_CHARS = 300
FACTS_SAID = 4
_SUPERLATIVES = {
    "shorter": ("minutes", min), "shortest": ("minutes", min),
    "longer": ("minutes", max), "longest": ("minutes", max),
    "newer": ("year", max), "newest": ("year", max), "latest": ("year", max),
    "older": ("year", min), "oldest": ("year", min),
    "cheaper": ("price", min), "cheapest": ("price", min),
    "better": ("rating", max), "best": ("rating", max),
}  # fmt: skip
# Questions whose words are not the attribute's own.
_ASKED = {"who": ("director", "artist", "author", "maker"), "when": ("year", "date")}


def explanation(resources: Resources, state: State) -> tuple[str, Update]:
    """Why an item was suggested: the model's sentences that its facts support, else the facts."""
    call = answered(state, "explain_item")
    if call is None:
        return "Tell me which one you mean: its title, or its place in the list.", {}
    facts = call["facts"]
    title = display_title(resources.catalog, call["item_id"])
    if not facts:
        return f"{title}: the catalogue records nothing more about it.", {}
    answer, used = _written(resources, state, facts)
    text = written_reason(
        answer["answer"] if answer else "",
        call["title"],
        [Fact.model_validate(f) for f in facts],
        resources.titles,
    )
    if not text or _impersonal(text, facts):
        text = " ".join(f"{fact['text']} [{fact['number']}]" for fact in _telling(facts))
    return f"{title}: {text}", used


def _impersonal(text: str, facts: list[dict[str, Any]]) -> bool:
    """Whether an answer to "why?" leaves out all that is known of the person."""
    personal = [fact for fact in facts if fact["source"].startswith(("people:", "shared:"))]
    return bool(personal) and not any(f"[{fact['number']}]" in text for fact in personal)


def question(resources: Resources, state: State) -> tuple[str, Update]:
    """A question about an item: the attribute that it asks for, else what the facts say."""
    call = answered(state, "explain_item")
    if call is None:
        return "Tell me which one you mean: its title, or its place in the list.", {}
    item = resources.catalog.item(call["item_id"])
    asked = _asked_attributes(resources, state["message"])
    title = display_title(resources.catalog, call["item_id"])
    if asked:
        known = [spec for spec in asked if spec.name in item.attributes]
        if known:
            said = [attribute_sentence(spec, item.attributes[spec.name], set()) for spec in known]
            said = [one for one in said if one] or ["Nothing more is recorded."]
            return f"{title}. {' '.join(said[:2])}", {}
        return f"{title}: its {asked[0].label.lower()} is not recorded in this catalogue.", {}
    if item.text and re.search(
        r"\b(?:about|plot|story|happens|describe|more)\b", fold(state["message"])
    ):
        return f"{title}. {item.text}", {}
    return explanation(resources, state)


def comparison(resources: Resources, state: State) -> tuple[str, Update]:
    """Items side by side, attribute by attribute, and the one that the question asks for."""
    call = answered(state, "compare_items")
    if call is None:
        return "Tell me which two to compare: their titles, or their places in the list.", {}
    names = [display_title(resources.catalog, one["item_id"]) for one in call["items"]]
    lines = [f"{' against '.join(names)}:"]
    for row in call["attributes"]:
        unit = f" {row['unit']}" if row["unit"] else ""
        said = [_plain(value, unit) for value in row["values"]]
        both = f"{said[0]} (the same)" if row["same"] else " / ".join(said)
        lines.append(f"- {row['label']}: {both}")
    verdict, used = looks_verdict(resources, state)
    if verdict := verdict or _verdict(state["message"], call, names):
        lines.append(verdict)
    return "\n".join(lines), used


def ranking(resources: Resources, state: State) -> tuple[str, Update]:
    """Items in the order that suits the person best, or the wish about looks."""
    verdict, used = looks_verdict(resources, state)
    if verdict:
        return verdict, used
    call = answered(state, "rank_candidates")
    if call is None:
        return "Tell me which ones to choose among: their titles, or their places in the list.", {}
    names = [display_title(resources.catalog, one["item_id"]) for one in call["items"]]
    known = state.get("user") or state["request"]["liked"]
    ground = "from what I know of your taste" if known else "from what you asked for"
    lines = [f"I would start with {names[0]}. In order, {ground}:"]
    return "\n".join([*lines, *(f"{place}. {name}" for place, name in enumerate(names, 1))]), {}


def history(state: State) -> str:
    """What is known of the person."""
    call = answered(state, "get_user_history")
    liked = state["request"]["liked"]
    if call is None:
        said = f"You told me that you like {len(liked)} of them." if liked else ""
        return f"You are a guest here, so I know no history of yours. {said}".strip()
    favourites = ", ".join(one["title"] for one in call["favourites"])
    recent = ", ".join(one["title"] for one in call["recent"])
    return (
        f"You have {call['interactions']} entries in your history. Best rated: {favourites}."
        f" Most recent: {recent}."
    )


def explained_items(state: State) -> list[dict[str, Any]]:
    """The items that an answer spoke about, with their facts, as the JSON output has them."""
    return [
        {
            "item_id": call["result"]["item_id"],
            "title": call["result"]["title"],
            "rank": rank,
            "why": " ".join(
                f"{f['text']} [{f['number']}]" for f in _telling(call["result"]["facts"])
            ),
            "facts": call["result"]["facts"],
            "channels": {},
        }
        for rank, call in enumerate(calls_of(state, "explain_item"), 1)
    ]


def _telling(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts that speak of the person first, then the item's own."""
    return as_dicts(telling([Fact.model_validate(one) for one in facts]))[:FACTS_SAID]


def _written(
    resources: Resources, state: State, facts: list[dict[str, Any]]
) -> tuple[dict[str, Any] | None, Update]:
    prompt = render(
        "answer",
        taught=resources.taught("answer"),
        noun=resources.catalog.manifest.item_noun,
        question=state["message"],
        facts=_telling(facts),
    )
    return ask(
        resources.connect,
        resources.settings.agent,
        state,
        prompt,
        answer_schema(),
        max_tokens=110,
    )


def answer_schema() -> dict[str, Any]:
    """JSON schema of an answer in words."""
    return {
        "type": "object",
        "properties": {"answer": {"type": "string", "maxLength": ANSWER_CHARS}},
        "required": ["answer"],
        "additionalProperties": False,
    }


def _asked_attributes(resources: Resources, message: str) -> list[AttributeSpec]:
    """The attributes that a question asks for, by their names and cue words."""
    text = fold(message)
    words = set(re.findall(r"[a-z]+", text))
    found = []
    for spec in resources.catalog.manifest.attributes:
        if spec.kind == "text":
            continue
        cues = [
            spec.name,
            spec.label.lower(),
            *(cue for cue in spec.cues if cue not in ("with", "about")),
        ]
        if any(re.search(rf"\b{re.escape(cue)}\b", text) for cue in cues):
            found.append(spec)
    named = {spec.name for spec in found}
    for word, names in _ASKED.items():
        if word in words and not found:
            found += [
                s
                for s in resources.catalog.manifest.attributes
                if s.name in names and s.name not in named
            ]
    return found


def _verdict(message: str, call: dict[str, Any], names: list[str]) -> str:
    """The item that a `which is shorter` asks for."""
    words = re.findall(r"[a-z]+", fold(message))
    for word in words:
        if word not in _SUPERLATIVES:
            continue
        measure, pick = _SUPERLATIVES[word]
        for row in call["attributes"]:
            known = [v for v in row["values"] if isinstance(v, int | float)]
            if (row["attribute"] == measure or row["unit"] == measure) and len(known) == len(names):
                best = pick(known)
                if known.count(best) > 1:
                    return "They are equal in that."
                return f"{names[known.index(best)]} is the {word} one."
    return ""


def _plain(value: Any, unit: str) -> str:
    if value is None:
        return "not recorded"
    if isinstance(value, list):
        return ", ".join(value[:4])
    return f"{value:g}{unit}" if isinstance(value, int | float) else str(value)
