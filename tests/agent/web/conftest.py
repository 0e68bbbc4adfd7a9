"""A web app over the forty films and a deterministic model."""

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from langgraph.store.base import BaseStore
from PIL import Image
from tastemaker.agent.agent import Agent
from tastemaker.agent.chats import Chats
from tastemaker.agent.databases import sqlite_databases
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.service import Service
from tastemaker.generation.campaign.brief import Brief
from tastemaker.generation.campaign.making import Made
from tastemaker.generation.campaign.store import Row, content_hash, open_folder
from tastemaker.settings import Settings

HERE = "http://127.0.0.1:8000"
MakeService = Callable[..., Service]
OpenClient = Callable[..., TestClient]
Serve = Callable[[Service], str]


@pytest.fixture
def make_service(make_agent: Callable[..., Any], tmp_path: Path) -> MakeService:
    """`make_service(model, settings=…)`: an open service; those of one test share a database."""

    def make(*model: Any, settings: Settings | None = None, **habits: Any) -> Service:
        chats = Chats(make_agent(*model, **habits))
        service = Service(settings or Settings(), tmp_path / "campaigns", lambda: chats)
        service.open()
        return service

    return make


@pytest.fixture
def service(make_service: MakeService) -> Service:
    """An open service."""
    return make_service()


@pytest.fixture
def open_client() -> Iterator[OpenClient]:
    """`open_client(service or app, headers=…)`: a client, as a program on the same machine."""
    with ExitStack() as opened:

        def client(over: Service | FastAPI, **habits: Any) -> TestClient:
            app = create_app(over, pages=False) if isinstance(over, Service) else over
            return opened.enter_context(TestClient(app, **{"base_url": HERE, **habits}))

        yield client


@pytest.fixture
def client(service: Service, open_client: OpenClient) -> TestClient:
    """A client of an app over `service`, without pages."""
    return open_client(service)


@pytest.fixture(scope="session")
def shared_client(
    shared_agent: Agent, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A client of an app that all tests share, for requests that leave nothing behind."""
    folder = tmp_path_factory.mktemp("shared-campaigns")
    service = Service(Settings(), folder, lambda: Chats(shared_agent))
    service.open()
    client = TestClient(create_app(service, pages=False), HERE)
    yield client
    client.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(service)`: the address of a server over it, on a port of its own."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def run(service: Service) -> str:
        app = create_app(service, pages=False)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        running.append((server, thread))
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield run
    for server, thread in running:
        server.should_exit = True
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[BaseStore]:
    """Where keys and sums are kept."""
    databases = sqlite_databases(tmp_path)
    yield databases.store
    databases.close()


MakeCampaign = Callable[..., Path]


@pytest.fixture
def make_campaign(tmp_path: Path) -> MakeCampaign:
    """`make_campaign(name, title=…, text=…)`: a campaign's folder that holds a copy, an image and
    an image that could not be made, all of one recipient and one item."""

    def make(
        name: str, *, title: str = "Spring", text: str = "Words", root: Path | None = None
    ) -> Path:
        brief = Brief.model_validate(
            {
                "name": title, "catalog": "films", "audience": {"users": ["u1"]},
                "items": {"recommended": 1}, "assets": {"copy": ["meta"], "images": ["square"]},
            }
        )  # fmt: skip
        picture = io.BytesIO()
        Image.new("RGB", (60, 60), "teal").save(picture, "PNG")
        copy = json.dumps({"headline": [text], "primary_text": [f"{text}."]}).encode()
        report = {"sketch": {"prompt": text}, "checks": []}
        path = (root or tmp_path / "campaigns") / name
        with open_folder(path, brief) as folder:
            for kind, target, content, ending in (
                ("copy", "meta", copy, ".json"),
                ("image", "square", picture.getvalue(), ".png"),
                ("image", "story", b"", ""),
            ):
                key = content_hash(f"{name}{text}{target}".encode())[:32]
                if content:
                    folder.keep(
                        Made(key=key, ending=ending, content=content, passed=True, report=report)
                    )
                folder.record(
                    Row(
                        id=f"user:u1|1|{kind}|{target}|0", recipient="user:u1",
                        recipient_title=text,
                        item_id="1", title=text, kind=kind, target=target, variant=0, key=key,
                        file=folder.relative(key, ending) if content else "",
                        sha256=content_hash(content), passed=bool(content),
                        error="" if content else text,
                    )
                )  # fmt: skip
        return path

    return make
