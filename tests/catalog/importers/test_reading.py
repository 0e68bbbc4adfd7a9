import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tastemaker.catalog.importers.reading import (
    TextFile,
    csv_rows,
    even_rows,
    json_rows,
    json_text,
    split_rows,
)
from tastemaker.catalog.rejects import Rejects
from tastemaker.errors import BadInputError


def file(folder: Path, body: bytes, name: str = "a.csv") -> TextFile:
    (folder / name).write_bytes(body)
    return TextFile(folder / name)


def test_line_numbers_count_physical_lines(tmp_path: Path):
    body = b'a,b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n'
    assert list(csv_rows(file(tmp_path, body))) == [
        (1, ["a", "b"]),
        (2, ["1", "x\r\ny"]),
        (5, ["2", "z"]),
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_bom_and_line_endings(tmp_path: Path, end: bytes, bom: bytes):
    body = bom + end.join([b"a;b", b"1;2", b""])
    assert list(csv_rows(file(tmp_path, body))) == [(1, ["a", "b"]), (2, ["1", "2"])]
    assert list(split_rows(file(tmp_path, body), ";"))[1] == (2, ["1", "2"])


def test_gzip_and_progress(tmp_path: Path):
    seen = []
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n", mtime=0))
    source = TextFile(tmp_path / "a.csv.gz", lambda *call: seen.append(call))
    assert len(list(csv_rows(source))) == 2
    what, done, total = seen[0]
    assert what == "reading a.csv.gz" and 0 < done <= total


def test_bytes_that_are_not_utf8_are_counted(tmp_path: Path):
    source = file(tmp_path, b"a,b\n\xe9,2\nok,3\n")
    assert list(csv_rows(source))[1] == (2, ["\ufffd", "2"])
    assert source.notes() == ["1 lines of a.csv hold bytes that are not UTF-8."]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "is empty"),
        (b"\n1,2\n", "is empty or begins with an empty line"),
        ("a,b\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00", "is not a text file"),
        (b"\x1f\x8bnot gzip", "cannot be read"),
        (gzip.compress(b"a,b\n" * 9999, mtime=0)[:-20], "cannot be read"),
        (b"a,b\n" + b"x" * (1 << 24) + b"xx,2\n", "a.csv:2 cannot be read"),
    ],
)
def test_wrong_files_are_one_sentence(tmp_path: Path, body: bytes, sentence: str):
    with pytest.raises(BadInputError, match=sentence):
        list(csv_rows(file(tmp_path, body)))


def test_missing_file(tmp_path: Path):
    with pytest.raises(BadInputError, match="No such file"):
        list(TextFile(tmp_path / "gone.csv").lines())


def test_uneven_rows_are_rejected(tmp_path: Path):
    rejects = Rejects()
    rows = csv_rows(file(tmp_path, b"a,b\n1\n1,2\n1,2,3\n"))
    assert list(even_rows(rows, 2, "a.csv", rejects)) == [(1, ["a", "b"]), (3, ["1", "2"])]
    assert rejects.first == [
        "a.csv:2 has 1 columns instead of 2",
        "a.csv:4 has 3 columns instead of 2",
    ]


def test_json_lines_and_arrays(tmp_path: Path):
    rejects = Rejects()
    lines = file(tmp_path, b'{"a": 1}\n\nnot json\n[1]\n{"a": 2}', "a.jsonl")
    assert list(json_rows(lines, rejects)) == [(1, {"a": 1}), (5, {"a": 2})]
    assert rejects.first == ["a.jsonl:3 is not a JSON object", "a.jsonl:4 is not a JSON object"]
    array = file(tmp_path, b'[\n{"a": 1},\n7, {"a": 2}]', "a.json")
    assert list(json_rows(array, rejects)) == [(1, {"a": 1}), (3, {"a": 2})]
    with pytest.raises(BadInputError, match="not valid JSON"):
        list(json_rows(file(tmp_path, b"[{]", "b.json"), rejects))


def test_json_text():
    assert [json_text(value) for value in (None, 1.5, "é", "\ud800", [1], {})] == [
        "", "1.5", "é", "?", "", "",
    ]  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=400), start=st.sampled_from([b"", b"a,b\n", b"{", b"[", b"\x1f\x8b"])
)
def test_any_bytes_are_rows_or_a_sentence(tmp_path: Path, body: bytes, start: bytes):
    source = file(tmp_path, start + body)
    for read in (csv_rows, lambda f: split_rows(f, "::"), lambda f: json_rows(f, Rejects())):
        try:
            numbers = [number for number, _ in read(source)]
        except BadInputError:
            continue
        assert numbers == sorted(set(numbers))


def test_deep_json_is_rejected(tmp_path: Path):
    rejects = Rejects()
    deep = file(tmp_path, b'{"a":' + b"[" * 100_000 + b"\n" + b'{"b": 1}\n', "a.jsonl")
    assert list(json_rows(deep, rejects)) == [(2, {"b": 1})]
    with pytest.raises(BadInputError, match="not valid JSON"):
        list(json_rows(file(tmp_path, b"[" * 100_000, "b.json"), rejects))
