"""The server process: who may be let in, the socket, and answering before the app is there."""

import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tastemaker.agent.databases import sqlite_databases
from tastemaker.agent.web.early import Early
from tastemaker.agent.web.keys import Keys
from tastemaker.agent.web.serving import check_public, is_loopback, listening
from tastemaker.errors import BadInputError, BusyError


def test_a_network_is_let_in_with_keys_only(tmp_path) -> None:
    databases = sqlite_databases(tmp_path)
    keys = Keys(databases.store)
    for host in ("127.0.0.1", "127.0.0.9", "::1", "localhost"):
        assert is_loopback(host)
        check_public(host, keys)
    for host in ("0.0.0.0", "::", "192.0.2.1", "chat.example", ""):
        with pytest.raises(BadInputError, match="tastemaker keys add"):
            check_public(host, keys)
    keys.add("acme")
    check_public("0.0.0.0", keys)
    databases.close()


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BusyError, match=f"--port {port + 1}"):
            listening("127.0.0.1", port)
    with pytest.raises(BadInputError, match="no address of this machine"):
        listening("192.0.2.1", 0)
    with pytest.raises(BadInputError):
        listening("nowhere.invalid", 0)


def test_whoever_comes_early_waits_for_the_app() -> None:
    go, made, lived = threading.Event(), [], []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        lived.append("began")
        yield
        lived.append("ended")

    def make() -> FastAPI:
        go.wait(10)
        app = FastAPI(lifespan=lifespan)
        app.get("/page")(lambda: "here")
        app.get("/healthz")(lambda: "the app's own")
        return app

    with TestClient(Early(make, made.append)) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert lived == [] and made == []
        threading.Timer(0.1, go.set).start()
        assert client.get("/page").json() == "here"
        assert client.get("/healthz").json() == "the app's own"
        assert lived == ["began"] and made == [True]
    assert lived == ["began", "ended"]


def test_an_app_that_cannot_be_made() -> None:
    told = threading.Event()

    def make() -> FastAPI:
        raise BadInputError("no")

    early = Early(make, lambda there: None if there else told.set())
    with TestClient(early):
        assert told.wait(10)
    assert isinstance(early.error, BadInputError)


def test_a_server_that_stops_while_the_app_is_made() -> None:
    go = threading.Event()
    with TestClient(Early(lambda: go.wait(10) and FastAPI(), lambda there: None)) as client:
        assert client.get("/healthz").status_code == 200
    go.set()


def test_the_app_is_loaded_without_the_agent() -> None:
    """Or the first page waits for seconds more."""
    slow = {"torch", "faiss", "openai", "langgraph.graph", "bm25s"}
    code = f"import sys, tastemaker.agent.web.app; print({slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "set()", done.stdout + done.stderr
