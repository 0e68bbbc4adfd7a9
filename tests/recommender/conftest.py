"""Tiny catalogues for hand-computed answers."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import torch
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog

torch.set_num_threads(1)  # the models here are so small that threads only wait for each other

Events = list[tuple[str, str, float | None]]
Small = Callable[..., Catalog]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """`small(items, events)`: items are id -> (title, text, attributes), or only ids."""

    def small(
        items: Mapping[str, tuple[str, str, dict[str, Any]]] | str,
        events: Events | None = None,
        name: str = "tiny",
    ) -> Catalog:
        if isinstance(items, str):
            items = {one: (f"Item {one}", "", {}) for one in items}
        events = events or []
        raw = [
            RawItem(f"t:{item_id}", item_id, title, text, dict(attributes))
            for item_id, (title, text, attributes) in items.items()
        ]
        chunks = []
        for valued in (True, False):
            lines = [
                (number, user, item, str(value), str(number))
                for number, (user, item, value) in enumerate(events)
                if (value is not None) == valued
            ]
            columns = ["line", "user_id", "item_id", "value", "timestamp"]
            frame = pl.DataFrame(lines, schema=columns, orient="row")
            if lines:
                chunks.append(("t", frame if valued else frame.drop("value")))
        rejects = Rejects()
        source = Source(About(title="Tiny", source="a test"), iter(raw), iter(chunks))
        write_catalog(tmp_path / name, source, rejects)
        assert rejects.count == 0
        return Catalog.open(tmp_path / name)

    return small
