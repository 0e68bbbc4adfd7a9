"""The request suite: hand-written dialogues with what a perfect reader understands, and its scores.

Four catalogues (films, paintings, wines, outdoor products). Every turn is read from the true state
of the dialogue before it, so that one misreading is counted once; what counts is how the state
changes. Nothing of the suite is used for training; `dev` settles how readers are merged, `test` is
reported.
"""

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ..agent.reading.dialogue import Dialogue, apply
from ..agent.reading.reading import Intent, Reading
from ..catalog.constraints import Constraint
from ..catalog.importers.tables import read_tables
from ..catalog.records import About
from ..catalog.rejects import Rejects
from ..catalog.store import Catalog, resolve_catalog
from ..catalog.writer import write_catalog
from ..files import cache_dir
from ..packages import Progress, silent

DATA = Path(__file__).parent / "data"
DOMAINS = {"films": "movies", "art": "art", "wines": None, "outdoor": None}
"""Domain -> demo pack; none: a small catalogue beside the suite."""
NEAR = 0.15
"""Relative distance at which a bound still counts as the one that is meant (`around 50`)."""
NEAR_YEARS = 2

Part = Literal["dev", "test"]


class Turn(BaseModel):
    """One message with its truth."""

    model_config = ConfigDict(extra="forbid")

    message: str
    """As typed."""
    intent: Intent | list[Intent]
    """What is wanted; several where readers truly differ."""
    tool: str
    """The tool that a perfect agent calls first; `none` for none."""
    state: list[str]
    """Every limit in force after it: `ATTRIBUTE is|not|min|max VALUE`."""
    items: list[str]
    """Titles of the items spoken about."""
    shown: list[str] | None = None
    """Titles that the agent shows in reply."""


class Case(BaseModel):
    """One dialogue."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """`DOMAIN-NNN`."""
    turns: list[Turn]
    """In order."""
    shown: list[str] = []
    """The list on the screen before the first turn."""
    state: list[str] = []
    """Limits in force before it."""


class Limit(BaseModel):
    """One line of a state."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attributes: tuple[str, ...]
    """Any of which may hold it."""
    operator: Literal["is", "not", "min", "max"]
    values: tuple[str, ...] = ()
    """Any of which counts; empty for numbers."""
    bound: float | None = None
    """None with `min` and `max`: any number."""


class Asked(BaseModel):
    """One turn as a reader gets it."""

    model_config = ConfigDict(extra="forbid")

    case: str
    turn: Turn
    before: list[str]
    """Limits in force before."""
    shown: list[str]
    """Item ids on the screen."""
    focus: str | None
    """The item that `that` means."""


Read = Callable[[Asked], Reading]


def cases(domain: str, part: Part) -> list[Case]:
    """The dialogues of one domain."""
    path = DATA / "requests" / f"{domain}.{part}.jsonl"
    return [Case.model_validate_json(line) for line in path.read_text().splitlines()]


def catalog_of(domain: str, progress: Progress = silent) -> Catalog:
    """The catalogue of a domain; the small ones are imported into the cache at the first call."""
    pack = DOMAINS[domain]
    if pack is not None:
        return resolve_catalog(pack, progress)
    table = DATA / "catalogs" / f"{domain}.jsonl"
    about = tomllib.loads((DATA / "catalogs" / "about.toml").read_text())[domain]
    digest = hashlib.sha256(table.read_bytes() + json.dumps(about).encode()).hexdigest()
    folder = cache_dir() / "evals" / "catalogs" / f"{domain}-{digest[:12]}"
    if not folder.exists():
        rejects = Rejects()
        source = read_tables(table, About.model_validate(about), rejects, progress)
        write_catalog(folder, source, rejects, replace=True, progress=progress)
    return Catalog.open(folder)


def asked(catalog: Catalog, dialogues: Sequence[Case]) -> Iterator[Asked]:
    """Every turn with what stood before it."""
    ids = _ids_by_title(catalog)
    for case in dialogues:
        before, shown = case.state, [ids[title] for title in case.shown]
        focus = shown[0] if shown else None
        for turn in case.turns:
            yield Asked(case=case.id, turn=turn, before=before, shown=shown, focus=focus)
            before = turn.state
            if turn.shown is not None:
                shown = [ids[title] for title in turn.shown]
                focus = shown[0] if shown else focus
            if turn.items:
                focus = ids[turn.items[0]]


def _ids_by_title(catalog: Catalog) -> dict[str, str]:
    """Title -> item; of several with one title the first, as titles are what is compared."""
    pairs = zip(catalog.titles[::-1], catalog.item_ids[::-1], strict=True)
    return dict(pairs)


def limit(text: str) -> Limit:
    """One line of a state, parsed."""
    names, operator, value = text.split(" ", 2)
    attributes = tuple(names.split("/"))
    if operator in ("min", "max"):
        bound = None if value == "*" else float(value)
        return Limit(attributes=attributes, operator=operator, bound=bound)  # type: ignore[arg-type]
    return Limit(attributes=attributes, operator=operator, values=tuple(value.split("|")))  # type: ignore[arg-type]


def dialogue_before(one: Asked) -> Dialogue:
    """The dialogue in the true state before a turn."""
    constraints = [_constraint(limit(text)) for text in one.before]
    return Dialogue(constraints=constraints, shown=one.shown, focus=one.focus)


def _constraint(one: Limit) -> Constraint:
    attribute = one.attributes[0]
    if one.operator == "is":
        return Constraint(attribute=attribute, operator="in", values=one.values)
    if one.operator == "not":
        return Constraint(attribute=attribute, operator="not_in", values=one.values)
    operator = "at_least" if one.operator == "min" else "at_most"
    return Constraint(attribute=attribute, operator=operator, bound=one.bound or 0.0)


class Score(BaseModel):
    """How one turn was read."""

    model_config = ConfigDict(extra="forbid")

    intent: bool
    """Whether the intent is right."""
    tool: bool
    """Whether the tool is."""
    right: int
    """Changes of the state that were read."""
    wrong: int
    """Changes that were read and not said."""
    missed: int
    """Changes that were said and not read."""
    items: bool | None
    """Whether exactly the right items were taken; none where neither speaks of any."""


TOOLS: dict[str, str] = {
    "recommend": "search_items",
    "more_like": "search_items",
    "feedback": "search_items",
    "explain": "explain_item",
    "ask": "explain_item",
    "compare": "compare_items",
    "rank": "rank_candidates",
    "history": "get_user_history",
}
"""Intent -> the tool that serves it."""


def score(catalog: Catalog, one: Asked, reading: Reading) -> Score:
    """Compare a reading with the truth of its turn."""
    before = dialogue_before(one)
    after = apply(before, reading)
    intents = one.turn.intent if isinstance(one.turn.intent, list) else [one.turn.intent]
    right, wrong, missed = _changes(one, before, after)
    named = {*reading.references, *reading.liked, *reading.disliked, *reading.seen}
    titles = {catalog.item(item).title for item in named}
    truth = set(one.turn.items)
    return Score(
        intent=reading.intent in intents,
        tool=TOOLS.get(reading.intent, "none") == one.turn.tool,
        right=right,
        wrong=wrong,
        missed=missed,
        items=titles == truth if titles or truth else None,
    )


def _changes(one: Asked, before: Dialogue, after: Dialogue) -> tuple[int, int, int]:
    """Right, wrong and missed changes: limits that came and limits that went."""
    true_before, true_after = set(one.before), set(one.turn.state)
    come = [limit(text) for text in one.turn.state if text not in true_before]
    read = [c for c in after.constraints if c not in before.constraints]
    read += [
        Constraint(attribute=wish.attribute, operator="in", values=wish.values)
        for wish in after.wishes
        if wish.attribute
    ]
    met = [any(_means(c, truth) for c in read) for truth in come]
    # A reading may restate what stands: that is no change.
    stand = [limit(text) for text in one.before if text in true_after]
    strange = [c for c in read if not any(_means(c, truth) for truth in [*come, *stand])]
    right, wrong, missed = sum(met), len(strange), len(met) - sum(met)
    for text in one.before:
        parsed = limit(text)
        kept = _constraint(parsed) in after.constraints or any(
            _means(c, parsed) for c in after.constraints
        )
        gone = text not in true_after
        right += gone and not kept
        missed += gone and kept
        wrong += not gone and not kept
    return right, wrong, missed


def _means(constraint: Constraint, truth: Limit) -> bool:
    """Whether a constraint says what is meant."""
    if constraint.attribute not in truth.attributes:
        return False
    match truth.operator:
        case "is":
            return constraint.operator == "in" and _share(constraint.values, truth.values)
        case "not":
            return constraint.operator == "not_in" and _share(constraint.values, truth.values)
        case "min":
            return constraint.side == "lower" and _near(constraint.bound, truth.bound)
        case _:
            return constraint.side == "upper" and _near(constraint.bound, truth.bound)


def _share(said: Iterable[str], meant: Iterable[str]) -> bool:
    """Whether two lists share a value; free labels may write it twice (`zombies`, `gore!!!`)."""
    return bool({_label(value) for value in said} & {_label(value) for value in meant})


def _label(value: str) -> str:
    return value.rstrip("!?. ").removesuffix("s")


def _near(bound: float | None, meant: float | None) -> bool:
    if bound is None or meant is None:
        return bound is not None
    year = 1000 <= meant <= 2100
    return abs(bound - meant) <= (NEAR_YEARS if year else max(1.0, NEAR * abs(meant)))


def totals(scores: Sequence[Score]) -> dict[str, float | int]:
    """The figures over many turns."""
    right = sum(s.right for s in scores)
    wrong, missed = sum(s.wrong for s in scores), sum(s.missed for s in scores)
    spoken = [s.items for s in scores if s.items is not None]
    return {
        "turns": len(scores),
        "intent_accuracy": _mean([s.intent for s in scores]),
        "constraint_precision": right / max(right + wrong, 1),
        "constraint_recall": right / max(right + missed, 1),
        "constraint_f1": 2 * right / max(2 * right + wrong + missed, 1),
        "reference_accuracy": _mean(spoken),
        "tool_accuracy": _mean([s.tool for s in scores]),
    }


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / max(len(values), 1)
