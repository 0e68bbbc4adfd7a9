"""Which public set a file or folder is, by its contents."""

from pathlib import Path

from ...catalog.importers.reading import TextFile
from ...errors import BadInputError
from . import inspired, tau_rec
from .reading import json_entries
from .records import SOURCES

_KEYS = (
    ("redial", {"messages", "movieMentions"}),
    ("redial", {"context", "rec"}),
    ("tau-rec", {"constraints", "persona"}),
    ("lamp", {"id", "input", "profile"}),
    ("tallrec", {"instruction", "input", "output"}),
)
"""Fields by which the first entry of a file tells its set."""


def guess_source(path: Path) -> str:
    """The set that a file or folder is of.

    Raises:
        BadInputError: it is none of them, or cannot be read.
    """
    if path.is_dir():
        if any(path.glob("*_questions.json")):
            return "lamp"
        files = tau_rec.task_files(path)
        if not files:
            raise BadInputError(f"{path} is a folder of no known set; name one of its files.")
        path = files[0]
    if inspired.recognises(next(TextFile(path).lines(), "")):
        return "inspired"
    _, entry = next(json_entries(path), ("", {}))
    if {"task", "golds"} <= entry.keys():
        raise BadInputError(f"{path} holds LaMP's right answers; name its questions file.")
    for source, keys in _KEYS:
        if keys <= entry.keys():
            return source
    raise BadInputError(f"{path} is of no known set; there are {', '.join(SOURCES)}.")
