import json
from pathlib import Path

import pytest
from tastemaker.errors import BadInputError
from tastemaker.evals.importing.tallrec import read

ASK = 'Would the user like it? Answer "Yes." or "No.".'


def entry(liked: str, disliked: str, target: str, output: str) -> dict[str, str]:
    asked = f"Whether the user will like the target {target}?"
    return {
        "instruction": ASK,
        "input": f"User Preference: {liked}\nUser Unpreference: {disliked}\n{asked}",
        "output": output,
    }


FILM = entry('"Matrix, The (1999)", "Alien (1979)"', '"Big (1988)"', 'movie "Heat (1995)"', "No.")
BOOK = entry(
    "",
    '"Die Trying (Reacher, No 2)" written by Child, Lee, "I, Claudius" written by Robert Graves',
    'book ""Emma" written by Jane Austen"',
    "Yes.",
)


def written(folder: Path, *entries: object) -> Path:
    path = folder / "test.json"
    path.write_text(json.dumps(entries, indent=4))
    return path


def test_films(tmp_path: Path) -> None:
    (case,) = read(written(tmp_path, FILM))
    assert (case.source, case.id, case.user) == ("tallrec", "1", "")
    assert case.liked == ["Matrix, The (1999)", "Alien (1979)"]
    assert case.disliked == ["Big (1988)"]
    assert case.targets == ["Heat (1995)"]
    assert (case.answer, case.options) == ("No", ["Yes", "No"])
    assert case.question == f"{ASK}\n{FILM['input']}"


def test_books_have_authors(tmp_path: Path) -> None:
    *_, case = read(written(tmp_path, FILM, BOOK))
    assert case.id == "2"
    assert case.liked == []
    assert case.disliked == ["Die Trying (Reacher, No 2)", "I, Claudius"]
    assert (case.targets, case.answer) == (["Emma"], "Yes")


def test_a_title_with_quotation_marks(tmp_path: Path) -> None:
    one = entry('"The "Burbs" (1989)", "Up (2009)"', "", 'movie "Heat (1995)"', "Yes.")
    (case,) = read(written(tmp_path, one))
    assert case.liked == ['The "Burbs" (1989)', "Up (2009)"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (FILM | {"output": "Maybe."}, "the output is neither"),
        (FILM | {"input": "User Preference: none"}, "the input lacks"),
        ({"instruction": ASK, "output": "Yes."}, "input is wrong"),
    ],
)
def test_a_malformed_entry_is_named(tmp_path: Path, wrong: dict, why: str) -> None:
    with pytest.raises(BadInputError, match=rf"test\.json:7 \(entry 2\): {why}"):
        list(read(written(tmp_path, FILM, wrong)))
