"""The demo catalogue `art`: paintings of The Met's open access, each with its picture.

`objects.json` is The Met's object records; `OBJECTID.jpg` are their images.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..records import About, AttributeKind, AttributeValue
from ..rejects import Rejects
from ..source import RawItem, Source

_KINDS: dict[str, AttributeKind] = {
    "artist": "categorical",
    "year": "numeric",
    "dated": "text",
    "medium": "categorical",
    "material": "multi",
    "tags": "multi",
    "nationality": "categorical",
    "culture": "categorical",
    "period": "categorical",
    "department": "categorical",
    "height": "numeric",
    "width": "numeric",
    "credit": "text",
}
_MATERIALS = (
    "oil", "tempera", "gold", "ink", "watercolor", "color", "silk", "paper", "canvas", "wood",
    "cloth", "pastel", "distemper", "copper", "slate", "silver",
)  # fmt: skip


def read_art(folder: Path, about: About, rejects: Rejects) -> Source:
    """The source of objects.json and the images beside it. There are no interactions."""
    source = Source(about, iter(()), iter(()), kinds=dict(_KINDS))
    source.items = _paintings(folder)
    return source


def _paintings(folder: Path) -> Iterator[RawItem]:
    objects = json.loads((folder / "objects.json").read_text(encoding="utf-8"))["objects"]
    for number, entry in enumerate(objects, start=1):
        attributes = {name: value for name, value in _attributes(entry).items() if value}
        yield RawItem(
            f"objects.json:{number}",
            str(entry["objectID"]),
            re.sub(r"</?i>", "", entry["title"]),
            _sentence(entry, attributes),
            attributes,
            [folder / f"{entry['objectID']}.jpg"],
        )


def _attributes(entry: dict[str, Any]) -> dict[str, AttributeValue | None]:
    tags = entry["tags"] or []
    words = re.findall(r"[a-z]+", entry["medium"].lower())
    size = _size(entry)
    return {
        "artist": " ".join(f"{entry['artistPrefix']} {entry['artistDisplayName']}".split()),
        "year": float(entry["objectBeginDate"]),
        "dated": entry["objectDate"],
        "medium": entry["medium"],
        "material": [word for word in _MATERIALS if word in words],
        "tags": [tag["term"].lower() for tag in tags],
        "nationality": entry["artistNationality"],
        "culture": entry["culture"],
        "period": entry["period"],
        "department": entry["department"],
        "height": size.get("Height"),
        "width": size.get("Width"),
        "credit": entry["creditLine"],
    }


def _size(entry: dict[str, Any]) -> dict[str, float]:
    """Height and width in centimetres, of the painting itself rather than of its frame."""
    measured = entry["measurements"] or []
    for name in ("Image", "Overall"):
        for part in measured:
            sizes = part["elementMeasurements"] or {}
            if part["elementName"] == name and part["elementDescription"] is None and sizes:
                return {side: round(length, 1) for side, length in sizes.items()}
    return {}


def _sentence(entry: dict[str, Any], attributes: dict[str, AttributeValue]) -> str:
    """A description made of the record's own words; The Met's data has none."""
    parts = [f"{entry['medium']}, {entry['objectDate']}."]
    if "artist" in attributes:
        bio = f" ({entry['artistDisplayBio']})" if entry["artistDisplayBio"] else ""
        parts.insert(0, f"By {attributes['artist']}{bio}.")
    if entry["tags"]:
        parts.append(f"It shows {', '.join(tag['term'].lower() for tag in entry['tags'])}.")
    return " ".join(parts)
