"""How quick the contact sheet is in a real browser."""

import shutil
import time
from pathlib import Path
from typing import Any

from ..generation.campaign.sheet import write_sheet
from ..generation.campaign.store import Row

SECONDS = 3.0
LAG = 0.1
"""Seconds within which a change feels immediate."""
_FILTER = """() => {
  const menu = document.querySelector("select[name=verdict]");
  const times = [];
  for (const value of ["passed", "", "failed", ""]) {
    const began = performance.now();
    menu.value = value;
    menu.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
    times.push(performance.now() - began);
  }
  return Math.max(...times);
}"""


def sheet_rows(
    folder: Path, rows: list[Row], *, assets: int, shot: Path | None
) -> list[dict[str, Any]]:
    """Seconds until a sheet of so many assets is shown, and until it is filtered.

    The campaign's own rows, shown to as many recipients as it takes.
    """
    many: list[Row] = []
    while len(many) < assets:
        turn = len(many) // max(len(rows), 1)
        many += [
            row.model_copy(
                update={
                    "id": f"{turn}|{row.id}",
                    "recipient": f"{row.recipient}-{turn}",
                    "recipient_title": f"{row.recipient_title} ({turn})" if turn else
                    row.recipient_title,
                }
            )
            for row in rows
        ]  # fmt: skip
    page = write_sheet(folder, "A campaign", many[:assets], {})
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    why = "needs Chromium and `pip install playwright`"
    unmeasured = [_row("sheet opens", None, SECONDS, why), _row("sheet filters", None, LAG, why)]
    try:
        from playwright.sync_api import sync_playwright  # pyright: ignore[reportMissingImports]
    except ImportError:
        return unmeasured
    if browser is None:
        return unmeasured
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        window = chromium.new_page(viewport={"width": 1400, "height": 1000})
        began = time.monotonic()
        window.goto(page.as_uri(), wait_until="load")
        window.locator("article:visible").first.wait_for()
        opened = time.monotonic() - began
        filtered = window.evaluate(_FILTER) / 1000
        if shot is not None:
            window.wait_for_timeout(500)
            shot.parent.mkdir(parents=True, exist_ok=True)
            window.screenshot(path=str(shot))
        chromium.close()
    note = f"{assets:,} assets, {page.stat().st_size / 1e6:.1f} MB of HTML"
    return [
        _row("sheet opens", round(opened, 2), SECONDS, note),
        _row("sheet filters, slowest of four", round(filtered, 3), LAG, note),
    ]


def _row(measured: str, figure: float | None, target: float, note: str) -> dict[str, Any]:
    return {
        "measured": measured, "figure": figure, "unit": "seconds", "target": target,
        "ok": None if figure is None else figure <= target, "note": note,
    }  # fmt: skip
