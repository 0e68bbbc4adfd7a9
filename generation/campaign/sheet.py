"""The contact sheet: one HTML page on which a person looks at a campaign.

In the campaign's folder it is self-contained but for the images; `tastemaker serve` shows the same
cards within a page of its own. All texts are escaped: they come from catalogues, people and models.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...files import replacing_file
from ..image.formats import shipped_formats
from .review import State, Verdict, state_of
from .store import Row

SHEET = "contact-sheet.html"
TEMPLATES = Path(__file__).parent
"""Where `sheet_cards.html.jinja` lies, which other pages include."""
_WORDS = 600


def write_sheet(
    folder: Path, title: str, rows: Sequence[Row], verdicts: Mapping[str, Verdict]
) -> Path:
    """Write the page over a campaign's rows into its folder."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True,
    )  # fmt: skip
    page = environment.get_template("sheet.html.jinja").render(
        sheet_of(folder, title, rows, verdicts),
        css=(TEMPLATES / "static" / "sheet.css").read_text(encoding="utf-8"),
        js=(TEMPLATES / "static" / "sheet.js").read_text(encoding="utf-8"),
    )
    file = folder / SHEET
    with replacing_file(file) as temporary:
        temporary.write_text(page, encoding="utf-8")
        temporary.chmod(0o644)
    return file


def sheet_of(
    folder: Path,
    title: str,
    rows: Sequence[Row],
    verdicts: Mapping[str, Verdict],
    *,
    save_to: str = "",
    files: str = "",
) -> dict[str, Any]:
    """What `sheet_cards.html.jinja` shows of a campaign's rows.

    Args:
        save_to: the address that decisions are sent to; empty: they are saved as a file.
        files: what stands before the name of a file of the campaign.
    """
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        group = groups.setdefault(
            (row.recipient, row.item_id),
            {
                "recipient": row.recipient,
                "recipient_title": row.recipient_title,
                "item_id": row.item_id,
                "title": row.title,
                "assets": [],
            },
        )
        group["assets"].append(_asset(folder, row, state_of(row, verdicts)))
    made = sum(not row.error for row in rows)
    passed = sum(row.passed for row in rows)
    lead = (
        f"{made:,} assets for {len({row.recipient for row in rows}):,} recipients; {passed:,} hold"
        f" every check, {len(rows) - made:,} could not be made"
    )
    return {
        "title": title, "lead": lead, "filters": _filters(rows), "groups": list(groups.values()),
        "save_to": save_to, "files": files,
    }  # fmt: skip


def _filters(rows: Sequence[Row]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    people = dict.fromkeys((row.recipient, row.recipient_title) for row in rows)
    items = dict.fromkeys((row.item_id, row.title) for row in rows)
    targets = dict.fromkeys(_label(row) for row in rows)
    return [
        ("recipient", "Recipient", list(people)),
        ("item", "Item", list(items)),
        ("target", "Channel", [(one, one) for one in targets]),
        ("verdict", "Checks", [(one, one) for one in ("passed", "failed", "not made")]),
        ("state", "Review", [(one, one) for one in ("open", "approved", "rejected")]),
    ]


def _asset(folder: Path, row: Row, state: State) -> dict[str, Any]:
    report, pieces, why = {}, [], [row.error] if row.error else []
    if not row.error:
        file = folder / "reports" / row.key[:2] / f"{row.key}.json"
        report = json.loads(file.read_text(encoding="utf-8"))["report"]
        why += _reasons(report)
    if row.file.endswith(".json"):
        said = json.loads((folder / row.file).read_text(encoding="utf-8"))
        pieces = [
            (name.replace("_", " "), [one for one in texts if one]) for name, texts in said.items()
        ]
    size = shipped_formats().get(row.target)
    image = row.file if row.file.endswith(".png") else ""
    words = " ".join([row.title, *(one for _, texts in pieces for one in texts)]).lower()
    return {
        "label": _label(row),
        "target": _label(row),
        "passed": row.passed,
        "verdict": "passed" if row.passed else "not made" if row.error else "failed",
        "state": state,
        "id": row.id,
        "key": row.key,
        "image": image,
        "width": size.width if size else 1,
        "height": size.height if size else 1,
        "alt": f"{row.title}: {report['sketch']['prompt']}" if image and report else "",
        "pieces": pieces,
        "why": why,
        "words": words[:_WORDS],
    }


def _reasons(report: Mapping[str, Any]) -> list[str]:
    checks = [f"{one['name']}: {one['note']}" for one in report.get("checks", []) if not one["ok"]]
    pieces = [
        f"{one['field']}: {problem}"
        for one in report.get("pieces", [])
        for problem in one["problems"]
    ]
    return [*checks, *pieces]


def _label(row: Row) -> str:
    name = row.target.replace("_", " ") or row.kind
    return f"{name} {row.variant + 1}" if row.variant else name
