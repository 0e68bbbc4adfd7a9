"""A run of some suites: tried by inspect_ai, resumed at the sample, read back as cases."""

import hashlib
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ...errors import BadInputError, MissingError
from ...files import replacing_file
from ...packages import Progress, silent
from ...prompts import prompt_hash, prompt_names
from ...serving.models import resolve_model
from ..report import environment
from ..results.cases import Case, Run, Said
from ..results.runs import read_run, write_run
from .registry import SUITES
from .suite import Bench, Options, Suite, bench_of, forget

AT_ONCE_EMBEDDED = 6
"""Cases in flight where two cores compute the language model, too: more would time out."""
RUN, LOGS = "run.json", "logs"


class _Begun(BaseModel):
    """What a folder of a run is for; written before anything is tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    """Of this record."""
    options: Options
    """What is judged."""
    suites: list[str]
    """By which suites."""
    made_from: dict[str, str]
    """Catalogue, prompts, language model and package by their hashes and versions: cases that were
    tried with others are not of one run."""


def run_suites(
    names: Sequence[str],
    options: Options,
    out: Path,
    *,
    resume: bool = False,
    progress: Progress = silent,
) -> tuple[Run, list[str]]:
    """Run suites into a folder; returns what was found, and notes on what was left out.

    With `all`, suites that cannot judge this agent or catalogue are left out, with a note.

    Raises:
        BadInputError: an unknown suite; the folder holds another run, or one that was begun
            without `resume`; a suite that was named cannot judge this agent or catalogue.
        MissingError: inspect_ai is not installed, or the agent cannot be reached.
    """
    suites = suites_named(names)
    if options.imported is None and "imported" not in names:
        suites = [one for one in suites if one.name != "imported"]
    _require_inspect()
    bench = bench_of(options)
    bench.progress = progress
    notes: list[str] = []
    done: list[Suite] = []
    try:
        told = _checked(out, suites, options, resume)
        _ = bench.catalog, bench.face  # what is not there is said before anything is tried
        with replacing_file(out / RUN) as temporary:
            temporary.write_text(told.model_dump_json(indent=1), encoding="utf-8")
        for suite in suites:
            try:
                total = len(suite.drafts(bench))
            except (BadInputError, MissingError) as error:
                if "all" not in names:
                    raise
                notes.append(f"{suite.name}: left out. {error}")
                continue
            _tried(suite, options, out / LOGS / suite.name, total, progress)
            done.append(suite)
        found = collected(options, done, out, model=bench.face.model)
    finally:
        forget(options)
    return found, notes


def suites_named(names: Sequence[str]) -> list[Suite]:
    """The suites of some names; `all` for every one.

    Raises:
        BadInputError: there is none of a name.
    """
    strange = [one for one in names if one != "all" and one not in SUITES]
    if strange:
        raise BadInputError(
            f"There is no suite {strange[0]!r}; there are all, {', '.join(SUITES)}."
        )
    return [one for name, one in SUITES.items() if name in names or "all" in names]


def collected(options: Options, suites: Sequence[Suite], out: Path, model: str) -> Run:
    """Read the logs of a run, and write its cases beside them."""
    cases: list[Case] = []
    figures: dict[str, dict[str, float]] = {}
    for suite in suites:
        samples = _samples(out / LOGS / suite.name)
        cases += [_case(suite.name, one) for one in samples]
        figures |= _figures(suite, bench_of(options), samples)
    found = Run(
        agent=options.agent, model=model, catalog=options.catalog, seed=options.seed,
        made=time.strftime("%Y-%m-%dT%H:%M:%S%z"), environment=environment(), figures=figures,
        cases=cases,
    )  # fmt: skip
    write_run(found, out)
    return found


def judged_again(out: Path, progress: Progress = silent) -> Run:
    """A run's cases and figures, judged anew from its logs; no model is asked, none is started.

    Raises:
        BadInputError: the folder holds no run, or another version's.
    """
    begun, before = _begun(out), read_run(out)
    options = begun.options
    if options.agent == "tastemaker":  # its recommender judges, its language model does not
        options = options.model_copy(update={"agent": "deterministic"})
    bench = bench_of(options)
    bench.progress = progress
    cases: list[Case] = []
    figures: dict[str, dict[str, float]] = {}
    try:
        for suite in suites_named(begun.suites):
            if not (out / LOGS / suite.name).is_dir():
                continue  # it was left out
            samples = _samples(out / LOGS / suite.name)
            figures |= _figures(suite, bench, samples)
            for number, one in enumerate(samples, 1):
                case = _case(suite.name, one)
                if not case.error:
                    found = suite.judge(bench, one.metadata["given"], one.store["record"])
                    case = case.model_copy(update={"scores": found.scores, "notes": found.notes})
                cases.append(case)
                progress(f"judging {suite.name}", number, None)
    finally:
        forget(options)
    return before.model_copy(update={"cases": cases, "figures": figures})


def _figures(suite: Suite, bench: Bench, samples: Sequence[Any]) -> dict[str, dict[str, float]]:
    """What a suite says of all its cases together, by its name; empty where it says nothing."""
    if suite.figures is None:
        return {}
    records = [
        (one.metadata["given"], one.store["record"])
        for one in samples
        if one.error is None and "record" in one.store
    ]
    return {suite.name: suite.figures(bench, records) if records else {}}


def _checked(out: Path, suites: Sequence[Suite], options: Options, resume: bool) -> _Begun:
    """What a folder is told of a run, if it may hold it."""
    told = _Begun(
        options=options, suites=[one.name for one in suites], made_from=_made_from(options)
    )
    if out.exists() and any(out.iterdir()):
        begun = _begun(out)
        if not resume:
            raise BadInputError(
                f"{out} holds a run already; go on with it (--resume), or give another --out."
            )
        if begun != told:
            there, here = (
                {"suites": one.suites, **dict(one.options), **one.made_from}
                for one in (begun, told)
            )
            other = [f"{key} {there.get(key)!r}" for key in here if there.get(key) != here[key]]
            raise BadInputError(
                f"{out} holds a run with {', '.join(other)}; give the same, or another --out."
            )
    return told


def _made_from(options: Options) -> dict[str, str]:
    bench = bench_of(options)
    made = {
        "catalogue": bench.catalog.fingerprint,
        "prompts": hashlib.sha256("".join(map(prompt_hash, prompt_names())).encode()).hexdigest()[
            :12
        ],
        "package": version("tastemaker"),
    }
    if bench.embedded:
        made["weights"] = resolve_model(bench.settings.llm.model, bench.progress).name
    return made


def _begun(out: Path) -> _Begun:
    file = out / RUN
    if not file.is_file():
        raise BadInputError(f"{out} holds no run of suites: it has no {RUN}.")
    try:
        return _Begun.model_validate_json(file.read_bytes())
    except ValueError as error:
        raise BadInputError(f"{file} is damaged, or was written by another version.") from error


def _tried(suite: Suite, options: Options, logs: Path, total: int, progress: Progress) -> None:
    from inspect_ai import eval_set

    from .tasks import task_of

    bench, done = bench_of(options), 0

    def count() -> None:
        nonlocal done
        done = min(done + 1, total)
        progress(suite.name, done, total)

    progress(suite.name, 0, total)
    bench.ended = count
    eval_set(
        [task_of(suite, options)],
        log_dir=str(logs),
        model=None,
        display="none",
        max_samples=min(suite.at_once, AT_ONCE_EMBEDDED) if bench.embedded else suite.at_once,
        log_buffer=1,
        log_dir_allow_dirty=True,
        retry_on_error=1,
        retry_attempts=1,
    )


def _samples(logs: Path) -> list[Any]:
    """The samples of the last whole log of a suite, in the order of their ids."""
    from inspect_ai.log import list_eval_logs, read_eval_log

    listed = list_eval_logs(str(logs))
    for one in listed:  # the newest first
        log = read_eval_log(one)
        if log.status == "success" and log.samples is not None:
            return sorted(log.samples, key=lambda sample: str(sample.id))
    raise BadInputError(f"{logs} has no finished log; run it again with --resume.")


def _case(suite: str, sample: Any) -> Case:
    about = sample.metadata
    told: dict[str, Any] = {key: about[key] for key in ("cluster", "group", "slices")}
    score = (sample.scores or {}).get("judged")
    if sample.error is not None or score is None:
        why = sample.error.message if sample.error else "It was not judged."
        why = f"It took too long. {why}" if sample.limit else why
        return Case(suite=suite, id=str(sample.id), error=why, notes=[sample.input], **told)
    found = score.metadata or {}
    return Case(
        suite=suite,
        id=str(sample.id),
        scores=score.value,
        notes=found["notes"],
        transcript=[Said.model_validate(one) for one in found["said"]],
        **{key: found[key] for key in ("seconds", "turns", "tokens", "calls")},
        **told,
    )


def _require_inspect() -> None:
    try:
        import inspect_ai  # noqa: F401
    except ImportError as error:
        raise MissingError(
            "The suites need inspect_ai, which is not installed:"
            ' run `pip install "tastemaker[eval]"`.'
        ) from error
