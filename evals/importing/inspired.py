"""INSPIRED: dialogues about films, the recommender trying to persuade.

Hayati et al., "INSPIRED: Toward Sociable Recommendation Dialog Systems" (EMNLP 2020);
`data/dialog_data/*.tsv` of https://github.com/sweetpeach/Inspired: tab-separated without quoting, a
message a line. Its titles were found by machine: some are ordinary words (`Taken (2009)`).
"""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from ...catalog.rejects import Rejects
from ...errors import BadInputError
from .reading import case, plain, text_of, titles_of
from .records import ImportedCase
from .turns import Role, Turn, merged, replies

_NEEDED = ("dialog_id", "speaker", "text", "movies")
_ROLES: dict[str, Role] = {"SEEKER": "person", "RECOMMENDER": "agent"}
_OUTCOMES = ("fine_label", "case")
"""Columns that say how the dialogue ended: of the files, and of their description."""
_QUOTE = "QUOTATION_MARK"
"""Stands for a quotation mark in a text."""


def recognises(header: str) -> bool:
    """Whether a file's first line is this set's header."""
    return {*_NEEDED} <= {*header.strip().split("\t")}


def read(path: Path, rejects: Rejects | None = None) -> Iterator[ImportedCase]:
    """One case for every reply that is the first to name a title; its user is the dialogue.

    Args:
        rejects: takes the dialogues that make no case.

    Raises:
        BadInputError: a line is malformed.
    """
    rejects = rejects or Rejects()
    for dialogue, group in groupby(_rows(path), key=lambda row: row[1]["dialog_id"]):
        rows = list(group)
        where, last = rows[0][0], rows[-1][1]
        outcome = next((last[name] for name in _OUTCOMES if last.get(name)), "")
        count = 0
        for reply in replies(merged(_turn(*row) for row in rows)):
            count += 1
            yield case(
                where,
                source="inspired",
                id=f"{dialogue}-{reply.number}",
                user=dialogue,
                dialogue=reply.before,
                targets=reply.targets,
                notes=[f"outcome: {plain(outcome)}"] if outcome else [],
            )
        if not count:
            rejects.add(where, "recommends no title", dialogue)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    lines = [line.removesuffix("\r") for line in text_of(path).split("\n")]
    header = lines[0].split("\t")
    if missing := [name for name in _NEEDED if name not in header]:
        raise BadInputError(f"{path.name}:1 lacks the column {missing[0]}, so it is not INSPIRED.")
    for number, line in enumerate(lines[1:], start=2):
        where, cells = f"{path.name}:{number}", line.split("\t")
        if not line:
            continue
        if len(cells) != len(header):
            raise BadInputError(f"{where} has {len(cells)} columns instead of {len(header)}.")
        yield where, dict(zip(header, cells, strict=True))


def _turn(where: str, row: dict[str, str]) -> Turn:
    role = _ROLES.get(row["speaker"].strip())
    if role is None:
        raise BadInputError(f"{where}: the speaker is neither SEEKER nor RECOMMENDER.")
    text = plain(row["text"].replace(_QUOTE, '"'))
    titles = titles_of(row["movies"].replace(_QUOTE, '"').split(";"))
    return Turn(role, text, titles)
