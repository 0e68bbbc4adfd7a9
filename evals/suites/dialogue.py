"""Conversations with simulated people that want something and do not say all of it at once."""

from collections.abc import Sequence

from ..dialogue.goals import Goal, goals
from ..dialogue.judging import judged
from ..dialogue.person import Exchange, Phrase, converse
from ..dialogue.phrasing import phrase_with
from ..results.cases import Said
from .suite import Bench, Draft, Given, Judged, Record, Suite

GOALS = 60


def _draw(bench: Bench) -> Sequence[Draft]:
    options = bench.options
    count = GOALS if options.limit is None else -(-options.limit // options.seeds)
    return [
        Draft(
            id=f"{goal.id}-{attempt}",
            cluster=goal.owner,
            group=goal.id if options.seeds > 1 else "",
            slices={
                "person": "guest" if goal.guest else "known",
                "twist": goal.twist.replace("_", " "),
                "wishes": str(len(goal.wishes)),
            },
            given={"goal": goal.model_dump(mode="json"), "seed": options.seed * 1000 + attempt},
            asks=", ".join(f"{one.words} ({one.kind.replace('_', ' ')})" for one in goal.wishes),
        )
        for goal in goals(bench.catalog, options.seed, count)
        for attempt in range(options.seeds)
    ]


def _act(bench: Bench, given: Given) -> Record:
    goal = Goal.model_validate(given["goal"])
    talk = bench.face.begin(None if goal.guest else goal.owner)
    phrase = None
    if bench.options.phrased:
        phrase = bench.once("phrase", lambda: _phrase(bench))
    done = converse(bench.catalog, goal, talk, given["seed"], phrase)
    return {"exchanges": [one.model_dump(mode="json") for one in done]}


def _phrase(bench: Bench) -> Phrase:
    return phrase_with(bench.settings, bench.catalog.manifest.item_noun, bench.progress)


def _judge(bench: Bench, given: Given, record: Record) -> Judged:
    exchanges = [Exchange.model_validate(one) for one in record["exchanges"]]
    scores, notes = judged(bench.catalog, Goal.model_validate(given["goal"]), exchanges)
    return Judged(scores=scores, notes=notes, **told(bench, exchanges))


def told(bench: Bench, exchanges: Sequence[Exchange]) -> dict:
    """Transcript and cost of a conversation."""
    catalog = bench.catalog
    said = []
    for one in exchanges:
        known = [item for item in one.shown if catalog.row_of(item) is not None]
        titles = [catalog.item(item).title for item in known]
        said.append(Said(role="person", text=one.message))
        said.append(Said(role="agent", text=one.reply.text, items=titles))
    return {
        "said": said,
        "turns": len(exchanges),
        "seconds": sum(one.reply.seconds for one in exchanges),
        "tokens": sum(one.reply.tokens for one in exchanges),
        "calls": sum(one.reply.calls for one in exchanges),
    }


DIALOGUE = Suite(
    name="dialogue",
    about="Simulated people with hidden goals, changes of mind, wrong assumptions and impossible"
    " requests, judged by code.",
    judges="any agent",
    draw=_draw,
    act=_act,
    judge=_judge,
)
