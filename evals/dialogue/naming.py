"""Which items a reply names, and which of them do not exist: read from the text by code.

An item is named where a list or bold type says so: `1. Alien (1979): …`, `- **Alien**`. Words in
running text are not taken for titles: what is no title there cannot be told from other words.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from ...catalog.store import Catalog

_LINE = re.compile(r"^([^\S\n]*)(\d{1,2}[.)]|[-*•])[^\S\n]+(.+)$", re.MULTILINE)
_BOLD = re.compile(r"\*\*(.+?)\*\*(\s*\(\d{4}\))?")
_YEAR = re.compile(r"\s*\((\d{4})[^)]*\)\s*$")
_ENDS = re.compile(r":\s|\s[-–—]\s|\s\|\s|\sby\s|(?<=\d\))\s")
_WORD = re.compile(r"[^\W_]+")
_MARKS = " *_\"“”'‘’"
_ARTICLES = ("the", "a", "an")
LONGEST = 120
"""Characters of what can be a title."""
_HEAD = 400
"""Characters of a line that are searched for a title of the catalogue: none has more than 300."""


class Names:
    """The titles of one catalogue, to be found in lists."""

    def __init__(
        self,
        ids: Sequence[str],
        titles: Sequence[str],
        weight: Sequence[int],
        years: Sequence[float | None] = (),
    ) -> None:
        """`weight`: how well known each item is; of equal titles the best known is meant, unless
        one of the `years` is named with it."""
        order = sorted(range(len(ids)), key=lambda row: weight[row])
        dated = [row for row in order if years and years[row] is not None]
        self._items = {_folded(f"{titles[row]} {years[row]:.0f}"): ids[row] for row in dated}
        for form in (_without_article, _without_year, _folded, _plain):  # the nearer, the stronger
            self._items |= {form(titles[row]): ids[row] for row in order}
        self._items.pop("", None)

    def item(self, text: str) -> str | None:
        """The item that a head of a list's line is the title of."""
        head = text[:_HEAD].strip().strip(_MARKS)
        # The longest head that is a title: titles have colons, dashes and "by" themselves.
        ends = [len(head), *(match.start() for match in reversed(list(_ENDS.finditer(head))))]
        for end in sorted(ends, reverse=True):
            for form in (head[:end], _YEAR.sub("", head[:end])):
                if found := self._items.get(_plain(form)) or self._items.get(_folded(form)):
                    return found
        return None

    def named(self, text: str) -> tuple[list[str], list[str]]:
        """Ids of items that a reply lists, in order, and names in its lists that are no title."""
        found: list[str] = []
        strange: list[str] = []
        for line in _listed(text) or [match[0] for match in _BOLD.finditer(text)]:
            bold = _BOLD.match(line.strip())
            head = bold[1] + (bold[2] or "") if bold else line
            item, name = self.item(head), _head(head)
            if item is not None:
                found.append(item)
            elif name and len(name) <= LONGEST and not name.endswith("?"):
                strange.append(name)
        return list(dict.fromkeys(found)), strange


@lru_cache(4)
def names_of(catalog: Catalog) -> Names:
    """The titles of a catalogue."""
    counts = dict(catalog.interactions().collect()["item_id"].value_counts().iter_rows())
    weight = [counts.get(one, 0) for one in catalog.item_ids]
    numeric = any(
        one.name == "year" and one.kind == "numeric" for one in catalog.manifest.attributes
    )
    years = catalog.items["year"].to_list() if numeric else []
    return Names(catalog.item_ids, catalog.titles, weight, years)


def _listed(text: str) -> list[str]:
    """What stands in the lines of a list; what is indented below them says more of them."""
    lines = [match.groups() for match in _LINE.finditer(text)]
    lines = [one for one in lines if one[1][0].isdigit()] or lines
    least = min((len(indent) for indent, _, _ in lines), default=0)
    return [line for indent, _, line in lines if len(indent) < least + 2]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(f"{_MARKS}:.")


def _without_year(title: str) -> str:
    return _folded(_YEAR.sub("", title))


def _folded(text: str) -> str:
    return " ".join(word.casefold() for word in _WORD.findall(text))


def _without_article(text: str) -> str:
    words = _without_year(text).split()
    return " ".join(words[1:]) if len(words) > 1 and words[0] in _ARTICLES else ""


def _head(line: str) -> str:
    return _ENDS.split(line.strip(), maxsplit=1)[0].strip().strip(f"{_MARKS}.")
