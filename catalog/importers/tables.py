"""People's own tables: one of items, perhaps one of interactions, perhaps a folder of images.

Which column is what is given by a mapping or guessed from the columns' names; every guess is a
note of the source, so that a wrong one is seen.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ...errors import BadInputError
from ...packages import Progress, silent
from ..cleaning import attribute_name
from ..records import About, AttributeValue
from ..rejects import Rejects
from ..source import RawItem, Source
from .table_files import Cells, Table, is_table, open_table

ITEM_ROLES = ("id", "title", "text", "image")
INTERACTION_ROLES = ("user", "item", "value", "timestamp")

_NAMES = {
    "id": "itemid id asin parentasin productid sku movieid bookid articleid trackid",
    "title": "title name itemname itemtitle productname producttitle",
    "text": "description text overview summary content abstract plot synopsis",
    "image": "image imagepath images imagefile picture photo thumbnail img cover",
    "user": "userid user reviewerid customerid customer visitorid memberid username",
    "item": "itemid item parentasin asin productid product sku movieid bookid articleid trackid",
    "value": "rating value score stars overall",
    "timestamp": "timestamp time date datetime unixtime unixreviewtime createdat reviewtime",
}
_ENDINGS = {"id": ("id",), "title": ("title", "name"), "user": ("userid",), "item": ("itemid",)}
_CHUNK_NAMES = {"user": "user_id", "item": "item_id", "value": "value", "timestamp": "timestamp"}
_IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".gif")

Mapping = dict[str, str]
"""Role -> column."""


def read_tables(
    path: Path,
    about: About,
    rejects: Rejects,
    progress: Progress = silent,
    *,
    interactions: Path | None = None,
    images: Path | None = None,
    mapping: Mapping | None = None,
) -> Source:
    """The source of an item table, or of a folder that holds one and perhaps one of interactions.

    `mapping` names columns for `id title text image user item value timestamp`; the rest is
    guessed. Without `images`, a folder `images` beside the table is used.

    Raises:
        BadInputError: no item table, several, or a column that is needed cannot be found.
    """
    given = dict(mapping or {})
    unknown = sorted(set(given) - {*ITEM_ROLES, *INTERACTION_ROLES})
    if unknown:
        known = ", ".join((*ITEM_ROLES, *INTERACTION_ROLES))
        raise BadInputError(f"A mapping cannot name {unknown[0]!r}; it can name {known}.")
    notes: list[str] = []
    if path.is_dir():
        path, interactions = _find_tables(path, interactions, given, notes)
    table = open_table(path, rejects, progress)
    roles = _roles(table, ITEM_ROLES, given, needed=("id", "title"))
    notes.append(f"{table.name}: {_said(roles)}.")
    folder = images or path.parent / "images"
    source = Source(about, iter(()), iter(()), notes=notes)
    source.kinds = {name: "categorical" for name in table.columns if _is_code(name)}
    source.items = _items(table, roles, folder, rejects, source)
    if interactions is not None:
        events = open_table(interactions, rejects, progress)
        columns = _interaction_roles(events, given, roles["id"])
        notes.append(f"{events.name}: {_said(columns)}.")
        source.interactions = events.chunks({_CHUNK_NAMES[r]: c for r, c in columns.items()})
        own = {_plain(name) for name in table.columns}
        source.rated = "value" in columns and not own & {"rating", "votes"}
    return source


def _items(
    table: Table, roles: Mapping, folder: Path, rejects: Rejects, source: Source
) -> Iterator[RawItem]:
    pictures: dict[str, list[Path]] = {}
    if "image" not in roles and folder.is_dir():
        source.notes.append(f"images: files of {folder.name}/ that are named by an item's id.")
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in _IMAGES:
                pictures.setdefault(path.stem, []).append(path)
    taken = set(roles.values())
    for number, cells in table.rows():
        where = f"{table.name}:{number}"
        item_id = _text(cells, roles.get("id"))
        item = RawItem(
            where, item_id, _text(cells, roles.get("title")), _text(cells, roles.get("text"))
        )
        for name, value in cells.items():
            if name not in taken and value is not None:
                item.attributes[name] = value
        item.images = pictures.get(item_id, [])
        if "image" in roles:
            item.images = _inside(cells.get(roles["image"]), folder, where, rejects)
        yield item
    source.notes += table.notes()


def _inside(value: AttributeValue | None, folder: Path, where: str, rejects: Rejects) -> list[Path]:
    """The files a cell names, in `folder` or beside it; what lies elsewhere is recorded."""
    if value is None:
        return []
    names = value if isinstance(value, list) else [str(value)]
    found: list[Path] = []
    for name in names:
        if "://" in name or "\0" in name:
            rejects.problem(where, "has an image that is no file; nothing is downloaded", name)
            continue
        places = [(root / name).resolve() for root in (folder, folder.parent)]
        inside = [p for p in places if p.is_relative_to(folder.parent.resolve())]
        if not inside:
            rejects.problem(where, f"has an image outside {folder.parent.name}", name)
            continue
        found.append(next((place for place in inside if place.is_file()), inside[0]))
    return found


def _find_tables(
    folder: Path, interactions: Path | None, given: Mapping, notes: list[str]
) -> tuple[Path, Path | None]:
    """The one item table of a folder, and its one interaction table if it has any."""
    tables = {p: open_table(p, Rejects()) for p in sorted(folder.iterdir()) if is_table(p)}
    of_users = [path for path, table in tables.items() if _find(table, "user", given)]
    items = [
        path
        for path, table in tables.items()
        if path not in of_users and {"id", "title"} <= set(_roles(table, ITEM_ROLES, given))
    ]
    if len(items) != 1:
        found = ", ".join(path.name for path in items) or "none"
        raise BadInputError(
            f"{folder} needs one table of items (with an id and a title); found {found}."
            " Name the file to import."
        )
    id_column = _roles(tables[items[0]], ITEM_ROLES, given)["id"]
    events = [
        path
        for path in of_users
        if _same(tables[path], id_column) or _find(tables[path], "item", given)
    ]
    if interactions is None and len(events) > 1:
        found = ", ".join(path.name for path in events)
        raise BadInputError(f"{folder} has several tables of interactions ({found}); name one.")
    chosen = interactions or (events[0] if events else None)
    left = [path.name for path in tables if path not in (items[0], chosen)]
    notes += [f"{name} was not read: no item or interaction table." for name in left]
    return items[0], chosen


def _interaction_roles(table: Table, given: Mapping, id_column: str) -> Mapping:
    same = _same(table, id_column)
    if "item" not in given and same:
        given = given | {"item": same}
    return _roles(table, INTERACTION_ROLES, given, needed=("user", "item"))


def _roles(
    table: Table, roles: tuple[str, ...], given: Mapping, needed: tuple[str, ...] = ()
) -> Mapping:
    """Role -> column, given or guessed.

    Raises:
        BadInputError: a needed role has no column, or with `needed` a given column is missing.
    """
    found: Mapping = {}
    for role in roles:
        column = _find(table, role, given)
        if column is not None and column not in found.values():
            found[role] = column
        elif needed and column is None and role in given:
            raise BadInputError(
                f"{table.name} has no column {given[role]!r}; it has {', '.join(table.columns)}."
            )
    for role in needed:
        if role not in found:
            raise BadInputError(
                f"No column of {table.name} looks like the {role}; map {role} to one of"
                f" {', '.join(table.columns)}."
            )
    return found


def _find(table: Table, role: str, given: Mapping) -> str | None:
    """The column of a role: the given one if the table has it, else a guess."""
    if role in given:
        return given[role] if given[role] in table.columns else None
    return _guess(table, role)


def _guess(table: Table, role: str) -> str | None:
    plain = {_plain(name): name for name in reversed(table.columns)}
    for name in _NAMES[role].split():
        if name in plain:
            return plain[name]
    endings = _ENDINGS.get(role, ())
    return next((n for n in table.columns if endings and _plain(n).endswith(endings)), None)


def _same(table: Table, column: str) -> str | None:
    """The column that has this name but for case and punctuation."""
    return next((name for name in table.columns if _plain(name) == _plain(column)), None)


def _is_code(column: str) -> bool:
    """Whether a column holds identifiers, which are names even when written in digits."""
    return attribute_name(column).split("_")[-1] in ("id", "code")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _text(cells: Cells, column: str | None) -> str:
    value = cells.get(column) if column else None
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(value)
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _said(roles: Mapping) -> str:
    return ", ".join(f"{role} = {column}" for role, column in roles.items())
