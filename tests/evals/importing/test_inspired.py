from pathlib import Path

import pytest
from tastemaker.catalog.rejects import Rejects
from tastemaker.errors import BadInputError
from tastemaker.evals.importing.inspired import read

COLUMNS = (
    "dialog_id", "utt_id", "speaker", "turn_id", "text", "text_with_placeholder", "movies",
    "genres", "people_names", "movie_dict", "genre_dict", "actor_dict", "director_dict",
    "others_dict", "expert_label", "second_label", "fine_label", "coarse_label", "movie_id",
)  # fmt: skip


def row(dialogue: str, number: int, speaker: str, text: str, movies: str = "") -> str:
    known = {
        "dialog_id": dialogue,
        "utt_id": str(number),
        "speaker": speaker,
        "text": text,
        "text_with_placeholder": 'with "quotes',
        "movies": movies,
        "fine_label": "accept_rating_good",
    }
    return "\t".join(known.get(name, "") for name in COLUMNS)


ROWS = [
    "\t".join(COLUMNS),
    row("a.pkl", 1, "RECOMMENDER", "Hello"),
    row("a.pkl", 2, "SEEKER", "I saw QUOTATION_MARKAlienQUOTATION_MARK", "Alien (1979)"),
    row("a.pkl", 3, "SEEKER", "Something else?"),
    row("a.pkl", 4, "RECOMMENDER", "Like Alien?", "Alien (1979)"),
    row("a.pkl", 5, "RECOMMENDER", "Heat, or Big", "Heat (1995);  Big (1988)"),
    row("a.pkl", 6, "SEEKER", "Heat it is", "Heat (1995)"),
    row("a.pkl", 7, "RECOMMENDER", "Enjoy Heat", "Heat (1995)"),
    row("b.pkl", 1, "RECOMMENDER", "Try Up", "Up (2009)"),
    row("b.pkl", 2, "SEEKER", "Why?"),
]


def written(folder: Path, rows: list[str], end: str = "\n") -> Path:
    path = folder / "dev.tsv"
    path.write_bytes(end.join([*rows, ""]).encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_replies_that_first_name_a_title(tmp_path: Path, end: str) -> None:
    rejects = Rejects()
    (case,) = read(written(tmp_path, ROWS, end), rejects)
    assert (case.source, case.id, case.user) == ("inspired", "a.pkl-2", "a.pkl")
    assert [(said.role, said.text) for said in case.dialogue] == [
        ("agent", "Hello"),
        ("person", 'I saw "Alien" Something else?'),
    ]
    assert case.targets == ["Heat (1995)", "Big (1988)"]
    assert case.notes == ["outcome: accept_rating_good"]
    # Nobody had asked for anything when Up was named.
    assert rejects.reasons == {"recommends no title": 1}
    assert rejects.first == ["dev.tsv:9 recommends no title"]


def test_the_column_of_the_description(tmp_path: Path) -> None:
    rows = [ROWS[0].replace("fine_label", "case"), *ROWS[1:]]
    assert next(read(written(tmp_path, rows))).notes == ["outcome: accept_rating_good"]


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("dev.tsv:1 lacks the column movies", [ROWS[0].replace("movies", "films"), ROWS[1]]),
        ("dev.tsv:3 has 3 columns instead of 19", [*ROWS[:2], "a\tb\tc"]),
        ("dev.tsv:3: the speaker", [*ROWS[:2], row("a.pkl", 2, "SOMEBODY", "Hi")]),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, rows: list[str]) -> None:
    with pytest.raises(BadInputError, match=line):
        list(read(written(tmp_path, rows)))
