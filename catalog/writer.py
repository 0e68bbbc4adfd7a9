"""Builds a catalogue folder, all or nothing, from a source's rows."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from ..errors import BadInputError, BusyError
from ..files import building_folder, safe_name, sha256_file
from ..packages import Progress, silent
from .attributes import describe, infer_kind, to_column
from .cleaning import ID_CHARS, TEXT_CHARS, TITLE_CHARS, attribute_name, clean
from .images import copy_images
from .interactions import InteractionWriter
from .records import AttributeHint, AttributeKind, AttributeSpec, Manifest
from .rejects import Rejects
from .source import RawItem, Source

FIXED: tuple[str, ...] = ("item_id", "title", "text", "images")
"""Columns of items.parquet before the attributes."""
MIN_RATINGS = 5
"""An item with fewer ratings has no `rating`."""


def write_catalog(
    folder: Path,
    source: Source,
    rejects: Rejects,
    *,
    replace: bool = False,
    progress: Progress = silent,
) -> Manifest:
    """Write `source` as the catalogue `folder`, whose last part is the catalogue's name.

    An existing catalogue stays whole until the new one is complete.

    Raises:
        BadInputError: `folder` exists and `replace` is false, it cannot be written, or the source
            has no usable item.
        BusyError: another process is writing this catalogue.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f".{folder.name}.lock", timeout=0):
            if folder.exists() and not replace:
                raise BadInputError(
                    f"The catalogue {folder.name} already exists in {folder.parent};"
                    " choose another name, or replace it with --replace."
                )
            with building_folder(folder) as building:
                return _build(building, folder.name, source, rejects, progress)
    except Timeout as error:
        raise BusyError(f"Another process is writing the catalogue {folder.name}.") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise BadInputError(f"The catalogue cannot be written to {folder}: {why}.") from error


def _build(
    folder: Path, name: str, source: Source, rejects: Rejects, progress: Progress
) -> Manifest:
    items = list(_usable(source.items, folder, rejects, progress))
    if not items:
        first = f" The first problem: {rejects.first[0]}." if rejects.first else ""
        raise BadInputError(f"{source.about.source} has no usable item.{first}")
    with tempfile.TemporaryDirectory(dir=folder) as work:
        writer = InteractionWriter(Path(work), [item.item_id for item in items], rejects)
        for file, chunk in source.interactions:
            writer.add(file, chunk)
        interactions, users = writer.finish(folder, progress)
    if source.rated:
        _add_ratings(items, folder)
    frame, specs = _columns(items, source)
    frame.write_parquet(folder / "items.parquet")
    rejects.write(folder / "rejects.jsonl")
    vocabulary = {spec.name: spec.vocabulary for spec in specs}
    manifest = Manifest(
        name=name,
        title=source.about.title,
        item_noun=source.about.item_noun,
        source=source.about.source,
        licence=source.about.licence,
        items=frame.height,
        interactions=interactions,
        users=users,
        rejected=rejects.count,
        images=int(frame["images"].list.len().sum()),
        attributes=specs,
        synonyms=_usable_synonyms(source.about.synonyms, vocabulary),
        hashes=hash_files(folder),
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    return manifest


def hash_files(folder: Path) -> dict[str, str]:
    """SHA-256 of the tables, and one of all image files together under `images`."""
    names = ("items.parquet", "interactions.parquet", "users.parquet")
    hashes = {name: sha256_file(folder / name) for name in names}
    lines = [f"{path.name} {sha256_file(path)}" for path in sorted(folder.glob("images/*"))]
    hashes["images"] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return hashes


def _usable(
    rows: Iterator[RawItem], folder: Path, rejects: Rejects, progress: Progress
) -> Iterator[RawItem]:
    """Clean rows with an id of their own and a title; their image paths are those in `folder`."""
    seen: set[str] = set()
    for row in rows:
        item_id = row.item_id.strip()
        title = clean(row.title, TITLE_CHARS)
        if not item_id or clean(item_id, ID_CHARS) != item_id:
            rejects.add(row.where, "has no usable id", item_id)
        elif item_id in seen:
            rejects.add(row.where, "repeats an earlier id", item_id)
        elif not title:
            rejects.add(row.where, "has no title", item_id)
        else:
            seen.add(item_id)
            row.item_id, row.title, row.text = item_id, title, clean(row.text, TEXT_CHARS)
            stored = copy_images(row.images, safe_name(item_id), folder, row.where, rejects)
            row.images = [Path(path) for path in stored]
            yield row
            if len(seen) % 1000 == 0:
                progress("reading items", len(seen), None)


def _add_ratings(items: list[RawItem], folder: Path) -> None:
    rated = pl.scan_parquet(folder / "interactions.parquet").drop_nulls("value")
    means = rated.group_by("item_id").agg(pl.col("value").mean(), votes=pl.len())
    found = {row[0]: row[1:] for row in means.collect(engine="streaming").iter_rows()}
    for item in items:
        mean, votes = found.get(item.item_id, (0.0, 0))
        if votes:
            item.attributes["votes"] = float(votes)
        if votes >= MIN_RATINGS:
            item.attributes["rating"] = round(mean, 2)


def _columns(items: list[RawItem], source: Source) -> tuple[pl.DataFrame, list[AttributeSpec]]:
    columns = [
        pl.Series("item_id", [item.item_id for item in items], dtype=pl.String),
        pl.Series("title", [item.title for item in items], dtype=pl.String),
        pl.Series("text", [item.text for item in items], dtype=pl.String),
        pl.Series(
            "images",
            [[path.as_posix() for path in item.images] for item in items],
            dtype=pl.List(pl.String),
        ),
    ]
    specs: list[AttributeSpec] = []
    for raw, name in _names(items).items():
        values = [item.attributes.get(raw) for item in items]
        hint = source.about.attributes.get(name, AttributeHint())
        kind: AttributeKind = hint.kind or source.kinds.get(raw) or infer_kind(values)
        column, unfit = to_column(name, kind, values)
        if unfit:
            source.notes.append(f"{unfit} values of {name} are not {kind} and were left out.")
        if column.null_count() < column.len():
            columns.append(column)
            specs.append(describe(column, kind, hint))
    return pl.DataFrame(columns), specs


def _names(items: list[RawItem]) -> dict[str, str]:
    """Source attribute -> column name, distinct and none of the fixed ones, in the order seen."""
    raws = dict.fromkeys(raw for item in items for raw in item.attributes)
    names: dict[str, str] = {}
    taken = set(FIXED)
    for raw in raws:
        base = name = attribute_name(raw)
        number = 2
        while name in taken:
            name = f"{base}_{number}"
            number += 1
        taken.add(name)
        names[raw] = name
    return names


def _usable_synonyms(
    synonyms: dict[str, dict[str, list[str]]], vocabulary: dict[str, dict[str, int]]
) -> dict[str, dict[str, list[str]]]:
    """Only what this catalogue can answer, so that no synonym leads to an empty result."""
    usable: dict[str, dict[str, list[str]]] = {}
    for word, meanings in synonyms.items():
        kept = {
            name: [value for value in values if value in vocabulary.get(name, {})]
            for name, values in meanings.items()
        }
        kept = {name: values for name, values in kept.items() if values}
        if kept:
            usable[word] = kept
    return usable
