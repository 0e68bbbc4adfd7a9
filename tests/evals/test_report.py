"""The shape and the exit code of a measurement."""

import json

import pytest
from tastemaker.evals.bench_turn import _script
from tastemaker.evals.report import Report, environment, show


def report(*rows):
    return Report(name="turn", protocol="as said", environment=environment(), rows=list(rows))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], 0),
        ([{"figure": "a", "median": 1.5}], 0),
        ([{"figure": "a", "target": "< 2", "ok": True}, {"figure": "b", "words": None}], 0),
        ([{"figure": "a", "target": "< 2", "ok": True}, {"figure": "b", "ok": False}], 1),
    ],
)
def test_a_missed_target_is_exit_code_1(capsys, rows, code):
    assert show(report(*rows), None) == code
    shown = capsys.readouterr().out
    assert "cores" in shown and ("as said" in shown or not rows)


def test_the_json_file_has_what_every_benchmark_has(tmp_path, capsys):
    path = tmp_path / "new" / "turn.json"
    show(report({"figure": "a [b]", "median": 1.5}), path)
    written = json.loads(path.read_text())
    assert set(written) == {"name", "protocol", "environment", "rows"}
    assert written["rows"] == [{"figure": "a [b]", "median": 1.5}]
    assert {"machine", "cores", "python", "tastemaker"} <= set(written["environment"])


def test_a_seed_gives_the_same_messages_and_users(films):
    def drawn(seed):
        return [(message, user) for message, _, user in _script(films, 30, seed)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert len(drawn(1)) == 30
    users = {user for _, user in drawn(1)}
    assert None in users and all(user is None or films.has_user(user) for user in users)
