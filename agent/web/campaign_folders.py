"""The campaigns that a tenant may see, by the names of their folders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import BadInputError, NotFoundError, StorageError
from ...generation.campaign.store import BRIEF, MANIFEST

TENANTS = "tenants"
"""Holds the folders of other tenants; no campaign."""
_SHOWN = 200


def campaigns_in(root: Path) -> dict[str, Path]:
    """Name -> folder, the one that was worked on last first."""
    if not root.is_dir():
        return {}
    found = [
        (-(one / MANIFEST).stat().st_mtime, one.name, one)
        for one in root.iterdir()
        if one.name != TENANTS and (one / BRIEF).is_file() and (one / MANIFEST).is_file()
    ]
    return {name: folder for _, name, folder in sorted(found)}


def campaign_in(root: Path, name: str) -> Path:
    """The folder of a campaign; the name is looked up, never joined to a path.

    Raises:
        NotFoundError: there is none of that name.
    """
    folder = campaigns_in(root).get(name)
    if folder is None:
        raise NotFoundError(f"There is no campaign {name[:_SHOWN]!r}.")
    return folder


@contextmanager
def using(folder: Path) -> Iterator[None]:
    """A campaign's folder that is damaged or cannot be written is one sentence, without its path.

    Raises:
        StorageError: it is.
    """
    try:
        yield
    except NotFoundError:
        raise
    except (BadInputError, OSError, ValueError) as error:
        raise StorageError(
            f"The campaign {folder.name!r} cannot be read or written now; whoever runs this server"
            " finds why with `tastemaker campaign status`."
        ) from error
