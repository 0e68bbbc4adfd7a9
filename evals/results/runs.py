"""A finished run on the disk."""

from pathlib import Path

from ...errors import BadInputError
from ...files import replacing_file
from .cases import Run

CASES = "cases.json"


def read_run(out: Path) -> Run:
    """What a run found.

    Raises:
        BadInputError: the folder holds no finished run, or another version wrote it.
    """
    file = out / CASES
    if not file.is_file():
        raise BadInputError(
            f"{out} holds no finished run: it has no {CASES}; `tastemaker eval run … --out {out}"
            " --resume` ends one that was interrupted."
        )
    try:
        found = Run.model_validate_json(file.read_bytes())
    except ValueError as error:
        raise BadInputError(f"{file} is damaged, or was written by another version.") from error
    if found.format != Run.model_fields["format"].default:
        raise BadInputError(f"{file} has format {found.format}, which this version cannot read.")
    return found


def write_run(found: Run, out: Path) -> None:
    """Write what a run found into its folder, all or nothing."""
    with replacing_file(out / CASES) as temporary:
        temporary.write_text(found.model_dump_json(indent=1), encoding="utf-8")
