"""The suites as tasks of inspect_ai: `inspect eval tastemaker/dialogue -T agent=deterministic`.

inspect runs them, keeps the logs and goes on after an interruption; what is asked and how it is
judged is the suites' own.
"""

import functools
from collections import defaultdict
from typing import Any

import anyio
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    Value,
    metric,
    scorer,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver

from .registry import SUITES
from .suite import Options, Suite, bench_of

SAMPLE_SECONDS = 600
"""Longest time of one case; then it is a row with that reason."""


def task_of(suite: Suite, options: Options) -> Task:
    """A suite as a task.

    Raises:
        BadInputError: it cannot judge this agent, or there is no case.
    """
    samples = [
        Sample(
            id=one.id,
            input=one.asks,
            metadata=one.model_dump(mode="json", exclude={"id", "asks"}),
        )
        for one in suite.drafts(bench_of(options))
    ]
    told = options.model_dump_json()
    return Task(
        dataset=MemoryDataset(samples, name=suite.name),
        solver=tried(suite.name, told),
        scorer=judged(suite.name, told),
        name=suite.name,
        metadata={"options": options.model_dump(mode="json"), "about": suite.about},
        time_limit=SAMPLE_SECONDS,
        fail_on_error=False,
        continue_on_fail=True,
    )


@solver
def tried(suite: str, options: str) -> Solver:
    """What the agent does with a case; the record is all that the judge sees."""
    chosen, bench = SUITES[suite], bench_of(Options.model_validate_json(options))

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        act = functools.partial(chosen.act, bench, state.metadata["given"])
        try:
            # An agent that hangs is left alone when the time is over.
            record = await anyio.to_thread.run_sync(act, abandon_on_cancel=True)
            state.store.set("record", record)
        finally:
            bench.ended()
        return state

    return solve


@metric
def means() -> Metric:
    """Mean of each score over the cases that have it, for inspect's own tables; intervals are in
    the report."""

    def compute(scores: list[SampleScore]) -> Value:
        listed: dict[str, list[float]] = defaultdict(list)
        for one in scores:
            for name, value in one.score.as_dict().items():
                listed[name].append(float(value or 0.0))
        return {name: sum(values) / len(values) for name, values in listed.items()}

    return compute


@scorer(metrics=[means()])
def judged(suite: str, options: str) -> Scorer:
    """What it was worth, from the record alone."""
    chosen, bench = SUITES[suite], bench_of(Options.model_validate_json(options))

    async def score(state: TaskState, target: Target) -> Score | None:
        record = state.store.get("record")
        if record is None:
            return None  # its time was over
        judge = functools.partial(chosen.judge, bench, state.metadata["given"], record)
        found = await anyio.to_thread.run_sync(judge)
        for one in found.said:
            kind = ChatMessageUser if one.role == "person" else ChatMessageAssistant
            state.messages.append(kind(content=one.text))
        about: dict[str, Any] = found.model_dump(mode="json", exclude={"scores"})
        return Score(value=found.scores, explanation="\n".join(found.notes), metadata=about)

    return score


def _task(suite: Suite) -> Any:
    """The suite's task under its own name, with the options that inspect's `-T` gives."""

    def made(
        agent: str = "tastemaker",
        model: str | None = None,
        catalog: str = "movies",
        seed: int = 0,
        cases: int | None = None,
        seeds: int = 1,
        phrased: bool = False,
        imported: str | None = None,
    ) -> Task:
        options = Options(
            agent=agent, model=model, catalog=catalog, seed=seed, limit=cases, seeds=seeds,
            phrased=phrased, imported=imported,
        )  # fmt: skip
        return task_of(suite, options)

    made.__name__ = suite.name
    made.__doc__ = suite.about
    return task(name=suite.name)(made)


TASKS = {name: _task(suite) for name, suite in SUITES.items()}
