"""One way in: recognise a public set, bring it into one file of cases, read that file back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...catalog.rejects import Rejects
from ...errors import BadInputError
from ...files import replacing_file
from . import inspired, lamp, redial, tallrec, tau_rec
from .reading import json_entries, parsed
from .recognising import guess_source
from .records import SOURCES, Imported, ImportedCase

READERS: dict[str, Callable[[Path, Rejects | None], Iterator[ImportedCase]]] = {
    "redial": redial.read,
    "inspired": inspired.read,
    "tau-rec": tau_rec.read,
    "lamp": lamp.read,
    "tallrec": tallrec.read,
}


def import_cases(path: Path, source: str | None, out: Path, *, replace: bool = False) -> Imported:
    """Bring a public set into one file of cases, as JSON Lines.

    Args:
        path: what the user holds: a file, or a folder where the set has several.
        source: the set; None recognises it by its contents.
        out: the new file; one that already has exactly these cases is left as it is.
        replace: whether another file may be written over.

    Raises:
        BadInputError: the set is none of these or malformed, makes no case, or `out` is taken.
        MissingError: a file that belongs to the set is not there.
    """
    if source is not None and source not in SOURCES:
        raise BadInputError(f"There is no set {source!r}; there are {', '.join(SOURCES)}.")
    if not path.exists():
        raise BadInputError(f"{path} does not exist.")
    if out.is_dir() or out.resolve() == path.resolve():
        raise BadInputError(f"{out} is a folder or the set itself; name another file.")
    source = source or guess_source(path)
    rejects, ids, users = Rejects(), set(), set()
    with _sentences(out), replacing_file(out) as temporary:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            for case in READERS[source](path, rejects):
                if case.id in ids:
                    rejects.add(f"{path.name}: {case.id}", "has the id of another case")
                    continue
                ids.add(case.id)
                users.add(case.user)
                file.write(case.model_dump_json(exclude_defaults=True) + "\n")
        if not ids:
            raise BadInputError(f"{path} has nothing that makes a case of {source}.")
        if out.exists() and not replace and out.read_bytes() != temporary.read_bytes():
            raise BadInputError(f"{out} exists and differs; replace it or name another file.")
    return Imported(
        source=source,  # pyright: ignore[reportArgumentType]
        cases=len(ids),
        users=len(users - {""}),
        skipped=rejects.reasons,
        first_skipped=rejects.first,
    )


def read_imported(path: Path) -> list[ImportedCase]:
    """The cases of a file that `import_cases` wrote.

    Raises:
        BadInputError: it cannot be read, or a line is no case.
    """
    return [parsed(ImportedCase, where, entry) for where, entry in json_entries(path)]


@contextmanager
def _sentences(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInputError(f"{out} cannot be written: {error.strerror}.") from error
