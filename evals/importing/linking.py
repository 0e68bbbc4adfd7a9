"""Titles of public sets as items of a catalogue.

Stricter than what an agent may read out of a message (`agent/reading/titles.py`): a part of a title
or a misspelt one is no match, as a wrong target would make a right recommendation count as wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from ...agent.reading.text import fold_words
from ...catalog.importers.titles import read_title
from .records import ImportedCase

_ARTICLES = ("the", "a", "an")
_NEAR_YEARS = 1
"""Sets date some films by their festival, others by their release."""


class Link(BaseModel):
    """The titles of one case in a catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    targets: list[int]
    """Rows of the targets that the catalogue has."""
    liked: list[int]
    """Rows of the titles that the person likes."""
    disliked: list[int]
    """Rows of those that the person does not."""
    share: float
    """Of the case's targets, how many the catalogue has; 0 where there is none."""


def linked(
    cases: Iterable[ImportedCase],
    titles: Sequence[str],
    years: Sequence[float | None] = (),
) -> list[Link]:
    """Look the titles of cases up in a catalogue, one link a case.

    Case, accents, signs and a leading article do not matter, nor that it stands last ("Matrix,
    The"); a year at the end must fit where both sides have one. A title that several items have
    links to none of them, unless its year tells them apart.

    Args:
        titles: the catalogue's, by row.
        years: the items', where their titles do not end in them.
    """
    table = _Table(titles, years)
    return [_link(case, table) for case in cases]


def _link(case: ImportedCase, table: "_Table") -> Link:
    found = [table.row_of(title) for title in case.targets]
    matched = [row for row in found if row is not None]
    return Link(
        targets=list(dict.fromkeys(matched)),
        liked=table.rows_of(case.liked),
        disliked=table.rows_of(case.disliked),
        share=len(matched) / len(found) if found else 0.0,
    )


class _Table:
    """A catalogue's titles, ready to be looked up."""

    def __init__(self, titles: Sequence[str], years: Sequence[float | None]) -> None:
        self._rows: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._years: list[float | None] = []
        for row, title in enumerate(titles):
            read = read_title(title)
            own = years[row] if row < len(years) else None
            self._years.append(read.year if own is None else own)
            for name in [read.title, *read.others]:
                for key in enumerate(_forms(name)):
                    if row not in self._rows[key]:
                        self._rows[key].append(row)

    def row_of(self, title: str) -> int | None:
        """The one item of this title, if there is one."""
        read = read_title(title)
        for key in enumerate(_forms(read.title)):
            rows = self._of_year(self._rows.get(key, []), read.year)
            if len(rows) == 1:
                return rows[0]
        return None

    def rows_of(self, titles: Sequence[str]) -> list[int]:
        """The items of these titles, each once."""
        rows = (self.row_of(title) for title in titles)
        return list(dict.fromkeys(row for row in rows if row is not None))

    def _of_year(self, rows: list[int], year: float | None) -> list[int]:
        if year is None:
            return rows
        known = [(row, self._years[row]) for row in rows]
        exact = [row for row, own in known if own == year]
        return exact or [row for row, own in known if own is None or abs(own - year) <= _NEAR_YEARS]


def _forms(title: str) -> list[str]:
    """The forms in which a title is compared, the surest first; empty for one of signs alone."""
    words = fold_words(title.replace("&", " and "))
    bare = words[1:] if len(words) > 1 and words[0] in _ARTICLES else words
    joined = "".join(bare).replace("'", "")
    return [" ".join(words), " ".join(bare), joined] if words else []
