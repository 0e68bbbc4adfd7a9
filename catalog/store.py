"""An opened catalogue: items in memory, interactions on disk."""

import hashlib
import re
from functools import cached_property
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from ..errors import BadInputError, MissingError
from ..files import data_dir
from ..packages import Progress, silent
from .records import FORMAT, AttributeSpec, Item, Manifest
from .writer import hash_files

_NAME = re.compile(r"[A-Za-z0-9_-]+")


class Catalog:
    """One catalogue folder, read-only."""

    def __init__(self, folder: Path, manifest: Manifest, items: pl.DataFrame) -> None:
        """Use `Catalog.open`."""
        self.folder = folder
        self.manifest = manifest
        self.items = items
        """`item_id`, `title`, `text`, `images`, then one column per attribute; row = item index."""
        listed = "\n".join(f"{name} {digest}" for name, digest in sorted(manifest.hashes.items()))
        self.fingerprint = hashlib.sha256(listed.encode()).hexdigest()[:12]
        """Changes when the data does; what is built from a catalogue is kept under it."""
        self._specs = {spec.name: spec for spec in manifest.attributes}

    @classmethod
    def open(cls, folder: Path) -> "Catalog":
        """Open a folder that `write_catalog` made.

        Raises:
            MissingError: the folder or one of its tables is not there.
            BadInputError: it is no catalogue, is damaged, or is of another format.
        """
        path = folder / "manifest.json"
        if not path.is_file():
            raise MissingError(f"{folder} is not a catalogue: it has no manifest.json.")
        try:
            manifest = Manifest.model_validate_json(path.read_bytes())
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole file"
            raise BadInputError(f"{path} cannot be read: {where} is wrong.") from error
        if manifest.format != FORMAT:
            raise BadInputError(
                f"{folder} has format {manifest.format}, this version reads {FORMAT};"
                " import the data again."
            )
        for name in ("items.parquet", "interactions.parquet", "users.parquet"):
            if not (folder / name).is_file():
                raise MissingError(f"{folder} has no {name}; import the data again.")
        try:
            items = pl.read_parquet(folder / "items.parquet")
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            raise BadInputError(
                f"{folder / 'items.parquet'} is damaged; import the data again."
            ) from error
        if items.height != manifest.items:
            raise BadInputError(
                f"{folder} holds {items.height} items, its manifest says {manifest.items};"
                " import the data again."
            )
        return cls(folder, manifest, items)

    def verify(self) -> None:
        """Compare every file with its recorded hash.

        Raises:
            BadInputError: naming the files that differ.
        """
        found = hash_files(self.folder)
        wrong = [name for name, digest in self.manifest.hashes.items() if found.get(name) != digest]
        if wrong:
            raise BadInputError(
                f"{self.folder} was changed after the import: {', '.join(sorted(wrong))}"
                " differ from the manifest; import the data again."
            )

    @cached_property
    def item_ids(self) -> list[str]:
        """Ids in row order."""
        return self.items["item_id"].to_list()

    @cached_property
    def titles(self) -> list[str]:
        """Titles in row order."""
        return self.items["title"].to_list()

    def row_of(self, item_id: str) -> int | None:
        """The item's row in `items`, or None when there is no such item."""
        return self._rows.get(item_id)

    def item(self, item_id: str) -> Item:
        """One item.

        Raises:
            BadInputError: no item has this id.
        """
        row = self.row_of(item_id)
        if row is None:
            raise BadInputError(f"The catalogue {self.manifest.name} has no item {item_id!r}.")
        cells = self.items.row(row, named=True)
        attributes = {name: cells[name] for name in self._specs if cells[name] is not None}
        return Item(
            item_id=item_id,
            title=cells["title"],
            text=cells["text"],
            attributes=attributes,
            images=cells["images"],
        )

    def spec(self, name: str) -> AttributeSpec:
        """One attribute's spec.

        Raises:
            BadInputError: there is no such attribute.
        """
        if name not in self._specs:
            raise BadInputError(
                f"The catalogue {self.manifest.name} has no attribute {name!r};"
                f" it has {', '.join(self._specs) or 'none'}."
            )
        return self._specs[name]

    def interactions(self) -> pl.LazyFrame:
        """`user_id`, `item_id`, `value` (float or null), `timestamp` (Unix seconds or null).

        Sorted by user, then time.
        """
        return pl.scan_parquet(self.folder / "interactions.parquet")

    def has_user(self, user_id: str) -> bool:
        """Whether this user has any interaction."""
        return self._user_row(user_id) is not None

    def history(self, user_id: str) -> pl.DataFrame:
        """The user's interactions, oldest first; no rows for a user that is not known."""
        row = self._user_row(user_id)
        start, count = (0, 0) if row is None else self._users.row(row)[1:]
        return self.interactions().slice(start, count).collect()

    def image_path(self, item: Item) -> list[Path]:
        """The item's image files."""
        return [self.folder / name for name in item.images]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {item_id: row for row, item_id in enumerate(self.item_ids)}

    @cached_property
    def _users(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "users.parquet")

    def _user_row(self, user_id: str) -> int | None:
        users = self._users["user_id"]
        row = users.search_sorted(user_id)
        return row if row < users.len() and users[row] == user_id else None


def catalogs_dir() -> Path:
    """Where named catalogues live."""
    return data_dir() / "catalogs"


def catalog_folder(name: str) -> Path:
    """The folder of a named catalogue; it need not exist.

    Raises:
        BadInputError: the name has other characters than letters, digits, "_" and "-".
    """
    if not _NAME.fullmatch(name):
        raise BadInputError(
            f"{name!r} cannot name a catalogue: use letters, digits, underscore and hyphen."
        )
    return catalogs_dir() / name


def list_catalogs() -> list[str]:
    """Names of the catalogues that are here."""
    return sorted(path.parent.name for path in catalogs_dir().glob("[!.]*/manifest.json"))


def resolve_catalog(name_or_folder: str, progress: Progress = silent) -> Catalog:
    """The catalogue of a folder, else of a name, else of a demo pack, which is fetched first.

    Raises:
        BadInputError: nothing of that name exists.
        MissingError: the pack cannot be fetched, or the folder lacks a file.
    """
    from .packs import (
        PACKS,
        fetch_pack,
    )  # packs open what they wrote: the other way round at import

    folder = Path(name_or_folder)
    if name_or_folder and (folder / "manifest.json").is_file():
        return Catalog.open(folder)
    if folder.is_dir() and len(folder.parts) > 1:
        return Catalog.open(folder)
    named = catalog_folder(name_or_folder)
    if named.exists():
        return Catalog.open(named)
    if name_or_folder in PACKS:
        return fetch_pack(name_or_folder, progress)
    here = ", ".join(list_catalogs()) or "none"
    raise BadInputError(
        f"There is no catalogue {name_or_folder}; here are {here};"
        f" demo packs that can be fetched: {', '.join(PACKS)}."
    )
