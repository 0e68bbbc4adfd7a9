"""illustrate: a poster or picture for an item and a person, painted, checked, signed."""

import hashlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from langchain_core.tools import BaseTool
from pydantic import BaseModel, Field

from ..errors import BadInputError
from ..generation.image.painting import paint_plans
from ..generation.image.planning import Order, Plan, plan_picture
from ..generation.image.saving import report_file, save_image
from ..generation.image.studio import Studio
from ..recommender.recommender import Recommender
from .making import check_user, make_tool

FindStudio = Callable[[], Studio]
"""What paints, opened when first needed."""


def opened_once(opening: FindStudio) -> FindStudio:
    """Open the studio at the first call; whoever calls meanwhile waits for the same one."""
    lock = threading.Lock()
    kept: list[Studio] = []

    def find() -> Studio:
        with lock:
            if not kept:
                kept.append(opening())
            return kept[0]

    return find


class Illustrate(BaseModel):
    """Arguments of `illustrate`."""

    item_id: str = Field(description="The item.")
    format: str = Field(
        default="square", max_length=40, description="square, portrait, story, landscape, …"
    )
    style: str = Field(default="", max_length=60, description="watercolour, neon, …; empty: any.")
    subject: str = Field(default="", max_length=60, description="What to draw; empty: what suits.")
    user_id: str | None = Field(default=None, description="For whom.")
    liked: list[str] = Field(
        default=[], max_length=50, description="Ids of items the person named as liked."
    )


def no_studio() -> Studio:
    """A `FindStudio` where nothing paints."""
    raise BadInputError("Pictures cannot be painted here.")


def illustrate_tool(recommender: Recommender, find_studio: FindStudio, folder: Path) -> BaseTool:
    """The tool over one recommender; what it paints lies in `folder`, named by what it is."""

    def illustrate(
        item_id: str,
        format: str,
        style: str,
        subject: str,
        user_id: str | None,
        liked: list[str],
    ) -> dict[str, Any]:
        check_user(recommender.catalog, user_id)
        recommender.catalog.item(item_id)
        studio = find_studio()
        order = Order(
            item_id=item_id, user=user_id, liked=tuple(liked), format=format,
            style=style or None, subject=subject or None,
        )  # fmt: skip
        plan = plan_picture(studio, order)
        file = _painted(studio, plan, folder)
        report = json.loads(report_file(file).read_text(encoding="utf-8"))
        failed = [one for one in report["checks"] if not one["ok"]]
        return {
            "item_id": item_id,
            "title": plan.title,
            "file": str(file),
            "prompt": report["sketch"]["prompt"],
            "why": plan.reasons,
            "format": order.format,
            "line": plan.texts.line,
            "problems": [f"{one['name']}: {one['note']}" for one in failed],
        }

    return make_tool(
        "illustrate",
        "Paint a picture for an item and a person: what is drawn suits the item, the style suits"
        " the person or is the one asked for. Gives the file, and what it shows.",
        Illustrate,
        illustrate,
    )


def _painted(studio: Studio, plan: Plan, folder: Path) -> Path:
    """The file of a plan's image, painted where it is not there yet."""
    key = plan.model_dump_json() + studio.generator.digest
    file = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.png"
    if not (file.exists() and report_file(file).exists()):
        folder.mkdir(parents=True, exist_ok=True)
        [done] = paint_plans(studio, [plan], studio.progress)
        save_image([done.image], done.report, file, replace=True)
    return file
