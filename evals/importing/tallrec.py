"""TALLRec: does somebody who likes these like that?

Bao et al., "TALLRec: An Effective and Efficient Tuning Framework to Align Large Language Model with
Recommendation" (RecSys 2023); `data/movie/*.json` and `data/book/*.json` of
https://github.com/SAI990323/TALLRec: a JSON array of instruction, input and output.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ...catalog.rejects import Rejects
from ...errors import BadInputError
from .reading import Row, case, json_entries, parsed, plain, titles_of
from .records import ImportedCase

OPTIONS = ["Yes", "No"]
_INPUT = re.compile(
    r"User Preference:(.*?)\nUser Unpreference:(.*?)"
    r"\nWhether the user will like the target \w+ (.*)\?\s*",
    re.DOTALL,
)
_BETWEEN = re.compile(r',\s+(?=")')
_TITLE = re.compile(r'"(.*)"\s*(?:written by.*)?', re.DOTALL)
"""A film's, or a book's with its author."""


class _Entry(Row):
    instruction: str
    input: str
    output: str


def read(path: Path, rejects: Rejects | None = None) -> Iterator[ImportedCase]:
    """One case an entry. The set names no users, so cases have none.

    Args:
        rejects: for the others' sake; every entry makes a case.

    Raises:
        BadInputError: an entry is malformed.
    """
    for number, (where, entry) in enumerate(json_entries(path), start=1):
        row = parsed(_Entry, where, entry)
        found = _INPUT.fullmatch(row.input.replace("\r\n", "\n"))
        if not found:
            raise BadInputError(f"{where}: the input lacks its preferences or its target.")
        answer = row.output.strip().rstrip(".")
        if answer not in OPTIONS:
            raise BadInputError(f"{where}: the output is neither Yes. nor No.")
        target = found[3]
        if target.startswith('""') and target.endswith('"'):
            target = target[1:-1]  # a book's title and author are quoted together once more
        yield case(
            where,
            source="tallrec",
            id=str(number),
            liked=_titles(found[1]),
            disliked=_titles(found[2]),
            targets=titles_of([_title(target)]),
            question=plain(f"{row.instruction}\n{row.input}"),
            answer=answer,
            options=OPTIONS,
        )


def _titles(text: str) -> list[str]:
    return titles_of([_title(part) for part in _BETWEEN.split(text.strip())])


def _title(text: str) -> str:
    found = _TITLE.fullmatch(text.strip())
    return found[1] if found else text.strip().strip('"')
