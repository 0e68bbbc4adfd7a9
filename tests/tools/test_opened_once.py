"""One studio for whoever asks, however many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from tastemaker.errors import BadInputError
from tastemaker.tools.illustrate import no_studio, opened_once


def test_two_who_ask_at_once_get_the_same_studio():
    together = threading.Barrier(2)
    opened: list[Any] = []

    def opening() -> Any:
        opened.append(SimpleNamespace())
        threading.Event().wait(0.05)  # as long as another needs to come in, too
        return opened[-1]

    find = opened_once(opening)

    def ask(_: int) -> Any:
        together.wait()
        return find()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(ask, range(2))
    assert one is other is opened[0] and len(opened) == 1


def test_what_cannot_be_opened_is_said_each_time():
    find = opened_once(no_studio)
    for _ in range(2):
        with pytest.raises(BadInputError):
            find()
