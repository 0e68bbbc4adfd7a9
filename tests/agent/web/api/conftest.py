"""A server over the forty films on a port of its own, and pictures to send."""

import base64
import io
import threading
import time
from collections.abc import Callable, Iterator

import openai
import pytest
import uvicorn
from fastapi.testclient import TestClient
from PIL import Image
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.service import Service
from tastemaker.settings import ServeSettings, Settings

GENEROUS = Settings(serve=ServeSettings(requests_per_minute=1_000_000, hosts=["testserver"]))
"""Nobody is refused for asking much."""
Serve = Callable[[Service], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(service)`: the address of a server over it."""
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
def service(make_service: Callable[..., Service]) -> Service:
    """An open service that refuses nobody for asking much."""
    return make_service(settings=GENEROUS)


@pytest.fixture
def http(service: Service) -> Iterator[TestClient]:
    """A client of an app over `service`."""
    app = create_app(service, pages=False)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
def openai_client(serve: Serve, service: Service) -> Iterator[openai.OpenAI]:
    """The official client, at a server over `service`."""
    with openai.OpenAI(base_url=f"{serve(service)}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def picture_url() -> str:
    """A small picture as a data URL."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
