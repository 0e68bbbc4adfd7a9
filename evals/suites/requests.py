"""The hand-written request suite: what the agent's readers make of what people write."""

from collections.abc import Sequence

from ...agent.reading.marks import MAX_TOKENS, marks_of, marks_prompt, marks_schema
from ...agent.reading.readers import Readers
from ...agent.reading.reading import Reading
from ...errors import LLMError
from ...recommender.recommender import Recommender
from ...serving.calls import complete_json
from ..requests import DOMAINS, Asked, Score, asked, cases, catalog_of, score, totals
from ..results.cases import Said
from .suite import Bench, Draft, Given, Judged, Record, Suite


def _readers(bench: Bench, domain: str) -> Readers:
    encoder = bench.face.own.resources.recommender.encoder

    def make() -> Readers:
        return Readers(Recommender.open(catalog_of(domain, bench.progress), encoder))

    return bench.once(f"readers {domain}", make)


def _draw(bench: Bench) -> Sequence[Draft]:
    drafts = []
    for domain in DOMAINS:
        for number, one in enumerate(asked(_catalog(bench, domain), cases(domain, "test"))):
            drafts.append(
                Draft(
                    id=f"{one.case}-{number:03d}",
                    cluster=one.case,
                    slices={"domain": domain, "tool": one.turn.tool},
                    given={"domain": domain, "asked": one.model_dump(mode="json")},
                    asks=one.turn.message,
                )
            )
    if bench.options.limit is None:
        return drafts
    step = max(len(drafts) // bench.options.limit, 1)
    return drafts[::step]  # some of each domain


def _catalog(bench: Bench, domain: str):
    return bench.once(f"catalog {domain}", lambda: catalog_of(domain, bench.progress))


def _act(bench: Bench, given: Given) -> Record:
    one, resources = Asked.model_validate(given["asked"]), bench.face.own.resources
    readers, marks, tokens = _readers(bench, given["domain"]), None, 0
    llm = resources.connect() if resources.llm_reads else None
    if llm is not None:
        taught = resources.taught("read")
        noun = _catalog(bench, given["domain"]).manifest.item_noun
        prompt = marks_prompt(noun, one.turn.message, taught=taught)
        try:
            answer, used = complete_json(
                llm, prompt.messages, marks_schema(taught=taught), max_tokens=MAX_TOKENS
            )
            marks = marks_of(answer, one.turn.message)
            tokens = used.prompt_tokens + used.completion_tokens
        except LLMError:
            marks = None  # as in a turn: the rules alone stand
    reading = readers.read(one.turn.message, one.shown, one.focus, marks)
    return {"reading": reading.model_dump(mode="json"), "tokens": tokens, "calls": int(tokens > 0)}


def _score(bench: Bench, given: Given, record: Record) -> Score:
    one, reading = Asked.model_validate(given["asked"]), Reading.model_validate(record["reading"])
    return score(_catalog(bench, given["domain"]), one, reading)


def _judge(bench: Bench, given: Given, record: Record) -> Judged:
    found, reading = _score(bench, given, record), Reading.model_validate(record["reading"])
    turn = Asked.model_validate(given["asked"]).turn
    scores = {"intent": float(found.intent), "tool": float(found.tool)}
    if changes := 2 * found.right + found.wrong + found.missed:
        scores["constraint_f1"] = 2 * found.right / changes
    if found.items is not None:
        scores["references"] = float(found.items)
    meant = turn.intent if isinstance(turn.intent, str) else " or ".join(turn.intent)
    notes = [f"Meant: {meant}; {'; '.join(turn.state)}.", f"Read: {reading.intent}."]
    return Judged(
        scores=scores, notes=notes, said=[Said(role="person", text=turn.message)], turns=1,
        tokens=record["tokens"], calls=record["calls"],
    )  # fmt: skip


def _figures(bench: Bench, records: Sequence[tuple[Given, Record]]) -> dict[str, float]:
    found = totals([_score(bench, given, record) for given, record in records])
    return {
        "constraint_f1 over all changes": float(found["constraint_f1"]),
        "constraint_precision": float(found["constraint_precision"]),
        "constraint_recall": float(found["constraint_recall"]),
    }


REQUESTS = Suite(
    name="requests",
    about="Hand-written messages over four catalogues: intent, limits, items spoken about, tool.",
    judges="tastemaker",
    draw=_draw,
    act=_act,
    judge=_judge,
    figures=_figures,
)
