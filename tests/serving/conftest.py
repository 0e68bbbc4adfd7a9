"""A real local HTTP server that speaks the OpenAI chat protocol, well or badly."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tastemaker.serving.server import Endpoint
from tastemaker.settings import LLMSettings, Settings

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


class FakeEndpoint:
    """Keeps the chat requests it gets and answers them as it was last told to."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.released = threading.Event()
        self.says("Hello there.")
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                allowed = self.headers["Authorization"] != "Bearer wrong"
                known = self.path == "/v1/models"
                _send(self, (200 if allowed else 401) if known else 404, {"data": []})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append(json.loads(body))
                outer.answer(self, outer.requests[-1])

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.base_url = f"http://127.0.0.1:{self.server.server_port}/v1"

    answer: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]

    def says(self, text: str, **message: object) -> None:
        """Answer with `text`, in three pieces when a stream is asked for."""

        def answer(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
            if not request.get("stream"):
                whole = {"role": "assistant", "content": text, **message}
                choice = {"index": 0, "message": whole, "finish_reason": "stop"}
                _send(handler, 200, {**self.delta(), "choices": [choice], "usage": USAGE})
                return
            cuts = [0, len(text) // 3, 2 * len(text) // 3, len(text)]
            pieces = [text[a:b] for a, b in pairwise(cuts)]
            _sse(
                handler,
                self.delta(role="assistant", content="", **message),
                *(self.delta(content=piece) for piece in pieces),
                self.delta(finish="stop"),
                {**self.delta(), "choices": [], "usage": USAGE},
            )

        self.answer = answer

    def sends(self, *events: object, pause: float = 0.0, done: bool = True) -> None:
        """Answer with exactly these server-sent events; strings go as they are."""
        self.answer = lambda handler, request: _sse(handler, *events, pause=pause, done=done)

    def fails(self, status: int, body: object = None) -> None:
        """Answer with an HTTP error."""
        self.answer = lambda handler, request: _send(
            handler, status, body or {"error": {"message": "no"}}
        )

    def hangs(self, *events: object) -> None:
        """Send these events, then nothing until the test is over."""

        def answer(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
            _sse(handler, *events, done=False)
            self.released.wait(30)

        self.answer = answer

    @staticmethod
    def delta(finish: str | None = None, **delta: object) -> dict[str, Any]:
        """One streamed event."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "c1", "created": 1, "model": "fake", "choices": [choice]}

    def settings(self, **llm: object) -> Settings:
        """Settings that point here."""
        values = {"base_url": self.base_url, "model": "fake", "retries": 0, "timeout_seconds": 5.0}
        return Settings(llm=LLMSettings.model_validate(values | llm))

    def endpoint(self) -> Endpoint:
        """This endpoint as the chat model takes it."""
        return Endpoint(base_url=self.base_url, model="fake")

    def close(self) -> None:
        """Let hanging answers go and free the port."""
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def _send(handler: BaseHTTPRequestHandler, status: int, body: object) -> None:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def _sse(
    handler: BaseHTTPRequestHandler, *events: object, pause: float = 0.0, done: bool = True
) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()
    try:
        for event in events:
            data = event if isinstance(event, str) else json.dumps(event)
            handler.wfile.write(f"data: {data}\n\n".encode())
            handler.wfile.flush()
            time.sleep(pause)
        if done:
            handler.wfile.write(b"data: [DONE]\n\n")
    except (BrokenPipeError, ConnectionResetError):
        pass  # the client has stopped reading, as some tests want


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    fake = FakeEndpoint()
    yield fake
    fake.close()


@pytest.fixture
def dirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data and cache folders of the test's own."""
    monkeypatch.setenv("TASTEMAKER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path
