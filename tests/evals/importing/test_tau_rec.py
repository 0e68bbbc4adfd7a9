import json
from pathlib import Path

import pytest
from tastemaker.errors import BadInputError
from tastemaker.evals.importing.tau_rec import read

TASK = {
    "id": "task_001",
    "constraints": [
        {"constraint": {"field": "runtime", "op": "<=", "value": 120}, "reveal": "on_ask"},
        {
            "constraint": {"field": "content_rating", "op": "in", "value": ["R", "NR"]},
            "reveal": "hidden",
        },
        {"constraint": {"field": "rating", "op": ">=", "value": 6.0}, "reveal": "volunteer"},
    ],
    "persona": "You are in a hurry.",
    "soft_preferences": ["likes trains"],
    "policy_flags": ["recommend_tool", "availability"],
    "no_valid_recommendation": False,
    "complexity": "simple",
    "reveal_difficulty": "mixed",
    "user_id": "user_1",
    "user_history": {"user_1": {"watched": ["tmdb_5"], "ratings": {}}},
    "user_services": ["Hulu"],
}
ANSWERS = {
    "task_001": {
        "constraint_solutions": ["tmdb_1", "tmdb_2"],
        "constraint_solutions_with_titles": [
            {"id": "tmdb_1", "title": "Alien"},
            {"id": "tmdb_2", "title": "Heat"},
        ],
        "no_valid_recommendation": False,
        "reachable_solutions": ["tmdb_2"],
        "reachable_solutions_with_titles": [{"id": "tmdb_2", "title": "Heat"}],
        "user_services": ["Hulu"],
    }
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "tasks").mkdir()
    (tmp_path / "answers.json").write_text(json.dumps(ANSWERS, indent=2))
    put(tmp_path, "task_001.json", TASK)
    impossible = TASK | {"id": "task_002", "no_valid_recommendation": True}
    put(tmp_path, "task_002.json", impossible)
    return tmp_path


def put(data: Path, name: str, task: object) -> Path:
    path = data / "tasks" / name
    path.write_text(json.dumps(task, indent=2))
    return path


@pytest.mark.parametrize("inside", ["", "tasks"])
def test_tasks_with_their_answers(data: Path, inside: str) -> None:
    case, impossible = read(data / inside)
    assert (case.source, case.id, case.user) == ("tau-rec", "task_001", "")
    assert case.targets == ["Heat"]  # the only one on their services
    assert case.persona == "You are in a hurry."
    assert [(one.attribute, one.operator, one.value, one.tag) for one in case.predicates] == [
        ("runtime", "<=", 120, "on_ask"),
        ("content_rating", "in", ["R", "NR"], "hidden"),
        ("rating", ">=", 6.0, "volunteer"),
    ]
    assert case.notes == [
        "soft preference: likes trains",
        "policy: recommend_tool",
        "policy: availability",
        "service: Hulu",
        "watched: tmdb_5",
        "complexity: simple",
        "reveal: mixed",
    ]
    assert (case.abstain, impossible.abstain, impossible.targets) == (False, True, [])


def test_every_solution_counts_where_services_do_not(data: Path) -> None:
    path = put(data, "task_001.json", TASK | {"policy_flags": []})
    (case,) = read(path)
    assert case.targets == ["Alien", "Heat"]


def test_answers_may_be_away(data: Path) -> None:
    (data / "answers.json").unlink()
    assert [case.targets for case in read(data)] == [[], []]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"persona": None}, "persona is wrong"),
        ({"constraints": [{"constraint": {"field": "a"}, "reveal": "hidden"}]}, "constraints.0"),
        (
            {"constraints": [{"constraint": {"field": "a", "op": "~", "value": 1}, "reveal": "x"}]},
            "operator is wrong",
        ),
    ],
)
def test_a_malformed_task_is_named(data: Path, change: dict, named: str) -> None:
    put(data, "task_002.json", TASK | change)
    with pytest.raises(BadInputError, match=rf"task_002\.json:1: {named}"):
        list(read(data))


def test_a_task_that_breaks_off_is_named_with_its_line(data: Path) -> None:
    (data / "tasks" / "task_002.json").write_text('{\n  "id": "task_002",\n  "persona": \n')
    with pytest.raises(BadInputError, match=r"task_002\.json:1 is not valid JSON: .* at line 4"):
        list(read(data))


def test_malformed_answers_are_named(data: Path) -> None:
    (data / "answers.json").write_text('{"task_001": {"reachable_solutions_with_titles": 3}}')
    with pytest.raises(BadInputError, match=r"answers\.json:1: task_001: reachable_solutions"):
        list(read(data))


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="holds no task files"):
        list(read(tmp_path))
