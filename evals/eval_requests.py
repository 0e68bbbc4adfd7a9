"""`tastemaker eval requests`: how well readers understand what people write.

Each reader reads every turn of the request suite: the deterministic one, language models through
their marks alone, and both merged as the agent uses them.
"""

import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..agent.reading.marks import MAX_TOKENS, Marks, marks_of, marks_prompt, marks_schema
from ..agent.reading.readers import Readers
from ..agent.reading.reading import Reading
from ..catalog.store import Catalog
from ..errors import BadInputError
from ..packages import Progress, silent
from ..recommender.recommender import Recommender
from ..recommender.text_encoder import TextEncoder
from ..serving.adapters import taught
from ..serving.models import resolve_model
from ..settings import Settings
from .asking import TIMED, Answer, Question, ask_all, taught_model
from .report import Report, environment
from .requests import DOMAINS, Asked, Part, Score, asked, cases, catalog_of, score, totals

TARGETS = {
    "intent_accuracy": 0.95,
    "constraint_f1": 0.92,
    "reference_accuracy": 0.90,
    "tool_accuracy": 0.95,
}


@dataclass(frozen=True)
class Way:
    """One way to ask a model."""

    name: str
    """As the table calls it."""
    model: str
    """Model name."""
    examples: bool = False
    """Whether worked examples stand in the prompt of a model that has not learnt the task."""


WAYS = (
    Way("SmolLM2-135M zero-shot", "smollm2-135m-instruct"),
    Way("SmolLM2-135M few-shot", "smollm2-135m-instruct", examples=True),
    Way("Qwen2.5-Coder-0.5B zero-shot", "qwen2.5-coder-0.5b-instruct"),
    Way("Qwen2.5-Coder-1.5B zero-shot", "qwen2.5-coder-1.5b-instruct"),
)


def run(
    settings: Settings, *, part: Part, models: Sequence[str], progress: Progress = silent
) -> Report:
    """Score the readers.

    Args:
        models: `taught` (the configured model), and names of other models that are asked zero-shot.
    """
    strange = [name for name in models if name not in {"taught", *(way.model for way in WAYS)}]
    if strange:
        known = ", ".join(dict.fromkeys(way.model for way in WAYS))
        raise BadInputError(f"{strange[0]!r} cannot be asked here: give taught, {known}.")
    learnt = taught_model(settings, "read", progress) if "taught" in models else None
    suites = _suites(settings, part, progress)
    ways = [way for way in WAYS if way.model in models]
    rows = [_row("deterministic reader", suites, lambda readers, one, _: _by_rules(readers, one))]
    for way in ways:
        answers = _answers(settings, way, suites, progress)
        rows.append(_model_row(way.name, suites, answers))
    if learnt is not None:
        way = Way(f"{Path(learnt).name} (taught) alone", learnt)
        answers = _answers(settings, way, suites, progress)
        rows.append(_model_row(way.name, suites, answers))
        rows.append(_row("reader and taught model merged", suites, _merged(answers), TARGETS))
    return Report(
        name="requests",
        protocol=(
            f"{sum(len(suite.asked) for suite in suites)} hand-written turns ({part}) over films,"
            " paintings, wines and outdoor products, each read from the true state before it."
            " Constraint figures are over changes of the state (limits that come and go); a turn"
            " with items counts when exactly the right ones are taken. Models answer under the"
            f" same JSON schema, greedily; seconds are the median of {TIMED} turns asked one by"
            " one."
        ),
        environment=environment(),
        rows=rows,
    )


@dataclass(frozen=True)
class Suite:
    """One domain, ready to be read."""

    domain: str
    catalog: Catalog
    readers: Readers
    asked: list[Asked]


def _suites(settings: Settings, part: Part, progress: Progress) -> list[Suite]:
    encoder = TextEncoder(resolve_model(settings.text_encoder, progress))
    suites = []
    for domain in DOMAINS:
        catalog = catalog_of(domain, progress)
        recommender = Recommender.open(catalog, encoder, progress)
        suites.append(
            Suite(
                domain=domain,
                catalog=catalog,
                readers=Readers(recommender),
                asked=list(asked(catalog, cases(domain, part))),
            )
        )
    return suites


Reads = Callable[[Readers, Asked, int], Reading]
"""Called with the readers of the domain, the turn, and its number over all domains."""


def _by_rules(readers: Readers, one: Asked) -> Reading:
    return readers.read(one.turn.message, one.shown, one.focus)


def _merged(answers: Sequence[Answer]) -> Reads:
    def read(readers: Readers, one: Asked, number: int) -> Reading:
        marks = _marks(answers[number], one.turn.message)
        return readers.read(one.turn.message, one.shown, one.focus, marks)

    return read


def _alone(answers: Sequence[Answer]) -> Reads:
    def read(readers: Readers, one: Asked, number: int) -> Reading:
        marks = _marks(answers[number], one.turn.message) or Marks(intent="recommend")
        return readers.by_marks(one.turn.message, marks, one.shown, one.focus)

    return read


def _marks(answer: Answer, message: str) -> Marks | None:
    return marks_of(json.loads(answer.text), message) if answer.valid else None


def _scores(suites: Sequence[Suite], read: Reads) -> Iterator[Score]:
    number = 0
    for suite in suites:
        for one in suite.asked:
            yield score(suite.catalog, one, read(suite.readers, one, number))
            number += 1


def _row(
    name: str, suites: Sequence[Suite], read: Reads, targets: dict[str, float] | None = None
) -> dict[str, Any]:
    figures = totals(list(_scores(suites, read)))
    row: dict[str, Any] = {"model": name, **{k: round(v, 4) for k, v in figures.items()}}
    row |= {"valid_json": None, "tokens": None, "seconds": None}
    if targets:
        row["target"] = ", ".join(f"{key} >= {value:g}" for key, value in targets.items())
        row["ok"] = all(figures[key] >= value for key, value in targets.items())
    else:
        row |= {"target": "", "ok": None}
    return row


def _model_row(name: str, suites: Sequence[Suite], answers: Sequence[Answer]) -> dict[str, Any]:
    row = _row(name, suites, _alone(answers))
    timed = [one.seconds for one in answers if one.seconds is not None]
    row["valid_json"] = round(statistics.mean(one.valid for one in answers), 4)
    row["tokens"] = round(statistics.mean(one.completion_tokens for one in answers), 1)
    row["seconds"] = round(statistics.median(timed), 2) if timed else None
    return row


def _answers(
    settings: Settings, way: Way, suites: Sequence[Suite], progress: Progress
) -> list[Answer]:
    card = taught(resolve_model(way.model, progress))
    knows = card is not None and "read" in card.prompts
    questions = [
        Question(
            prompt=marks_prompt(
                suite.catalog.manifest.item_noun,
                one.turn.message,
                taught=knows,
                examples=way.examples,
            ),
            answer_schema=marks_schema(taught=knows),
            max_tokens=MAX_TOKENS,
        )
        for suite in suites
        for one in suite.asked
    ]
    return ask_all(settings, way.name, way.model, questions, progress)
