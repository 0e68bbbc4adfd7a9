"""Answers and lists as HTML, every text of which is escaped."""

import re
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ....catalog.store import Catalog
from ....terminal import visible
from ...chats import Person, Thread, Turn
from .answer import Answer, Card
from .starters import starters, suggested_users

Part = tuple[str, str]
"""A name that stays, and HTML: what the page replaces only where it changed."""

COLOURS, MOTIFS = 6, 5
"""Of covers, where an item has no picture."""
_CITED = re.compile(r" ?((?:\[\d{1,4}\])+)")
_ROW = re.compile(r"- ([^:]{1,60}): (.+)")


def prose(text: str) -> Markup:
    """Plain text as paragraphs, lists and notes; numbers of facts stand raised."""
    blocks: list[Markup] = []
    rows: list[Markup] = []
    for line in [*visible(text).strip().split("\n"), ""]:
        row = _ROW.fullmatch(line)
        if row:
            sides = [Markup("<dd>{}</dd>").format(_cited(one)) for one in row[2].split(" / ")]
            rows.append(Markup("<div><dt>{}</dt>{}</div>").format(row[1], Markup("").join(sides)))
            continue
        if rows:
            blocks.append(Markup("<dl>{}</dl>").format(Markup("").join(rows)))
            rows = []
        if line.startswith("(") and line.endswith(")"):
            blocks.append(Markup('<p class="note">{}</p>').format(line[1:-1]))
        elif line.strip():
            blocks.append(Markup("<p>{}</p>").format(_cited(line.removeprefix("- "))))
    return Markup("").join(blocks)


def cover(item_id: str) -> str:
    """How an item's cover looks, always the same."""
    drawn = zlib.crc32(item_id.encode("utf-8", "replace"))
    return f"colour-{drawn % COLOURS} motif-{drawn // COLOURS % MOTIFS}"


def segment(text: str) -> str:
    """Any text as one segment, or value, of an address."""
    return quote(text, safe="")


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_TEMPLATES.filters.update(prose=prose, cover=cover, segment=segment, visible=visible)


def shell() -> str:
    """The page without anything in it."""
    return _TEMPLATES.get_template("chat_shell.html.jinja").render()


def turn_parts(
    turn: Turn, answer: Answer | None, taste: dict[str, str], person: Person
) -> list[Part]:
    """A message and its answer, part by part.

    Args:
        answer: none where the turn was cut off.
        taste: item -> `liked` or `disliked`.
    """
    module: Any = _TEMPLATES.get_template("chat_turn.html.jinja").make_module(
        {"turn": turn, "user": person.user or ""}
    )
    parts: list[Part] = [("said", str(module.said()))]
    if answer is None:
        return [*parts, ("cut", str(module.cut()))]
    for number, piece in enumerate(answer.pieces):
        if isinstance(piece, Card):
            html = module.card(piece, taste.get(piece.item["item_id"], ""))
        else:
            html = module.text(piece)
        parts.append((f"piece-{number}", str(html)))
    parts += [
        (f"painting-{number}", str(module.painting(number, one)))
        for number, one in enumerate(answer.paintings)
    ]
    if answer.seconds is None:
        parts.append(("stage", str(module.stage(answer))))
    else:
        parts.append(("end", str(module.end(answer))))
    return parts


def welcome(catalog: Catalog) -> str:
    """What an empty conversation shows."""
    template = _TEMPLATES.get_template("chat_welcome.html.jinja")
    return template.render(manifest=catalog.manifest, starters=starters(catalog))


def rail(catalog: Catalog, person: Person, threads: list[Thread], current: str) -> str:
    """The list of conversations, and who the person is."""
    return _TEMPLATES.get_template("chat_rail.html.jinja").render(
        manifest=catalog.manifest, threads=threads, current=current, user=person.user or "",
        name=_who(person),
    )  # fmt: skip


def people(catalog: Catalog, person: Person) -> str:
    """The choice of who one is."""
    return _TEMPLATES.get_template("chat_people.html.jinja").render(
        manifest=catalog.manifest, user=person.user or "", suggested=suggested_users(catalog)
    )


def _who(person: Person) -> str:
    """A person as the page calls them; a guest's name is theirs alone."""
    return f"User {person.user}" if person.user else "Guest"


def _cited(line: str) -> Markup:
    def raised(found: re.Match[str]) -> str:
        return f"<sup>{found[1][1:-1].replace('][', ', ')}</sup>"

    return Markup(_CITED.sub(raised, str(escape(line))))
