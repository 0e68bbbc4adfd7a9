from pathlib import Path

import pytest
from tastemaker.errors import BadInputError
from tastemaker.evals.importing.reading import json_entries, plain


def entries(folder: Path, text: str) -> list:
    path = folder / "x.json"
    path.write_bytes(text.encode())
    return list(json_entries(path))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", []),
        (" []\n", []),
        ('\ufeff{"a": 1}\n\n{"a": 2}', ["x.json:1", "x.json:3"]),
        ('{"a": 1}\r\n{"a": 2}\r\n', ["x.json:1", "x.json:2"]),
        ('{\n"a": 1\n}\n', ["x.json:1"]),
        ('[\n{"a": 1}, {"a":\n2}\n,\n{}]', ["x.json:2 (entry 1)", "x.json:2 (entry 2)",
                                              "x.json:5 (entry 3)"]),
    ],
)  # fmt: skip
def test_entries_and_their_lines(tmp_path: Path, text: str, places: list[str]) -> None:
    assert [where for where, _ in entries(tmp_path, text)] == places


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"a": 1}\n{"a": }', r"x\.json:2 is not valid JSON: Expecting value at line 2\."),
        ('{"a": 1}\n[1]', r"x\.json:2 is not a JSON object"),
        ("[{}, 3]", r"x\.json:1 \(entry 2\) is not a JSON object"),
        ("[{} {}]", r"x\.json:1 \(entry 1\) is followed by neither"),
        ("[{},\n", r"x\.json:1 \(entry 1\) is followed by a comma and then by nothing"),
        ("[{},]", r"x\.json:1 \(entry 2\) is not valid JSON"),
        ("[{}", r"\(entry 1\) is followed by neither"),
        ("[", r"x\.json does not end where its array does"),
        ("[{}] {}", r"x\.json does not end where its array does"),
        ('{"a": NaN}', r"NaN is no number"),
        ('{"a": ' + "9" * 5000 + "}", r"x\.json:1 is not valid JSON"),
        ('{"a": ' + "[" * 100_000, r"x\.json:1 is nested too deeply"),
        ("id: task_001\n", r"x\.json:1 is not valid JSON"),
        ("{\x00}", r"x\.json is not a text file"),
    ],
)
def test_what_is_malformed_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadInputError, match=sentence):
        entries(tmp_path, text)


def test_lone_surrogates_become_question_marks(tmp_path: Path) -> None:
    text = '{"a\\ud800": ["\\udc00", "\\ud83d\\ude00"]}'
    assert entries(tmp_path, text) == [("x.json:1", {"a?": ["?", "\U0001f600"]})]


def test_control_characters_go_and_lines_stay() -> None:
    assert plain(" a\x1b[31m \u202eb\r\nc  d\n") == "a[31m b\nc d"
