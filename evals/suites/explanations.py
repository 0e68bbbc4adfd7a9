"""Explanations of one item for two people: are they true, complete, varied, and whose is which?"""

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ...generation.text.candidates import PERSONAL
from ...generation.text.explaining import Explanation, explain
from ...generation.text.verify import supported
from ...generation.text.wording import title_forms
from ...generation.text.writer import Writer
from ...recommender.profile import profile_of
from ...recommender.recommender import Recommender
from .. import independent_rules
from ..dialogue.goals import keen
from ..explanation_judges import ground_for, wins
from ..results.cases import Said
from .suite import Bench, Draft, Given, Judged, Record, Suite

PAIRS = 100
FEWEST_LIKED = 20
POPULAR = 500
"""Items are drawn among so many of the best known."""
_AGAINST = ("not in the row", "not so by the rows", "not the count", "not in that attribute")
"""How a reason ends where the record says something else."""


def recommender_of(bench: Bench) -> Recommender:
    """The agent's."""
    return bench.face.own.resources.recommender


def writer_of(bench: Bench) -> Writer | None:
    """The agent's language model as a writer; none where it has none."""
    resources = bench.face.own.resources
    llm = resources.connect()
    return None if llm is None else Writer(llm, resources.prompts_taught)


def people(bench: Bench) -> list[str]:
    """Users with long histories, in order."""
    return bench.once("people", lambda: keen(bench.catalog, FEWEST_LIKED))


def _draw(bench: Bench) -> Sequence[Draft]:
    draw = random.Random(f"explanations {bench.options.seed}")
    recommender, keen = recommender_of(bench), people(bench)
    everything = np.ones(len(bench.catalog.item_ids), dtype=bool)
    rows, _ = recommender.people.most_popular(POPULAR, everything)
    items = [bench.catalog.item_ids[row] for row in rows.tolist()]
    drafts = []
    while len(keen) > 1 and len(drafts) < (bench.options.limit or PAIRS):
        item = draw.choice(items)
        own, other = draw.sample(keen, 2)
        if any(item in profile_of(bench.catalog, one).known for one in (own, other)):
            continue
        title = bench.catalog.item(item).title
        drafts.append(
            Draft(
                id=f"{len(drafts):03d}",
                cluster=own,
                given={"item": item, "users": [own, other]},
                asks=f"Why {title} for {own}, and for {other}?",
            )
        )
    return drafts


def _act(bench: Bench, given: Given) -> Record:
    recommender, writer = recommender_of(bench), writer_of(bench)
    titles = bench.once("titles", lambda: title_forms(bench.catalog.titles))
    told = [
        explain(recommender, given["item"], user=user, writer=writer, titles=titles)
        for user in given["users"]
    ]
    return {"told": [one.model_dump(mode="json") for one in told]}


def _judge(bench: Bench, given: Given, record: Record) -> Judged:
    recommender = recommender_of(bench)
    own, other = (Explanation.model_validate(one) for one in record["told"])
    ground = ground_for(recommender, own)
    noun = bench.catalog.manifest.item_noun
    notes, right, cited_right, wrong = [], [], [], 0
    for one in own.statements:
        reasons = independent_rules.unsupported(one.text, ground)
        notes += [f"{one.text} {reason}" for reason in reasons]
        right.append(not reasons)
        wrong += any(_contradicts(reason) for reason in reasons)
        cited = [fact.text for fact in own.facts if fact.number in one.facts]
        bare = one.text.replace(own.title, "it")
        cited_right.append(bool(cited) and supported(bare, [*cited, noun]))
    personal = [fact.number for fact in own.facts if fact.source.startswith(PERSONAL)]
    said = {number for one in own.statements for number in one.facts}
    apart = {one.text for one in own.statements} - {one.text for one in other.statements}
    count = max(len(own.statements), 1)
    scores = {
        "precision": sum(right) / count,
        "cited": sum(cited_right) / count,
        "contradictions": wrong / count,
        "template": float(own.written != "model"),
        "distinct": len(apart) / count,
        "swap": wins(recommender, given["users"][0], own.text, other.text),
    }
    if personal:
        scores["recall"] = len(said & set(personal)) / len(personal)
    told = [Said(role="person", text=f"Why {one.title}? (user {one.user})") for one in (own, other)]
    answers = [Said(role="agent", text=one.text) for one in (own, other)]
    return Judged(
        scores=scores, notes=notes, said=[told[0], answers[0], told[1], answers[1]], turns=2,
        tokens=sum(one.prompt_tokens + one.completion_tokens for one in (own, other)),
        calls=own.llm_calls + other.llm_calls,
    )  # fmt: skip


def _contradicts(reason: str) -> bool:
    """Whether the record says otherwise, rather than nothing."""
    return reason.endswith(_AGAINST)


def _figures(bench: Bench, records: Sequence[tuple[Given, Record]]) -> dict[str, float]:
    said = Counter(
        statement["text"]
        for _, record in records
        for one in record["told"]
        for statement in one["statements"]
    )
    return {"distinct sentences of all": len(said) / max(said.total(), 1)}


EXPLANATIONS = Suite(
    name="explanations",
    about="Why an item, for two people: statements against the record by independent rules, what"
    " is left out, and whether the texts can be told apart.",
    judges="tastemaker",
    draw=_draw,
    act=_act,
    judge=_judge,
    figures=_figures,
)
