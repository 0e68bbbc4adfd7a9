"""Approved assets in the layouts that advertising platforms take, images signed on the way out.

Google Ads: the CSV of its Editor for responsive ads (Headline 1…, Description 1…). Meta: the CSV of
bulk creation (Title, Body, Image File Name). Characters that a spreadsheet would run are disarmed.
"""

import csv
import io
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, Literal

from ...errors import BadInputError
from ...files import building_folder
from ..image.painting import Report
from ..image.provenance import sign
from ..image.saving import painting_of
from .looking import begun
from .review import state_of, verdicts_in
from .store import Row, last_rows

Layout = Literal["google", "meta"]
_CHANNELS: dict[Layout, str] = {"google": "google_performance_max", "meta": "meta"}
_IMAGES: dict[Layout, tuple[str, ...]] = {
    "google": ("landscape", "square", "portrait"),
    "meta": ("feed", "square", "story"),
}
_FIRST = ("=", "+", "-", "@", "\t", "\r")


def export(
    folder: Path,
    out: Path,
    layout: Layout,
) -> int:
    """Write the approved assets of a channel, and their images, into a new folder.

    Returns how many rows the table has.

    Raises:
        BadInputError: the folder exists, or nothing that the channel takes is approved.
    """
    if out.exists():
        raise BadInputError(f"{out} exists; name another folder.")
    name, verdicts = begun(folder).name, verdicts_in(folder)
    approved = [
        row for row in last_rows(folder) if not row.error and state_of(row, verdicts) == "approved"
    ]
    pairs: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in approved:
        pairs[row.recipient, row.item_id][row.target].append(row)
    channel = _CHANNELS[layout]
    with building_folder(out) as target:
        table = []
        for number, kinds in enumerate(pairs.values(), 1):
            if channel not in kinds:
                continue
            [copy] = kinds[channel]
            said = json.loads((folder / copy.file).read_text(encoding="utf-8"))
            images = [row for format in _IMAGES[layout] for row in kinds.get(format, [])]
            files = [_image(folder, target, number, row) for row in images]
            line = _google if layout == "google" else _meta
            table.append({"Campaign": name, "Ad group": copy.recipient_title, **line(said, files)})
        if not table:
            raise BadInputError(
                f"Nothing for {channel} is approved; approve with `tastemaker campaign review`."
            )
        (target / f"{layout}.csv").write_text(_csv(table), encoding="utf-8")
    return len(table)


def _google(said: dict[str, list[str]], files: list[str]) -> dict[str, str]:
    line = {f"Headline {n}": text for n, text in enumerate(said.get("headline", []), 1)}
    line |= {f"Long headline {n}": text for n, text in enumerate(said.get("long_headline", []), 1)}
    line |= {f"Description {n}": text for n, text in enumerate(said.get("description", []), 1)}
    return line | {f"Image {n}": file for n, file in enumerate(files, 1)}


def _meta(said: dict[str, list[str]], files: list[str]) -> dict[str, str]:
    first: dict[str, str] = {name: texts[0] for name, texts in said.items() if texts}
    return {
        "Title": first.get("headline", ""),
        "Body": first.get("primary_text", ""),
        "Link Description": first.get("description", ""),
        "Image File Name": files[0] if files else "",
        "Additional Image File Names": ";".join(files[1:]),
    }


def _image(folder: Path, target: Path, number: int, row: Row) -> str:
    report = json.loads(
        (folder / "reports" / row.key[:2] / f"{row.key}.json").read_text(encoding="utf-8")
    )["report"]
    name = f"{number:05}-{row.target}-{row.variant + 1}.png"
    # Signed here, not when it is made: signatures hold random salts, assets are the same each time.
    painting = painting_of(Report.model_validate(report))
    sign((folder / row.file).read_bytes(), target / name, painting)
    return name


def _csv(table: list[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for line in table for name in line))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _safe(value) for name, value in line.items()} for line in table)
    return out.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FIRST) else text
