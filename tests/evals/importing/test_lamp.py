import json
from pathlib import Path

import pytest
from tastemaker.catalog.rejects import Rejects
from tastemaker.errors import BadInputError, MissingError
from tastemaker.evals.importing.lamp import read

QUESTIONS = [
    {
        "id": "11",
        "input": "Which tag does it have? tags: [sci-fi, comedy] description: A ship.\nA storm.",
        "profile": [{"id": "111", "tag": "comedy", "description": "Two friends.", "score": 4}],
    },
    {"id": "12", "input": "And this?", "profile": []},
]
OUTPUTS = {"task": "LaMP_2", "golds": [{"id": "11", "output": "sci-fi"}]}


def written(folder: Path, questions: object = QUESTIONS, outputs: object = OUTPUTS) -> Path:
    (folder / "dev_outputs.json").write_text(json.dumps(outputs))
    path = folder / "dev_questions.json"
    path.write_text(json.dumps(questions, indent=1))
    return path


@pytest.mark.parametrize("inside", ["", "dev_questions.json"])
def test_questions_with_their_answers(tmp_path: Path, inside: str) -> None:
    written(tmp_path)
    rejects = Rejects()
    (case,) = read(tmp_path / inside, rejects)
    assert (case.source, case.id, case.user) == ("lamp", "11", "")
    assert case.question == QUESTIONS[0]["input"]
    assert (case.answer, len(case.options), case.options[0]) == ("sci-fi", 15, "sci-fi")
    assert case.profile == [
        {"id": "111", "tag": "comedy", "description": "Two friends.", "score": "4"}
    ]
    assert case.notes == ["task: LaMP_2"]
    assert rejects.reasons == {"has no right answer": 1}
    assert rejects.first == ["dev_questions.json:14 (entry 2) has no right answer"]


@pytest.mark.parametrize(
    ("task", "answer", "options"),
    [
        ("LaMP_1", "[2]", ["[1]", "[2]"]),
        ("LaMP-3", "4", ["1", "2", "3", "4", "5"]),
        ("LaMP_4", "A headline", []),
    ],
)
def test_answers_of_other_tasks(tmp_path: Path, task: str, answer: str, options: list) -> None:
    outputs = {"task": task, "golds": [{"id": "11", "output": answer}]}
    (case,) = read(written(tmp_path, outputs=outputs))
    assert (case.answer, case.options) == (answer, options)


@pytest.mark.parametrize("task", ["LaMP_2", "LaMP_2N"])
def test_news_have_labels_of_their_own(tmp_path: Path, task: str) -> None:
    outputs = {"task": task, "golds": [{"id": "11", "output": "politics"}]}
    (case,) = read(written(tmp_path, outputs=outputs))
    assert "politics" in case.options
    assert "sci-fi" not in case.options


def test_answers_that_are_away(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "dev_outputs.json").unlink()
    with pytest.raises(MissingError, match=r"dev_outputs\.json beside it"):
        list(read(path))


def test_a_folder_with_several_or_another_name(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(BadInputError, match="must end in"):
        list(read(tmp_path / "dev_outputs.json"))
    (tmp_path / "train_questions.json").write_text("[]")
    with pytest.raises(BadInputError, match=r"dev_questions\.json, train_questions\.json"):
        list(read(tmp_path))


def test_a_malformed_question_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, [QUESTIONS[0], {"id": "12", "input": "And this?"}])
    with pytest.raises(
        BadInputError, match=r"dev_questions\.json:14 \(entry 2\): profile is wrong"
    ):
        list(read(path))


def test_malformed_answers_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, outputs={"task": "LaMP_2", "golds": [{"id": "11"}]})
    with pytest.raises(BadInputError, match=r"dev_outputs\.json:1: golds\.0\.output is wrong"):
        list(read(path))
