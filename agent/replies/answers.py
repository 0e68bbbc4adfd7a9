"""Answers about items: why this one, a question, a comparison, the person's own history."""

import re
from collections.abc import Callable, Collection
from typing import Any

from langchain_core.utils.json import parse_partial_json

from ...generation.text.candidates import PERSONAL, checked
from ...generation.text.explaining import ANSWER_TOKENS, answer_schema
from ...generation.text.facts import Fact, as_dicts
from ...generation.text.questions import asked_attributes
from ...generation.text.reasons import telling
from ...generation.text.verify import split_sentences
from ...prompts import render
from ..language_model import ask
from ..reading.text import fold
from ..resources import Resources
from ..state import State, Update
from . import fixed
from .calls import answered, calls_of, went_wrong
from .looks import looks_verdict
from .words import display_title

FACTS_SAID = 4
_SUPERLATIVES = {
    "shorter": ("minutes", min), "shortest": ("minutes", min),
    "longer": ("minutes", max), "longest": ("minutes", max),
    "newer": ("year", max), "newest": ("year", max), "latest": ("year", max),
    "older": ("year", min), "oldest": ("year", min),
    "cheaper": ("price", min), "cheapest": ("price", min),
    "better": ("rating", max), "best": ("rating", max),
}  # fmt: skip
Say = Callable[[str], None]
"""Called with each piece of text that is to be said."""
_ANSWERING = ("attribute", "standing")
"""Kinds of facts that answer a question for an attribute."""


def explanation(resources: Resources, state: State, say: Say) -> Update:
    """Why an item was suggested: each sentence of the model as soon as its facts support it, else
    the facts."""
    call = answered(state, "explain_item")
    if call is None:
        lost = "Tell me which one you mean: its title, or its place in the list."
        say(fixed.failed() if went_wrong(state, "explain_item") else lost)
        return {}
    facts = [Fact.model_validate(fact) for fact in call["facts"]]
    title = display_title(resources.catalog, call["item_id"])
    if not facts:
        say(f"{title}: the catalogue records nothing more about it.")
        return {}
    say(f"{title}:")
    told = _Told(call["title"], facts, resources.titles, say)
    answer, used = _written(resources, state, call["facts"], told.on_text)
    told.finish(str(answer["answer"]) if answer else "")
    if not told.numbers:
        for fact in _said(state, call["facts"]):
            say(f" {fact['text']} [{fact['number']}]")
    elif state["request"]["intent"] == "explain" and not told.personal:
        # What is known of the person belongs to the answer to "why?".
        for fact in [one for one in telling(facts) if one.source.startswith(PERSONAL)][:2]:
            say(f" {fact.text} [{fact.number}]")
    return used


class _Told:
    """Says the sentences of an answer that facts support, while the answer is being written."""

    def __init__(self, title: str, facts: list[Fact], titles: Collection[str], say: Say) -> None:
        self._title, self._facts, self._titles, self._say = title, facts, titles, say
        self._arrived = ""
        self._read = 0
        self.numbers: set[int] = set()
        """Facts that were said."""

    def on_text(self, piece: str) -> None:
        """The next piece of the model's JSON: a sentence is whole once another has begun."""
        self._arrived += piece
        if not any(mark in piece for mark in ".!?…"):
            return
        try:
            answer = parse_partial_json(self._arrived)
        except ValueError:
            return
        if isinstance(answer, dict):
            self._take(split_sentences(str(answer.get("answer", "")))[:-1])

    def finish(self, answer: str) -> None:
        """The rest of the whole answer."""
        self._take(split_sentences(answer))

    @property
    def personal(self) -> bool:
        """Whether something was said that is known of the person, or nothing is known."""
        known = {one.number for one in self._facts if one.source.startswith(PERSONAL)}
        return not known or bool(known & self.numbers)

    def _take(self, sentences: list[str]) -> None:
        for sentence in sentences[self._read :]:
            for kept in checked(
                sentence, self._title, self._facts, self._titles, asked=True
            ).statements:
                self._say(f" {kept.marked}")
                self.numbers |= set(kept.facts)
        self._read = max(self._read, len(sentences))


def question(resources: Resources, state: State, say: Say) -> Update:
    """A question about an item: the attribute that it asks for, else what the facts say."""
    call = answered(state, "explain_item")
    asked = asked_attributes(resources.catalog, state["message"])
    if call is None:
        return explanation(resources, state, say)
    item = resources.catalog.item(call["item_id"])
    title = display_title(resources.catalog, call["item_id"])
    if asked:
        known = [spec for spec in asked if spec.name in item.attributes]
        if known:
            sources = [f"{kind}:{spec.name}" for spec in known for kind in _ANSWERING]
            facts = [fact for fact in call["facts"] if fact["source"] in sources]
            said = [f"{fact['text']} [{fact['number']}]" for fact in facts]
            say(f"{title}. {' '.join(said[:3]) or 'Nothing more is recorded.'}")
        else:
            say(f"{title}: its {asked[0].label.lower()} is not recorded in this catalogue.")
        return {}
    if item.text and re.search(
        r"\b(?:about|plot|story|happens|describe|more)\b", fold(state["message"])
    ):
        say(f"{title}. {item.text}")
        return {}
    return explanation(resources, state, say)


def comparison(resources: Resources, state: State) -> tuple[str, Update]:
    """Items side by side, attribute by attribute, and the one that the question asks for."""
    call = answered(state, "compare_items")
    if call is None:
        lost = "Tell me which two to compare: their titles, or their places in the list."
        return (fixed.failed() if went_wrong(state, "compare_items") else lost), {}
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
        lost = "Tell me which ones to choose among: their titles, or their places in the list."
        return (fixed.failed() if went_wrong(state, "rank_candidates") else lost), {}
    names = [display_title(resources.catalog, one["item_id"]) for one in call["items"]]
    known = state.get("user") or state["request"]["liked"]
    ground = "from what I know of your taste" if known else "from what you asked for"
    lines = [f"I would start with {names[0]}. In order, {ground}:"]
    return "\n".join([*lines, *(f"{place}. {name}" for place, name in enumerate(names, 1))]), {}


def history(state: State) -> str:
    """What is known of the person."""
    call = answered(state, "get_user_history")
    liked = state["request"]["liked"]
    if call is None and went_wrong(state, "get_user_history"):
        return fixed.failed()
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
                f"{f['text']} [{f['number']}]" for f in _said(state, call["result"]["facts"])
            ),
            "facts": call["result"]["facts"],
            "channels": {},
        }
        for rank, call in enumerate(calls_of(state, "explain_item"), 1)
    ]


def _said(state: State, facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts that an answer is made of: what a question is about, else those that speak of the
    person, then the item's own."""
    if state["request"]["intent"] == "ask":
        return facts[:FACTS_SAID]
    return as_dicts(telling([Fact.model_validate(one) for one in facts]))[:FACTS_SAID]


def _written(
    resources: Resources, state: State, facts: list[dict[str, Any]], on_text: Say
) -> tuple[dict[str, Any] | None, Update]:
    prompt = render(
        "answer",
        taught=resources.taught("answer"),
        noun=resources.catalog.manifest.item_noun,
        question=state["message"],
        facts=_said(state, facts),
    )
    return ask(
        resources.connect,
        resources.settings.agent,
        state,
        prompt,
        answer_schema(),
        max_tokens=ANSWER_TOKENS,
        on_text=on_text,
    )


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
