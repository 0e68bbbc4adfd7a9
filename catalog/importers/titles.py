"""MovieLens titles: "Matrix, The (a.k.a. …) (1999)" is The Matrix, of 1999, with other names."""

import re
from typing import NamedTuple

_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-–]\s*(?:\d{4})?)?\)\s*$")
_OTHER = re.compile(r"\s+\(([^()]*(?:\([^()]*\)[^()]*)*)\)$")
_ARTICLES = (
    "The|A|An|Le|La|Les|L'|Un|Une|Des|Il|Lo|I|Gli|Una|El|Los|Las|Der|Die|Das|Den|Det|De|Het|Ein|Eine"
    "|En|Ett|Et|O|Os|As|Um|Uma"
)
_ARTICLE = re.compile(rf"^(.+),\s*({_ARTICLES})$", re.IGNORECASE)


class FilmTitle(NamedTuple):
    """A MovieLens title, taken apart."""

    title: str
    """Without year, other names, and with its article in front."""
    year: float | None
    """Of release, or of a series' first episode."""
    others: list[str]
    """Names under which the film is also known."""


def read_title(raw: str) -> FilmTitle:
    """Take a MovieLens title apart; text that is written otherwise comes back as the title."""
    raw = raw.strip()
    found = _YEAR.search(raw)
    rest = raw[: found.start()] if found else raw
    others: list[str] = []
    while (
        (other := _OTHER.search(rest))
        and (main := rest[: other.start()].rstrip())
        and not re.search(r"(\bor|:)$", main, re.I)
    ):
        others.insert(0, article_first(re.sub(r"^a\.?k\.?a\.?:?\s*", "", other[1], flags=re.I)))
        rest = main
    title = article_first(rest)
    return FilmTitle(title or raw, float(found[1]) if found else None, [o for o in others if o])


def article_first(title: str) -> str:
    """ "Matrix, The" becomes "The Matrix"; "Avventura, L'" becomes "L'Avventura"."""
    found = _ARTICLE.match(title.strip())
    if not found:
        return title.strip()
    return f"{found[2]}{'' if found[2].endswith(chr(39)) else ' '}{found[1]}"
