"""`tastemaker eval order`: how far the LLM's order should move the recommender's.

The weight is calibrated on each person's last but one item and judged on the last; an LLM whose
order does not help gets 0.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agent.nodes.reason import FACTS_SHOWN, blend, label, reason_schema
from ..catalog.store import Catalog, resolve_catalog
from ..errors import BadInputError
from ..files import replacing_file
from ..generation.text.facts import Fact, gather_facts
from ..packages import Progress, silent
from ..prompts import render
from ..recommender.channels.sequence import Sequence as SequenceChannel
from ..recommender.closed_form import closed_form_channels
from ..recommender.histories import Histories, leave_one_out
from ..recommender.item_features import item_features
from ..recommender.recommender import Recommender
from ..recommender.shipped import open_recommender
from ..recommender.text_encoder import TextEncoder
from ..recommender.trained import TrainedRecommender
from ..serving.adapters import CARD, taught
from ..serving.models import resolve_adapter, resolve_model
from ..settings import Settings
from .asking import Question, ask_all
from .ranking import bootstrap_interval
from .report import Report, environment

WEIGHTS = tuple(round(0.1 * n, 1) for n in range(11))
SHARED = 5
"""Latest items of a history that facts may speak of."""


def run(
    settings: Settings,
    *,
    catalog: str,
    people: int,
    seed: int,
    keep: bool,
    progress: Progress = silent,
) -> Report:
    """Calibrate and judge on `people` of a catalogue, drawn by `seed`.

    Args:
        keep: write the weight into the card of the configured model's adapter.

    Raises:
        BadInputError: there is nothing to keep the weight in.
    """
    adapter = resolve_adapter(settings.llm.model)
    if keep and adapter is None:
        raise BadInputError(f"{settings.llm.model} is no adapter, so it has no card to keep it in.")
    opened = resolve_catalog(catalog, progress)
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    recommender = Recommender.open(opened, encoder, progress)
    features = partial(item_features, opened, encoder, settings.image_encoder, progress)
    shipped = open_recommender(opened, features, progress)
    split = leave_one_out(Histories.from_catalog(opened))
    held_out = _without_held_out(shipped, split.train, features, progress)
    chosen = np.random.default_rng(seed).permutation(len(split.test))[:people]
    card = taught(resolve_model(settings.llm.model, progress))
    knows = card is not None and "reason" in card.prompts
    orders = {}
    for name, histories, targets in (
        ("validation", split.valid, split.valid_targets),
        ("test", split.test, split.test_targets),
    ):
        lists = [
            _candidates(held_out, histories.of_user(int(user)), settings.agent.candidates)
            for user in chosen
        ]
        questions = [
            _question(recommender, opened, histories.items_of(int(user)), rows, taught=knows)
            for user, rows in zip(chosen, lists, strict=True)
        ]
        answers = ask_all(
            settings, f"{settings.llm.model} ({name})", settings.llm.model, questions, progress
        )
        picks = [_picks(one.text) if one.valid else [] for one in answers]
        orders[name] = _gains(lists, picks, targets[chosen])
    return _report(settings, opened, orders, adapter if keep else None)


def _without_held_out(
    shipped: TrainedRecommender, train: Histories, features: Any, progress: Progress
) -> TrainedRecommender:
    """The same recommender with its closed-form channels computed without the held-out items."""
    sequence = shipped.channels[shipped.fusion.channels.index("sequence")]
    assert isinstance(sequence, SequenceChannel)
    channels = [sequence, *closed_form_channels(train, features(), progress)]
    named = {channel.name: channel for channel in channels}
    ordered = [named[name] for name in shipped.fusion.channels]
    return TrainedRecommender(shipped.card, ordered, shipped.fusion)


def _candidates(recommender: TrainedRecommender, history: Histories, k: int) -> list[int]:
    allowed = np.ones(history.item_count, dtype=bool)
    allowed[history.items] = False
    return [one.row for one in recommender.rank(history, k, allowed)]


def _question(
    recommender: Recommender,
    catalog: Catalog,
    history: NDArray[np.int32],
    rows: Sequence[int],
    *,
    taught: bool,
) -> Question:
    """What the agent asks; facts about what people liked are left out, since they know the test."""
    latest = [catalog.item_ids[int(row)] for row in history[::-1][:SHARED]]
    candidates = []
    number = 1
    for place, row in enumerate(rows):
        facts = _facts(recommender, catalog.item_ids[row], latest)[:FACTS_SHOWN]
        numbered = [{"number": number + n, "text": fact.text} for n, fact in enumerate(facts)]
        number += len(facts)
        title = catalog.titles[row]
        candidates.append({"label": label(place), "title": title, "facts": numbered, "seen": False})
    prompt = render(
        "reason",
        noun=catalog.manifest.item_noun,
        taught=taught,
        request="anything good",
        liked=[catalog.item(one).title for one in latest],
        shown=False,
        candidates=candidates,
    )
    return Question(
        prompt=prompt,
        answer_schema=reason_schema(len(rows), order_wanted=True),
        max_tokens=70 + 5 * len(rows),
    )


def _facts(recommender: Recommender, item_id: str, liked: Sequence[str]) -> list[Fact]:
    facts = gather_facts(recommender, item_id, liked=liked, limit=10)
    return [fact for fact in facts if not fact.source.startswith(("people:", "attribute:votes"))]


def _picks(text: str) -> list[int]:
    return [ord(pick) - ord("A") for pick in json.loads(text).get("picks", [])]


def _gains(
    lists: Sequence[list[int]], picks: Sequence[list[int]], targets: NDArray[np.int64]
) -> NDArray[np.float64]:
    """NDCG@10 of each person under each weight. Shape (weights, people)."""
    gains = np.zeros((len(WEIGHTS), len(lists)))
    for person, (rows, chosen, target) in enumerate(zip(lists, picks, targets, strict=True)):
        candidates = [{"row": row} for row in rows]
        for place, weight in enumerate(WEIGHTS):
            order = [one["row"] for one in blend(candidates, chosen, weight)]
            if int(target) in order[:10]:
                gains[place, person] = 1 / np.log2(order.index(int(target)) + 2)
    return gains


def calibrated(gains: NDArray[np.float64], seed: int = 0) -> float:
    """The weight with the best mean gain, if it helps beyond chance; else 0.

    Args:
        gains: gain of each person under each of `WEIGHTS`. Shape (weights, people).
    """
    best = int(np.argmax(gains.mean(axis=1)))
    low, _ = bootstrap_interval(gains[best] - gains[0], seed)
    return WEIGHTS[best] if low > 0 else 0.0


def _report(
    settings: Settings, catalog: Catalog, gains: dict[str, NDArray[np.float64]], adapter: Any
) -> Report:
    weight = calibrated(gains["validation"])
    rows = []
    for name, place in (
        ("recommender alone", 0),
        ("LLM alone", len(WEIGHTS) - 1),
        (f"together, weight {weight:g}", WEIGHTS.index(weight)),
    ):
        low, high = bootstrap_interval(gains["test"][place] - gains["test"][0], 0)
        rows.append(
            {
                "order": name,
                "ndcg@10 validation": round(float(gains["validation"][place].mean()), 4),
                "ndcg@10": round(float(gains["test"][place].mean()), 4),
                "against the recommender": f"[{low:+.4f}, {high:+.4f}]",
                "people": gains["test"].shape[1],
            }
        )
    if adapter is not None:
        card = json.loads((adapter / CARD).read_text(encoding="utf-8"))
        with replacing_file(adapter / CARD) as temporary:
            temporary.write_text(json.dumps({**card, "llm_weight": weight}, indent=1))
    return Report(
        name="order",
        protocol=(
            f"{settings.llm.model} orders the recommender's first {settings.agent.candidates}"
            f" items for people of {catalog.manifest.name}; each one's last item is the test, the"
            " last but one calibrates the weight (0 unless it helps beyond a 95 % bootstrap"
            " interval). NDCG@10 with all unmet items ranked; what is outside of the list counts"
            " 0 for every order. Neither models nor facts know the held-out items."
        ),
        environment=environment(),
        rows=rows,
    )
