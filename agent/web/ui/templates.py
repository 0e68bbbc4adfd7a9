"""The pages' templates, and how they show text: whatever is not markup of theirs is escaped."""

import re
import zlib
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ....generation.campaign.sheet import TEMPLATES as SHEETS
from ....terminal import visible

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


def _cited(line: str) -> Markup:
    def raised(found: re.Match[str]) -> str:
        return f"<sup>{found[1][1:-1].replace('][', ', ')}</sup>"

    return Markup(_CITED.sub(raised, str(escape(line))))


TEMPLATES = Environment(
    loader=FileSystemLoader([Path(__file__).parent, SHEETS]), autoescape=True,
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
TEMPLATES.filters.update(prose=prose, cover=cover, segment=segment, visible=visible)
