import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tastemaker.errors import BadInputError
from tastemaker.evals.importing.importer import READERS, import_cases, read_imported
from tastemaker.evals.importing.records import SOURCES, ImportedCase, Predicate
from tastemaker.evals.results.cases import Said

REPLY = {"dialog_id": 3, "turn_id": 1, "context": ["Like Alien?"], "rec": ["Heat"], "resp": "Heat"}
TASK = {
    "id": "t",
    "constraints": [{"constraint": {"field": "a", "op": "==", "value": 1}, "reveal": "hidden"}],
    "persona": "P",
}
QUESTION = {"id": "1", "input": "Q", "profile": []}
CHOICE = {
    "instruction": "I",
    "input": "User Preference: \nUser Unpreference: \n"
    'Whether the user will like the target movie "Heat"?',
    "output": "Yes.",
}
TSV = (
    "dialog_id\tspeaker\ttext\tmovies\n"
    "a\tSEEKER\tHi\t\n"
    "a\tRECOMMENDER\tHeat\tHeat (1995)\n"
    "b\tSEEKER\tHi\t\n"
)
FILES = {
    "redial": ("test.jsonl", json.dumps(REPLY) + "\n" + json.dumps(REPLY | {"turn_id": 3})),
    "inspired": ("test.tsv", TSV),
    "tau-rec": ("task_001.json", json.dumps(TASK, indent=2)),
    "lamp": ("dev_questions.json", json.dumps([QUESTION])),
    "tallrec": ("test.json", json.dumps([CHOICE])),
}


def put(folder: Path, source: str) -> Path:
    name, text = FILES[source]
    (folder / "dev_outputs.json").write_text(
        json.dumps({"task": "LaMP_4", "golds": [{"id": "1", "output": "A"}]})
    )
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("source", READERS)
def test_every_set_is_recognised_and_comes_back(tmp_path: Path, source: str) -> None:
    path, out = put(tmp_path, source), tmp_path / "made" / "cases.jsonl"
    done = import_cases(path, None, out)
    assert done.source == source
    assert done == import_cases(path, source, out)  # the same again is no conflict
    cases = read_imported(out)
    assert cases == list(READERS[source](path, None))
    assert done.cases == len(cases)
    assert done.users == (1 if source in ("redial", "inspired") else 0)
    assert [p.name for p in out.parent.iterdir()] == [out.name]


def test_folders_are_recognised(tmp_path: Path) -> None:
    put(tmp_path, "lamp")
    assert import_cases(tmp_path, None, tmp_path / "out").source == "lamp"
    (tmp_path / "data" / "tasks").mkdir(parents=True)
    put(tmp_path / "data" / "tasks", "tau-rec")
    (tmp_path / "data" / "tasks" / "dev_outputs.json").unlink()
    assert import_cases(tmp_path / "data", None, tmp_path / "out2").source == "tau-rec"


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    path = put(tmp_path, "inspired")
    assert import_cases(path, None, tmp_path / "out").skipped == {"recommends no title": 1}
    twice = tmp_path / "twice.jsonl"
    twice.write_text(json.dumps(REPLY) + "\n" + json.dumps(REPLY))
    done = import_cases(twice, None, tmp_path / "out2")
    assert (done.cases, done.skipped) == (1, {"has the id of another case": 1})
    assert done.first_skipped == ["twice.jsonl: 3-1 has the id of another case"]


def test_another_file_is_not_written_over(tmp_path: Path) -> None:
    path, out = put(tmp_path, "redial"), tmp_path / "cases.jsonl"
    out.write_text("mine")
    with pytest.raises(BadInputError, match="exists and differs"):
        import_cases(path, None, out)
    assert out.read_text() == "mine"
    assert import_cases(path, None, out, replace=True).cases == 2
    assert len(read_imported(out)) == 2


@pytest.mark.parametrize(
    ("source", "out", "why"),
    [
        ("movielens", "out", "There is no set 'movielens'"),
        (None, "test.jsonl", "the set itself"),
        (None, ".", "is a folder"),
        ("tallrec", "out", r"test\.jsonl:1: instruction is wrong"),
        (None, "test.jsonl/out", "cannot be written"),
    ],
)
def test_refusals(tmp_path: Path, source: str | None, out: str, why: str) -> None:
    path = put(tmp_path, "redial")
    with pytest.raises(BadInputError, match=why):
        import_cases(path, source, tmp_path / out, replace=True)
    assert json.loads(path.read_text().splitlines()[0]) == REPLY
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_recognised_is_told(tmp_path: Path) -> None:
    path = put(tmp_path, "redial")
    for text, why in [
        ("", "no known set"),
        ('{"a": 1}', "no known set"),
        ('{"task": "LaMP_1", "golds": []}', "name its questions file"),
        ("a: 1", r"test\.jsonl:1 is not valid JSON"),
    ]:
        path.write_text(text)
        with pytest.raises(BadInputError, match=why):
            import_cases(path, None, tmp_path / "out")
    with pytest.raises(BadInputError, match="does not exist"):
        import_cases(tmp_path / "away", None, tmp_path / "out")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match="folder of no known set"):
        import_cases(tmp_path / "empty", None, tmp_path / "out")


def test_a_set_without_cases_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("[]")
    with pytest.raises(BadInputError, match="nothing that makes a case"):
        import_cases(path, "tallrec", tmp_path / "out")


def test_a_line_that_is_no_case_is_named(tmp_path: Path) -> None:
    out = tmp_path / "cases.jsonl"
    import_cases(put(tmp_path, "redial"), None, out)
    out.write_text(out.read_text() + '{"source": "redial", "id": "9", "user_name": "x"}\n')
    with pytest.raises(BadInputError, match=r"cases\.jsonl:3: user_name is wrong"):
        read_imported(out)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "messages text senderWorkerId movieMentions context rec dialog_id turn_id id input"
                " profile constraints constraint field op value reveal persona task golds".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
BYTES = (
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(JSON, max_size=3).map(lambda rows: "\n".join(map(json.dumps, rows)).encode())
    | st.text(alphabet='[]{}",:\n\t\\ud8a1', max_size=60).map(str.encode)
    | st.lists(st.text(alphabet="ab\t\r\n;", max_size=20), max_size=4).map(
        lambda rows: "\n".join([TSV, *rows]).encode()
    )
)


@settings(max_examples=120, deadline=None)
@given(BYTES, BYTES)
def test_any_bytes_are_read_or_refused_with_a_sentence(first: bytes, second: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "x_questions.json").write_bytes(first)
        (folder / "x_outputs.json").write_bytes(second)
        (folder / "answers.json").write_bytes(second)
        for source in (None, *READERS):
            try:
                done = import_cases(folder / "x_questions.json", source, folder / f"{source}.out")
            except BadInputError as error:
                assert str(error)
            else:
                assert len(read_imported(folder / f"{source}.out")) == done.cases
        try:
            read_imported(folder / "x_questions.json")
        except BadInputError as error:
            assert str(error)


def changed(entry: object, value: object) -> st.SearchStrategy[object]:
    """An entry with one of its values, at any depth, put another way."""
    if not isinstance(entry, dict | list) or not entry:
        return st.just(value)
    keys = list(entry) if isinstance(entry, dict) else list(range(len(entry)))

    def put_at(key: object) -> st.SearchStrategy[object]:
        def with_value(new: object) -> object:
            copy = dict(entry) if isinstance(entry, dict) else list(entry)
            copy[key] = new  # pyright: ignore
            return copy

        return (st.just(value) | changed(entry[key], value)).map(with_value)  # pyright: ignore

    return st.sampled_from(keys).flatmap(put_at)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_nearly_right_entries_are_read_or_refused(data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from([REPLY, TASK, QUESTION, CHOICE]))
    text = json.dumps([data.draw(changed(entry, data.draw(JSON)))])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = put(folder, "lamp")
        path.write_text(text)
        try:
            done = import_cases(path, None, folder / "out")
        except BadInputError as error:
            assert str(error)
        else:
            assert len(read_imported(folder / "out")) == done.cases


VALUES = st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.lists(st.text(max_size=20), max_size=2)
CASES = st.builds(
    ImportedCase,
    source=st.sampled_from(SOURCES),
    id=st.text(max_size=20),
    question=st.text(max_size=20),
    targets=TEXTS,
    dialogue=st.lists(
        st.builds(Said, role=st.sampled_from(["person", "agent"]), text=st.text(), items=TEXTS),
        max_size=2,
    ),
    profile=st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20)), max_size=2),
    predicates=st.lists(
        st.builds(
            Predicate,
            attribute=st.text(max_size=5),
            operator=st.sampled_from(["<=", "contains_any"]),
            value=VALUES | st.text(max_size=5) | TEXTS,
            tag=st.just("hidden"),
        ),
        max_size=2,
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CASES, max_size=2))
def test_the_file_of_cases_comes_back(cases: list[ImportedCase]) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "cases.jsonl"
        path.write_bytes(
            "".join(case.model_dump_json(exclude_defaults=True) + "\n" for case in cases).encode()
        )
        assert read_imported(path) == cases
