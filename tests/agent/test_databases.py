"""Conversations in SQLite files on a disk that is full, or that may not be written to."""

import resource
import sqlite3
from contextlib import contextmanager

import pytest
from tastemaker.agent.chats import Chats
from tastemaker.agent.databases import sqlite_databases, storage_errors
from tastemaker.errors import MissingError, StorageError


@contextmanager
def no_file_grows(chats):
    """The kernel refuses to write, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def no_pages_left(chats):
    """The database has as many pages as it may have."""
    connections = chats.agent.databases.store.conn, chats.agent.databases.checkpointer.conn
    before = [one.execute("PRAGMA max_page_count").fetchone()[0] for one in connections]
    for one in connections:
        one.execute("PRAGMA max_page_count = 1")  # it takes the pages there are
    try:
        yield
    finally:
        for one, pages in zip(connections, before, strict=True):
            one.execute(f"PRAGMA max_page_count = {pages}")


@contextmanager
def read_only(chats):
    """The database may only be read."""
    connections = chats.agent.databases.store.conn, chats.agent.databases.checkpointer.conn
    for one in connections:
        one.execute("PRAGMA query_only = 1")
    try:
        yield
    finally:
        for one in connections:
            one.execute("PRAGMA query_only = 0")


WAYS = pytest.mark.parametrize("way", [no_file_grows, no_pages_left, read_only])
LONG = "a comedy " * 300
"""Needs pages of its own."""


@pytest.fixture
def chats(make_agent):
    return Chats(make_agent())


def refused(act):
    """What is said, in one sentence that tells what to do, without names of files."""
    with pytest.raises(StorageError, match=r"^[^\n]+\. Make room[^\n]+\.$") as caught:
        act()
    assert " /" not in str(caught.value) and "sqlite" not in str(caught.value)


def intact(folder):
    for name in ("memory.sqlite", "threads.sqlite"):
        with sqlite3.connect(folder / name) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@WAYS
def test_what_cannot_be_kept_is_refused_and_nothing_is_lost(chats, way):
    ann = chats.person("ann")
    accepted, *_ = chats.say(ann, "a comedy")
    thread = accepted["thread"]
    chats.judge(ann, "1", "liked")
    with way(chats):
        for _ in range(2):
            refused(lambda: list(chats.say(ann, LONG, thread=thread)))
            refused(lambda: [chats.start(ann, "x" * 80) for _ in range(200)])
            refused(lambda: [chats.judge(ann, str(n), "disliked") for n in range(2, 40)])
    before = chats.turns(ann, thread)
    assert before[0].status == "done" and "1" in chats.taste(ann)["liked"]
    *_, turn = chats.say(ann, "a drama", thread=thread)
    chats.judge(ann, "2", "seen")
    after = chats.turns(ann, thread)
    assert [one.message for one in after if one.status == "done"] == ["a comedy", "a drama"]
    assert turn["turn"] == 2 and chats.taste(ann)["seen"] == ["2"]
    intact(chats.agent.folder)


@WAYS
def test_a_turn_whose_answer_cannot_be_kept_can_be_tried_again(chats, way):
    ann = chats.person("ann")
    events = chats.say(ann, LONG, turn="t1")
    accepted = next(events)
    with way(chats):
        refused(lambda: list(events))
        (turn,) = chats.turns(ann, accepted["thread"])
        assert turn.status == "interrupted"
        refused(lambda: list(chats.retry(ann, accepted["thread"], "t1")))
    *_, turn = chats.retry(ann, accepted["thread"], "t1")
    assert turn["turn"] == 1
    (turn,) = chats.turns(ann, accepted["thread"])
    assert turn.status == "done"
    log = chats.agent.thread_log(accepted["thread"])
    assert [(one["role"], one["id"]) for one in log] == [("user", "t1"), ("assistant", "t1")]
    intact(chats.agent.folder)


def test_a_folder_for_locks_that_cannot_be_used_is_said(chats):
    locks = chats.agent.folder / "locks"
    for lock in locks.iterdir():
        lock.unlink()
    locks.rmdir()
    locks.touch()
    refused(lambda: list(chats.say(chats.person("ann"), "a comedy")))
    refused(lambda: list(chats.agent.turn("a comedy", thread="t")))
    locks.unlink()
    locks.mkdir()
    *_, turn = chats.say(chats.person("ann"), "a comedy")
    assert turn["turn"] == 1


@pytest.mark.parametrize("name", ["memory.sqlite", "threads.sqlite"])
def test_what_is_no_database_is_said(tmp_path, name):
    (tmp_path / name).write_text("not a database " * 400)
    with pytest.raises(MissingError, match="cannot be used"):
        sqlite_databases(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(MissingError, match="cannot be used"):
        sqlite_databases(tmp_path / "file" / "conversations")


def test_where_a_database_lies_is_not_said():
    """Whoever asks `/readyz` would read it."""
    psycopg = pytest.importorskip("psycopg")
    refuses = pytest.raises(StorageError, match="the database does not answer")
    with refuses as refused, storage_errors():
        psycopg.connect("postgresql://owner:secret@127.0.0.1:1/shop", connect_timeout=3)
    assert not {one for one in ("127.0.0.1", "owner", "secret") if one in str(refused.value)}
