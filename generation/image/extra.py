"""Packages of the extra `paint`, which an installation may lack."""

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import MissingError


@contextmanager
def paint_extra() -> Iterator[None]:
    """`with paint_extra(): import c2pa`.

    Raises:
        MissingError: what is imported inside is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise MissingError(
            f"Pictures need {error.name}, which is not installed: run"
            ' `pip install "tastemaker[paint]"`.'
        ) from error
