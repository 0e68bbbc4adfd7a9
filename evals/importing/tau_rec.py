"""τ-Rec: tasks whose conditions are checked against a catalogue, told by a simulated person.

Narasimhan and Narasimhan, "τ-Rec: A Verifiable Benchmark for Agentic Recommender Systems" (RecSys
2026); `data/tasks/*.json` of https://github.com/nbharaths/tau-rec, one task a file, with
`data/answers.json` beside the folder, which lists the titles that meet each task's conditions.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from ...catalog.cleaning import clean
from ...catalog.rejects import Rejects
from ...errors import BadInputError
from .reading import Row, case, json_entries, parsed, plain, titles_of
from .records import ImportedCase, Predicate

ANSWERS = "answers.json"


class _Constraint(Row):
    field: str
    op: str
    value: Any


class _Tagged(Row):
    constraint: _Constraint
    reveal: str


class _History(Row):
    watched: list[str] = Field(default_factory=list)


class _Task(Row):
    id: str
    constraints: list[_Tagged]
    persona: str
    soft_preferences: list[str] = Field(default_factory=list)
    policy_flags: list[str] = Field(default_factory=list)
    no_valid_recommendation: bool = False
    complexity: str = ""
    reveal_difficulty: str = ""
    user_id: str = ""
    user_history: dict[str, _History] | None = None
    user_services: list[str] = Field(default_factory=list)


class _Title(Row):
    title: str


class _Answer(Row):
    constraint_solutions_with_titles: list[_Title] = Field(default_factory=list)
    reachable_solutions_with_titles: list[_Title] = Field(
        default_factory=list
    )  # on the person's own services


def task_files(folder: Path) -> list[Path]:
    """The task files of a folder, or of the `tasks` in it."""
    within = folder / "tasks" if (folder / "tasks").is_dir() else folder
    return sorted(file for file in within.glob("*.json") if file.name != ANSWERS)


def read(path: Path, rejects: Rejects | None = None) -> Iterator[ImportedCase]:
    """One case a task; `path` is a task, a folder of them, or the folder that holds `tasks`.

    Every task names the same `user_1`, so cases have no user. Without answers they have no targets
    either; their predicates say what is right.

    Args:
        rejects: for the others' sake; every task makes a case.

    Raises:
        BadInputError: a task or the answers are malformed.
    """
    files = task_files(path) if path.is_dir() else [path]
    if not files:
        raise BadInputError(f"{path} holds no task files.")
    answers = _answers(files[0])
    for file in files:
        for where, entry in json_entries(file):
            yield _case(where, parsed(_Task, where, entry), answers)


def _case(where: str, task: _Task, answers: dict[str, _Answer]) -> ImportedCase:
    answer = answers.get(task.id, _Answer())
    available = "availability" in task.policy_flags
    right = (
        answer.reachable_solutions_with_titles
        if available
        else answer.constraint_solutions_with_titles
    )
    history = (task.user_history or {}).get(task.user_id, _History())
    notes = {
        "soft preference": task.soft_preferences,
        "policy": task.policy_flags,
        "service": task.user_services,
        "watched": history.watched,
        "complexity": [task.complexity],
        "reveal": [task.reveal_difficulty],
    }
    return case(
        where,
        source="tau-rec",
        id=task.id,
        persona=plain(task.persona),
        targets=[] if task.no_valid_recommendation else titles_of([one.title for one in right]),
        abstain=task.no_valid_recommendation,
        predicates=[_predicate(where, tagged) for tagged in task.constraints],
        notes=[f"{kind}: {plain(text)}" for kind, texts in notes.items() for text in texts if text],
    )


def _predicate(where: str, tagged: _Tagged) -> Predicate:
    asked = tagged.constraint
    fields = {"attribute": asked.field, "operator": asked.op, "value": asked.value}
    return parsed(Predicate, where, fields | {"tag": tagged.reveal})


def _answers(file: Path) -> dict[str, _Answer]:
    places = [folder / ANSWERS for folder in (file.parent, file.parent.parent)]
    place = next((place for place in places if place.is_file()), None)
    if place is None:
        return {}
    return {
        task: parsed(_Answer, f"{where}: {clean(task, 80)}", answer)
        for where, entry in json_entries(place)
        for task, answer in entry.items()
    }
