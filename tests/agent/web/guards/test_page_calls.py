"""What of Gradio can be asked: what the page needs, nothing that fetches, keeps or shows files."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tastemaker.agent.web.guards.page_calls import PageCalls

API = "/chat/gradio_api"


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "HEAD", "POST"])
    def echo(path: str) -> str:
        return path

    return TestClient(PageCalls(app), base_url="http://127.0.0.1:8000")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/chat"), ("GET", "/chat/?user=7"), ("HEAD", "/chat/"), ("GET", "/chat/config"),
        ("GET", "/chat/assets/index.js"), ("GET", "/chat/static/js/x.js"),
        ("POST", f"{API}/queue/join?"), ("GET", f"{API}/queue/data?session_hash=x"),
        ("POST", f"{API}/component_server/"), ("POST", "/v1/feedback"), ("GET", "/chats"),
    ],
)  # fmt: skip
def test_what_the_page_needs(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{API}/file=https://shop.example/"), ("HEAD", f"{API}/file=/etc/passwd"),
        ("GET", f"{API}/proxy=https://shop.example/"), ("POST", f"{API}/upload"),
        ("GET", f"{API}/dev/reload"), ("GET", f"{API}/heartbeat/x"), ("POST", f"{API}/call/said"),
        ("POST", f"{API}/run/said"), ("GET", f"{API}/deep_link"), ("POST", "/chat/login"),
        ("GET", f"{API}/queue/join"), ("POST", "/chat/assets/x"), ("GET", "/chat/monitoring"),
        ("GET", f"{API}//queue/data"), ("GET", "/chat/%61ssets"),
    ],
)  # fmt: skip
def test_what_it_does_not(client: TestClient, method: str, path: str) -> None:
    refused = client.request(method, path)
    assert refused.status_code == 404
    if method != "HEAD":
        assert refused.json()["error"]["type"] == "NotFoundError"
