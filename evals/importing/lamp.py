"""LaMP: questions that are answered differently for different people.

Salemi et al., "LaMP: When Large Language Models Meet Personalization" (ACL 2024);
`SPLIT_questions.json` and `SPLIT_outputs.json` of https://lamp-benchmark.github.io, labels as in
its repository (https://github.com/LaMP-Benchmark/LaMP).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...catalog.importers.reading import json_text
from ...catalog.rejects import Rejects
from ...errors import BadInputError, MissingError
from .reading import Row, case, json_entries, parsed, plain
from .records import ImportedCase

_LABELS: dict[str, list[list[str]]] = {
    "LaMP_1": [["[1]", "[2]"]],
    # Of films, and of the news articles that came before them.
    "LaMP_2": [
        ["sci-fi", "based on a book", "comedy", "action", "twist ending", "dystopia", "dark comedy",
         "classic", "psychology", "fantasy", "romance", "thought-provoking", "social commentary",
         "violence", "true story"],
        ["food & drink", "sports", "education", "parents", "religion", "travel", "business",
         "crime", "science & technology", "culture & arts", "entertainment", "politics", "women",
         "style & beauty", "healthy living"],
    ],
    "LaMP_3": [["1", "2", "3", "4", "5"]],
}  # fmt: skip
"""Task -> its lists of labels; the other tasks are answered in free text."""
_ENDING = "questions.json"


class _Question(Row):
    id: str
    input: str
    profile: list[dict[str, Any]]


class _Gold(Row):
    id: str
    output: str


class _Golds(Row):
    task: str
    golds: list[_Gold]


def read(path: Path, rejects: Rejects | None = None) -> Iterator[ImportedCase]:
    """One case a question; `path` is its file or a folder with one. Nobody is told apart.

    Args:
        rejects: takes the questions whose right answer is not there.

    Raises:
        MissingError: no outputs lie beside the questions.
        BadInputError: a file is malformed, is not the questions, or there are several.
    """
    rejects = rejects or Rejects()
    questions = _questions(path)
    outputs = questions.with_name(questions.name.replace(_ENDING, "outputs.json"))
    if not outputs.is_file():
        raise MissingError(f"{questions} has no {outputs.name} beside it with the right answers.")
    task, golds = "", {}
    for where, entry in json_entries(outputs):
        found = parsed(_Golds, where, entry)
        task, golds = found.task, {gold.id: plain(gold.output) for gold in found.golds}
    for where, entry in json_entries(questions):
        question = parsed(_Question, where, entry)
        if question.id not in golds:
            rejects.add(where, "has no right answer", question.id)
            continue
        answer = golds[question.id]
        yield case(
            where,
            source="lamp",
            id=question.id,
            profile=[_fields(one) for one in question.profile],
            question=plain(question.input),
            answer=answer,
            options=_options(task, answer),
            notes=[f"task: {plain(task)}"],
        )


def _questions(path: Path) -> Path:
    found = sorted(path.glob(f"*{_ENDING}")) if path.is_dir() else [path]
    if len(found) != 1:
        names = ", ".join(file.name for file in found) or "none"
        raise BadInputError(f"{path} has not one file of questions but {names}; name one.")
    if not found[0].name.endswith(_ENDING):
        raise BadInputError(f"{found[0]} is not LaMP's: its name must end in {_ENDING}.")
    return found[0]


def _fields(entry: dict[str, Any]) -> dict[str, str]:
    texts = {plain(name): plain(json_text(value)) for name, value in entry.items()}
    return {name: text for name, text in texts.items() if text}


def _options(task: str, answer: str) -> list[str]:
    lists = _LABELS.get(task.replace("-", "_")[: len("LaMP_N")], [])
    return next((labels for labels in lists if answer in labels), [])
