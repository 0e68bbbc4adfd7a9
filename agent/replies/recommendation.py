"""The answer to a request: a lead sentence, then each item with its reason and facts."""

from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.utils.json import parse_partial_json

from ...catalog.constraints import Constraint, describe_all
from ...generation.text.facts import Fact
from ...generation.text.reasons import spoken, template_reason
from ...generation.text.wording import written_reason
from ...prompts import render
from ..language_model import ask
from ..nodes.reason import label
from ..nodes.retrieve import count_unknown
from ..reading.dialogue import Dialogue
from ..resources import Resources
from ..state import State, Update
from .words import plural

REASON_CHARS = 160
NAMED = 3
"""Items that one acknowledgement names."""


def lead(resources: Resources, state: State) -> str:
    """What was looked for, in the catalogue's own words, and what the person should know of it."""
    catalog = resources.catalog
    pending = Dialogue.model_validate(state["pending"])
    count = min(len(state["candidates"]), resources.settings.agent.items)
    noun = plural(catalog.manifest.item_noun, count)
    # Only linked wishes are said back: free text of a person is searched for, not repeated.
    wishes = [wish.text for wish in pending.wishes if wish.attribute]
    required = describe_all(catalog, pending.constraints)
    asked = [*wishes, *required]
    asked += [f"like {catalog.item(one).title}" for one in pending.similar_to[:2]]
    sentences = [*_noted(resources, state)]
    if state["candidates"]:
        here = f"Here is 1 {noun}" if count == 1 else f"Here are {count} {noun}"
        sentences.append(f"{here}: {'; '.join(asked)}." if asked else f"{here} you may like.")
        sentences += _not_granted(state["candidates"][:count], pending)
        sentences += _left_out(resources, state, pending)
    else:
        sentences.append(_nothing(resources, state, required))
    return " ".join(sentences)


def write_items(
    resources: Resources, state: State, on_item: Callable[[dict[str, Any]], None]
) -> tuple[list[dict[str, Any]], Update]:
    """The items of the answer, each handed to `on_item` as soon as its reason stands."""
    candidates = state["candidates"]
    written = candidates[: resources.settings.agent.written_reasons]
    done: list[dict[str, Any]] = []

    def finish(why: str) -> None:
        done.append(_item(resources, candidates[len(done)], len(done) + 1, why))
        on_item(done[-1])

    text = ""

    def on_text(piece: str) -> None:
        # A reason is complete once the next one has begun.
        nonlocal text
        text += piece
        if '"' in piece and text.startswith("{"):  # else nothing was completed
            for why in list(_complete_reasons(text))[len(done) : -1]:
                finish(why)

    answer, used = _ask_reasons(resources, state, written, on_text) if written else (None, {})
    for n in range(len(done), len(candidates)):
        finish(str((answer or {}).get(label(n), "")))
    return done, used


def _ask_reasons(
    resources: Resources,
    state: State,
    candidates: list[dict[str, Any]],
    on_text: Callable[[str], None],
) -> tuple[dict[str, Any] | None, Update]:
    """A reason for each candidate, in the LLM's words: label -> sentence."""
    facts = [[Fact.model_validate(fact) for fact in one["facts"]] for one in candidates]
    prompt = render(
        "respond",
        taught=resources.taught("respond"),
        noun=resources.catalog.manifest.item_noun,
        items=[
            {"label": label(n), "title": one["title"], "facts": spoken(facts[n])}
            for n, one in enumerate(candidates)
        ],
    )
    labels = [label(n) for n in range(len(candidates))]
    return ask(
        resources.connect,
        resources.settings.agent,
        state,
        prompt,
        reasons_schema(labels),
        max_tokens=60 * len(candidates),
        on_text=on_text,
    )


def reasons_schema(labels: list[str]) -> dict[str, Any]:
    """JSON schema of a sentence for each label."""
    return {
        "type": "object",
        "properties": {
            one: {"type": "string", "minLength": 20, "maxLength": REASON_CHARS} for one in labels
        },
        "required": labels,
        "additionalProperties": False,
    }


def item_text(item: dict[str, Any], heading: str) -> str:
    """One item as a line of the reply."""
    return f"\n{item['rank']}. {heading}: {item['why']}"


def _complete_reasons(text: str) -> Iterator[str]:
    try:
        parsed = parse_partial_json(text)
    except ValueError:
        return
    if isinstance(parsed, dict):
        yield from (str(why) for why in parsed.values())


def _item(
    resources: Resources, candidate: dict[str, Any], rank: int, written: str
) -> dict[str, Any]:
    facts = [Fact.model_validate(one) for one in candidate["facts"]]
    title = resources.catalog.item(candidate["item_id"]).title
    why = written_reason(written, title, facts, resources.titles) or template_reason(facts)
    return {
        "item_id": candidate["item_id"],
        "title": title,
        "rank": rank,
        "why": why,
        "facts": candidate["facts"],
        "channels": candidate["channels"],
    }


def _noted(resources: Resources, state: State) -> Iterator[str]:
    """What the message taught about items, said back."""
    told = state["request"]["told"]
    for verdict, words in (("seen", "know"), ("disliked", "do not want"), ("liked", "like")):
        titles = [resources.catalog.item(one).title for one in told[verdict]]
        if titles:
            more = f" and {len(titles) - NAMED} more" if len(titles) > NAMED else ""
            yield f"Noted: you {words} {', '.join(titles[:NAMED])}{more}."


def _not_granted(candidates: list[dict[str, Any]], pending: Dialogue) -> Iterator[str]:
    """Wishes are soft: where too few items grant them, the reply does not claim that all do."""
    wishes = [wish for wish in pending.wishes if wish.attribute]
    if any(one["granted"] < len(wishes) for one in candidates):
        one_wish = len(wishes) == 1
        yield f"(Not all of them fit {f'“{wishes[0].text}”' if one_wish else 'every wish'}.)"


def _left_out(resources: Resources, state: State, pending: Dialogue) -> Iterator[str]:
    """Items left out only for want of data, said once: when their constraint is new."""
    before = Dialogue.model_validate(state.get("dialogue") or {}).constraints
    new = {one.attribute for one in pending.constraints if one not in before}
    for attribute, count in sorted(count_unknown(resources, pending).items()):
        if count and attribute in new:
            noun = plural(resources.catalog.manifest.item_noun, count)
            measure = resources.catalog.spec(attribute).label.lower()
            yield f"({count} more {noun} could fit, but their {measure} is not recorded.)"


def _nothing(resources: Resources, state: State, asked: list[str]) -> str:
    noun = plural(resources.catalog.manifest.item_noun, 2)
    wanted = f" with all of: {'; '.join(asked)}" if asked else " left to show"
    offers = []
    for one in state["relaxations"][:3]:
        drop = [Constraint.model_validate(constraint) for constraint in one["drop"]]
        said = " and ".join(f"“{words}”" for words in describe_all(resources.catalog, drop))
        offers.append(f"without {said} {one['matches']} {plural('match', one['matches'])}")
    if not offers:
        return f"There are no {noun}{wanted}. Say “start over” for a new search."
    return f"There are no {noun}{wanted}. Nearest: {'; '.join(offers)}."
