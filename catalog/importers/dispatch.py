"""One way in for people's own data: detect the format, import, report."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ...errors import BadInputError
from ...packages import Progress, silent
from ..packs import film_about
from ..records import About
from ..rejects import Rejects
from ..source import Source
from ..store import catalog_folder
from ..writer import write_catalog
from . import amazon, movielens, recbole
from .table_files import is_table
from .tables import Mapping, read_tables

FORMATS = ("movielens", "recbole", "amazon", "tables")


class ImportReport(BaseModel):
    """What an import did."""

    model_config = ConfigDict(extra="forbid")

    catalog_folder: Path
    """The new catalogue."""
    format: str
    """The format that was given or detected."""
    items: int
    """Items in the catalogue."""
    interactions: int
    """Interactions in the catalogue."""
    users: int
    """Distinct users."""
    images: int
    """Image files."""
    rejected: int
    """Source rows left out."""
    rejects_file: Path | None
    """Where they are listed (the first 10,000); none when there are none."""
    first_rejects: list[str] = Field(default_factory=list)
    """The first few as "file:line reason"."""
    reasons: dict[str, int] = Field(default_factory=dict)
    """How often each reason occurred."""
    notes: list[str] = Field(default_factory=list)
    """What was assumed, such as which column is the title."""


def import_catalog(
    source: Path,
    *,
    name: str,
    format: str | None = None,
    interactions: Path | None = None,
    images: Path | None = None,
    mapping: Mapping | None = None,
    title: str | None = None,
    item_noun: str | None = None,
    licence: str = "not stated",
    replace: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Import a file or folder as the catalogue `name` in the user's data folder.

    `interactions`, `images` and `mapping` are for the format `tables` only.

    Raises:
        BadInputError: the source, the name or the mapping is wrong, or the name is taken.
        MissingError: a file that the format needs is not there.
    """
    folder = catalog_folder(name)
    if not source.exists():
        raise BadInputError(f"{source} does not exist.")
    format = format or detect_format(source)
    if format not in FORMATS:
        raise BadInputError(f"There is no format {format!r}; there are {', '.join(FORMATS)}.")
    if format != "tables" and (interactions or images or mapping):
        raise BadInputError(f"{format} data has fixed files and columns: give neither of them.")
    for extra in (interactions, images):
        if extra is not None and not extra.exists():
            raise BadInputError(f"{extra} does not exist.")
    title = title or name.replace("_", " ").replace("-", " ")
    if format == "movielens":
        about = film_about(title, source.name, licence)
    else:
        about = About(title=title, source=source.name, licence=licence)
    about.item_noun = item_noun or about.item_noun
    rejects = Rejects()
    within = source.parent if source.is_file() else source
    rows: Source
    if format == "movielens":
        rows = movielens.read_movielens(within, about, rejects, progress)
    elif format == "recbole":
        rows = recbole.read_recbole(within, about, rejects, progress)
    elif format == "amazon":
        rows = amazon.read_amazon(source, about, rejects, progress)
    else:
        rows = read_tables(
            source,
            about,
            rejects,
            progress,
            interactions=interactions,
            images=images,
            mapping=mapping,
        )
    manifest = write_catalog(folder, rows, rejects, replace=replace, progress=progress)
    rejects_file = folder / "rejects.jsonl"
    return ImportReport(
        catalog_folder=folder,
        format=format,
        items=manifest.items,
        interactions=manifest.interactions,
        users=manifest.users,
        images=manifest.images,
        rejected=manifest.rejected,
        rejects_file=rejects_file if rejects_file.exists() else None,
        first_rejects=rejects.first,
        reasons=rejects.reasons,
        notes=rows.notes,
    )


def detect_format(source: Path) -> str:
    """The format of a file or folder, by its file names.

    Raises:
        BadInputError: none fits.
    """
    folder = source if source.is_dir() else source.parent
    if source.is_dir() and movielens.recognises(source):
        return "movielens"
    if source.suffix in (".item", ".inter") or (source.is_dir() and recbole.recognises(folder)):
        return "recbole"
    if amazon.find_meta(source) is not None:
        return "amazon"
    if is_table(source) or (source.is_dir() and any(map(is_table, source.iterdir()))):
        return "tables"
    raise BadInputError(
        f"{source} is of no known format: expected a MovieLens folder, RecBole .item/.inter files,"
        " Amazon meta_*.jsonl, or a CSV, JSON Lines or Parquet table. Unpack archives first."
    )
