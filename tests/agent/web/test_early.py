"""Answering before the app is there."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.testclient import TestClient
from tastemaker.agent.web.early import Early
from tastemaker.errors import BadInputError


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
