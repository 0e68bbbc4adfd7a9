"""`tastemaker bench write`: whether explanations and copy are true, personal, varied, and cheap."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from ..catalog.store import resolve_catalog
from ..generation.text.channels import shipped_channels
from ..generation.text.claims import unsupported
from ..generation.text.copywriting import Asset, write_copy
from ..generation.text.explaining import Explanation, explain, explain_many
from ..generation.text.facts import Fact
from ..generation.text.verify import supported
from ..generation.text.wording import title_forms
from ..generation.text.writer import Writer, open_writer
from ..packages import Progress, silent
from ..recommender.profile import profile_of
from ..recommender.recommender import Recommender
from ..recommender.text_encoder import TextEncoder
from ..serving.models import resolve_model
from ..settings import Settings
from . import independent_rules
from .explanation_judges import ground_for, wins
from .ranking import bootstrap_interval
from .report import Report, environment

CLAIMS = Path(__file__).parent / "data" / "claims.test.jsonl"
"""Planted sentences that the checker was not developed on."""
DEVELOPED_ON = CLAIMS.with_name("claims.dev.jsonl")
USERS_AN_ITEM = 10
FEWEST_LIKED = 20
"""Items that a user must have liked to be explained to."""
POPULAR = 500
"""Items are drawn among so many of the most liked."""
SUPPORTED, KEPT, DISTINCT, CAUGHT, ALARMS, PERSONAL, FASTER = 0.98, 0.7, 0.9, 0.98, 0.05, 0.75, 3.0


class Claim(BaseModel):
    """A planted sentence."""

    model_config = ConfigDict(extra="forbid")

    id: str
    """Unique in its file."""
    noun: str
    """What the item is called."""
    title: str
    """Of the item."""
    facts: list[str]
    """All that is known of it."""
    sentence: str
    """What is said."""
    true: bool
    """Whether the facts say it."""
    kind: str
    """What it is about: year, price, award, cast, …"""
    subtle: bool
    """Whether a false one is nearly true."""


def run(
    settings: Settings,
    *,
    catalog: str | None = None,
    explanations: int = 500,
    batch: int = 200,
    alone: int = 40,
    swaps: int = 1000,
    assets: int = 80,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """Write with the configured model over a catalogue, and measure what was written.

    Raises:
        MissingError, LLMError: the model cannot be had.
    """
    opened = resolve_catalog(catalog or settings.catalog, progress)
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    recommender = Recommender.open(opened, encoder, progress)
    writer = open_writer(settings, progress)
    return measured(
        recommender, writer, explanations=explanations, batch=batch, alone=alone, swaps=swaps,
        assets=assets, seed=seed, progress=progress,
    )  # fmt: skip


def measured(
    recommender: Recommender,
    writer: Writer,
    *,
    explanations: int,
    batch: int,
    alone: int,
    swaps: int,
    assets: int,
    fewest_liked: int = FEWEST_LIKED,
    seed: int = 0,
    progress: Progress = silent,
) -> Report:
    """The figures of one writer.

    Args:
        explanations: pairs of a user and an item, ten users an item.
        batch: further pairs that are explained together, for the time of one.
        alone: further pairs that are explained one after another.
        swaps: pairs of users whose texts about one item are swapped.
        assets: texts for channels.
        fewest_liked: items that a user must have liked to be explained to.
    """
    draw = random.Random(seed)
    pairs = _pairs(recommender, explanations + batch + alone + assets, fewest_liked, draw)
    told, rest = pairs[:explanations], pairs[explanations:]
    began = time.perf_counter()
    found = explain_many(recommender, told, writer, progress=progress)
    seconds = time.perf_counter() - began
    rows = [
        *_explained(recommender, found, seconds, seed),
        _speed(recommender, writer, rest[:batch], rest[batch : batch + alone], progress),
        *_swapped(recommender, found, writer, swaps, draw, seed),
        _copied(recommender, writer, rest[batch + alone :], draw, progress),
        *_planted(),
    ]
    return Report(
        name="write",
        protocol=(
            f"{recommender.catalog.manifest.name}: {explanations} pairs of a user (at least"
            f" {fewest_liked} liked items) and an item (among the {POPULAR} most liked, unknown to"
            f" the user), {USERS_AN_ITEM} users an item. Each explanation is the best of"
            f" {writer.drafts} drafts after checking. `by its cited facts` holds every statement"
            " that is shown against the facts that it cites, with the checker that wrote it; `by"
            " independent rules` against the catalogue's row and recounted people, with other code"
            " that the generator does not see. Swap: a text for a user against the text for another"
            " user about the same item; a text's score is its best BM25 match among the first"
            " user's liked items, which generation does not use (`mean`: per word, over all of"
            " them); `names taken out` without the titles of liked items; ties count a half."
            " Planted: hand-written true and false sentences over facts of films, paintings, wines"
            " and products; the checker was developed on others. Brackets: 95 % bootstrap"
            " intervals."
        ),
        environment=environment(),
        rows=rows,
    )


def _pairs(
    recommender: Recommender, count: int, fewest_liked: int, draw: random.Random
) -> list[tuple[str, str]]:
    """(user, item), the users of one item one after another."""
    catalog = recommender.catalog
    everything = np.ones(len(catalog.item_ids), dtype=bool)
    popular, _ = recommender.people.most_popular(POPULAR, everything)
    items = [catalog.item_ids[row] for row in popular.tolist()]
    users = catalog.interactions().select("user_id").unique().collect()["user_id"].sort().to_list()
    keen = [one for one in users if len(profile_of(catalog, one).liked) >= fewest_liked]
    found: list[tuple[str, str]] = []
    draw.shuffle(items)
    while len(found) < count:
        item = items[len(found) // USERS_AN_ITEM % len(items)]
        new = [one for one in keen if item not in profile_of(catalog, one).known]
        found += [(user, item) for user in draw.sample(new, min(USERS_AN_ITEM, len(new)))]
    return found[:count]


def _explained(
    recommender: Recommender, found: Sequence[Explanation], seconds: float, seed: int
) -> list[dict[str, Any]]:
    statements = [(one, statement) for one in found for statement in one.statements]
    noun = recommender.catalog.manifest.item_noun
    by_facts, by_rules = [], []
    for one, statement in statements:
        cited = [fact.text for fact in one.facts if fact.number in statement.facts]
        bare = statement.text.replace(one.title, "it")
        by_facts.append(bool(cited) and supported(bare, [*cited, noun]))
        by_rules.append(
            not independent_rules.unsupported(statement.text, ground_for(recommender, one))
        )
    said = Counter(statement.text for _, statement in statements)
    kept = [one.written == "model" for one in found]
    tokens = [one.prompt_tokens + one.completion_tokens for one in found]
    rows = [
        ("statements supported by its cited facts", by_facts, SUPPORTED),
        ("statements supported by independent rules", by_rules, SUPPORTED),
        ("explanations kept, not from the template", kept, KEPT),
        ("explanations that speak of the person", [one.personal for one in found], None),
    ]
    return [
        *(_share(name, values, target, seed) for name, values, target in rows),
        _figure("distinct sentences of all", len(said) / len(statements), DISTINCT),
        _figure("statements an explanation", len(statements) / len(found)),
        _figure("sentences cut an explanation", np.mean([len(one.cut) for one in found])),
        _figure("LLM calls an explanation", np.mean([one.llm_calls for one in found])),
        _figure("tokens an explanation, all drafts", np.mean(tokens)),
        _figure("seconds an explanation, in the batch", seconds / len(found)),
    ]


def _speed(
    recommender: Recommender,
    writer: Writer,
    batch: Sequence[tuple[str, str]],
    alone: Sequence[tuple[str, str]],
    progress: Progress,
) -> dict[str, Any]:
    """Explanations a second together and one after another, of different pairs: what the server
    read before it need not read again."""
    titles = title_forms(recommender.catalog.titles)
    began = time.perf_counter()
    for number, (user, item) in enumerate(alone, 1):
        explain(recommender, item, user=user, writer=writer, titles=titles)
        progress("explaining one by one", number, len(alone))
    one_by_one = len(alone) / (time.perf_counter() - began)
    began = time.perf_counter()
    explain_many(recommender, batch, writer, progress=progress)
    together = len(batch) / (time.perf_counter() - began)
    row = _figure(
        f"speed of {len(batch)} in a batch against {len(alone)} one by one",
        together / one_by_one,
        FASTER,
    )
    return row | {"interval": f"{together:.2f} against {one_by_one:.2f} a second"}


def _swapped(
    recommender: Recommender,
    found: Sequence[Explanation],
    writer: Writer,
    swaps: int,
    draw: random.Random,
    seed: int,
) -> list[dict[str, Any]]:
    by_item: dict[str, list[Explanation]] = {}
    for one in found:
        by_item.setdefault(one.item_id, []).append(one)
    items = [item for item, listed in by_item.items() if len(listed) > 1]
    told = explain_many(recommender, [(None, item) for item in items], writer)
    impersonal = {one.item_id: one.text for one in told}
    won, means, masked, nobody = [], [], [], []
    for _ in range(swaps):
        own, other = draw.sample(by_item[draw.choice(items)], 2)
        assert own.user is not None
        won.append(wins(recommender, own.user, own.text, other.text))
        means.append(wins(recommender, own.user, own.text, other.text, mean=True))
        masked.append(
            wins(recommender, own.user, _without(recommender, own), _without(recommender, other))
        )
        nobody.append(wins(recommender, own.user, own.text, impersonal[own.item_id]))
    return [
        _share("own text wins over a swapped one", won, PERSONAL, seed),
        _share("the same by the mean match", means, None, seed),
        _share("the same, names taken out", masked, None, seed),
        _share("own text wins over one for nobody", nobody, None, seed),
    ]


def _without(recommender: Recommender, one: Explanation) -> str:
    """An explanation without the titles of liked items."""
    text = one.text
    for fact in one.facts:
        kind, _, other = fact.source.partition(":")
        if kind in ("people", "shared", "similar"):
            text = text.replace(recommender.catalog.item(other).title, "")
    return text


def _copied(
    recommender: Recommender,
    writer: Writer,
    pairs: Sequence[tuple[str, str]],
    draw: random.Random,
    progress: Progress,
) -> dict[str, Any]:
    channels = shipped_channels()
    names = sorted(channels)
    made: list[Asset] = []
    for number, (user, item) in enumerate(pairs, 1):
        made.append(write_copy(recommender, item, draw.choice(names), user=user, writer=writer))
        progress("writing copy", number, len(pairs))
    passed = [(one, piece) for one in made for piece in one.pieces if not piece.problems]
    within = [
        len(piece.text) <= channels[one.channel].fields[piece.field].limit for one, piece in passed
    ]
    row = _figure("passed copy within its channel's limits", np.mean(within), 1.0)
    pieces = sum(len(one.pieces) for one in made)
    by_model = sum(piece.written == "model" for _, piece in passed)
    about = f"{len(passed)} of {pieces} pieces pass, {by_model} of them worded by the model"
    return row | {"interval": about}


def _planted() -> list[dict[str, Any]]:
    caught, subtle, alarms = _refused(CLAIMS)
    dev_caught, _, dev_alarms = _refused(DEVELOPED_ON)
    return [
        _share("planted false claims caught", caught, CAUGHT, 0),
        _share("of them the subtle ones", subtle, None, 0),
        _share("false alarms on true claims", alarms, ALARMS, 0, most=True),
        _share("false claims caught, development set", dev_caught, None, 0),
        _share("false alarms, development set", dev_alarms, None, 0),
    ]


def _refused(path: Path) -> tuple[list[bool], list[bool], list[bool]]:
    """Whether each false claim of a file, each subtle one and each true one is refused."""
    claims = [Claim.model_validate_json(line) for line in path.read_text().splitlines()]
    caught, subtle, alarms = [], [], []
    for claim in claims:
        facts = [
            Fact(number=n, item_id="", text=text, source=_source(text))
            for n, text in enumerate(claim.facts, 1)
        ]
        refused = bool(unsupported(claim.sentence, claim.title, facts, noun=claim.noun))
        (alarms if claim.true else caught).append(refused)
        if claim.subtle and not claim.true:
            subtle.append(refused)
    return caught, subtle, alarms


def _source(text: str) -> str:
    """What kind of fact a sentence is, as `facts` marks them."""
    if text.startswith("Of "):
        return "people:x"
    if text.startswith("Its description"):
        return "text"
    return "shared:x" if text.startswith("In common with") else "attribute:x"


def _share(
    name: str, values: Sequence[float], target: float | None, seed: int, *, most: bool = False
) -> dict[str, Any]:
    known = np.array(values, dtype=float)
    low, high = bootstrap_interval(known, seed)
    row = _figure(name, known.mean(), target, most=most)
    return row | {"interval": f"[{low:.3f}, {high:.3f}] of {len(known)}"}


def _figure(
    name: str, value: float | np.floating, target: float | None = None, *, most: bool = False
) -> dict[str, Any]:
    figure = round(float(value), 4)
    met = None if target is None else (figure <= target if most else figure >= target)
    sign = "<=" if most else ">="
    return {
        "figure": name,
        "value": figure,
        "interval": "",
        "target": "" if target is None else f"{sign} {target:g}",
        "ok": met,
    }
