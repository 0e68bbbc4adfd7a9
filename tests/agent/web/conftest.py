"""A web app over the forty films and a deterministic model."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tastemaker.agent.chats import Chats
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.service import Service
from tastemaker.settings import Settings

MakeService = Callable[..., Service]


@pytest.fixture
def make_service(make_agent: Callable[..., Any], tmp_path: Path) -> MakeService:
    """`make_service(model, serve=…)`: an open service; services of one test share a database."""

    def make(*agent: Any, settings: Settings | None = None, **habits: Any) -> Service:
        chats = Chats(make_agent(*agent, **habits))
        service = Service(settings or Settings(), tmp_path / "campaigns", lambda: chats)
        service.open()
        return service

    return make


@pytest.fixture
def client(make_service: MakeService) -> Iterator[TestClient]:
    """A client of an app without pages, as a program on the same machine."""
    with ExitStack() as opened:
        app = create_app(make_service(), pages=False)
        yield opened.enter_context(TestClient(app, base_url="http://127.0.0.1:8000"))
