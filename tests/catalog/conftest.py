"""Small real catalogues, built by the real writer in a temporary folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import settings
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog

settings.register_profile("files", deadline=None)  # writing files takes what the disk takes
settings.load_profile("files")

Events = list[tuple[str, str, str, str]]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a data folder of its own."""
    folder = tmp_path / "data"
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(folder))
    return folder


def _chunks(events: Events) -> Iterator[tuple[str, pl.DataFrame]]:
    if events:
        columns = ("user_id", "item_id", "value", "timestamp")
        frame = pl.DataFrame(events, schema=dict.fromkeys(columns, pl.String), orient="row")
        yield "events.csv", frame.with_row_index("line", 2)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., tuple[Catalog, Rejects]]:
    """`build(items, events, about=…, rated=…)` writes and opens a catalogue."""

    def build(
        items: list[RawItem],
        events: Events | None = None,
        about: About | None = None,
        rated: bool = False,
        name: str = "small",
    ) -> tuple[Catalog, Rejects]:
        rejects = Rejects()
        about = about or About(title="Small", source="a test")
        source = Source(about, iter(items), _chunks(events or []), rated=rated)
        write_catalog(tmp_path / name, source, rejects)
        return Catalog.open(tmp_path / name), rejects

    return build
