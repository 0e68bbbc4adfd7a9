"""Drafts by what was asked: each prompt is asked once, and kept in a folder where there is one."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from ...files import replacing_file
from ...serving.calls import Usage

Drafts = tuple[list[str], Usage]


class DraftMemory:
    """What a model drafted; threads that ask for the same at once share one call."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: where drafts outlive the process; none: they do not."""
        self._folder = folder
        self._lock = threading.Lock()
        self._asked: dict[str, Future[list[str]]] = {}

    def of(self, key: str, ask: Callable[[], Drafts]) -> Drafts:
        """The drafts of a key, asked for where nobody did before; their cost is the asker's.

        Raises:
            Whatever `ask` raises; that is not remembered.
        """
        with self._lock:
            asked = self._asked.get(key)
            mine = asked is None
            if asked is None:
                asked = self._asked[key] = Future()
        if not mine:
            return asked.result(), Usage()
        try:
            found, used = self._kept(key) or ask()
        except BaseException as error:
            with self._lock:
                del self._asked[key]
            asked.set_exception(error)
            raise
        if self._folder is not None and used.llm_calls:
            with replacing_file(self._file(self._folder, key)) as temporary:
                temporary.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        asked.set_result(found)
        return found, used

    def _kept(self, key: str) -> Drafts | None:
        if self._folder is None or not self._file(self._folder, key).is_file():
            return None
        return json.loads(self._file(self._folder, key).read_text(encoding="utf-8")), Usage()

    @staticmethod
    def _file(folder: Path, key: str) -> Path:
        return folder / key[:2] / f"{key}.json"
