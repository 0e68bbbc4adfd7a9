"""The guards: hosts, origins, bodies, crowds, and what answers tell browsers."""

import asyncio
import json
import threading
from collections.abc import Callable

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import JSONResponse
from starlette.websockets import WebSocketDisconnect
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.guards.security import AnswerHeaders, BodyGuard, Crowd, HostGuard
from tastemaker.settings import ServeSettings, Settings

HERE = "http://127.0.0.1:8000"
SHOP = "https://shop.example"
UNSAFE = {"'unsafe-inline'", "'unsafe-eval'"}
ASK = {"model": "tastemaker", "messages": [{"role": "user", "content": "a comedy"}]}


@pytest.fixture
def make_client(make_service, open_client) -> Callable[..., TestClient]:
    """`make_client(origins=…)`: a client of a server with these settings."""

    def make(**serve) -> TestClient:
        return open_client(make_service(settings=Settings(serve=ServeSettings(**serve))))

    return make


def refused(answer, status: int, word: str = "") -> None:
    """In the shape of every error."""
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert word in error["message"] and error["type"] and "Traceback" not in answer.text


class TestHosts:
    """DNS rebinding: a page elsewhere lets its own name point to this machine."""

    def test_ours(self, shared_client) -> None:
        for host in ("127.0.0.1", "127.0.0.1:8000", "localhost:1", "LOCALHOST", "[::1]:8000"):
            assert shared_client.get("/healthz", headers={"Host": host}).status_code == 200

    def test_others(self, shared_client) -> None:
        for host in (
            "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
            "evil.example@127.0.0.1:8000", "127.0.0.1:x", "192.0.2.1", "", "[::1", "chat.example",
        ):  # fmt: skip
            refused(shared_client.get("/v1/models", headers={"Host": host}), 400, "serve.hosts")

    def test_a_name_of_ones_own(self, make_client) -> None:
        client = make_client(hosts=["Chat.example"])
        assert client.get("/healthz", headers={"Host": "chat.example"}).status_code == 200

    def test_bound_to_every_address(self) -> None:
        app = TestClient(HostGuard(_echo(), "0.0.0.0", []), base_url="http://192.0.2.7:8000")
        assert app.get("/").status_code == 200
        refused(app.get("/", headers={"Host": "evil.example"}), 400)

    def test_websockets_are_not_spoken(self, shared_client) -> None:
        with pytest.raises(WebSocketDisconnect), shared_client.websocket_connect("/chat/"):
            pass


class TestOrigins:
    """What scripts of pages elsewhere may do: nothing, unless they are named."""

    def test_elsewhere(self, shared_client) -> None:
        for origin in (
            SHOP, "null", "http://127.0.0.1:8001", "http://localhost:8000", "http://127.0.0.1",
            "ftp://127.0.0.1:8000", "127.0.0.1:8000", "http://127.0.0.1:8000.evil.example",
        ):  # fmt: skip
            for method in ("GET", "POST", "OPTIONS"):
                answer = shared_client.request(method, "/v1/models", headers={"Origin": origin})
                refused(answer, 403, "serve.origins")
                assert "access-control-allow-origin" not in answer.headers

    def test_here(self, shared_client) -> None:
        answer = shared_client.post("/v1/chat/completions", json=ASK, headers={"Origin": HERE})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers
        behind = {"Origin": "https://localhost", "Host": "localhost"}
        assert shared_client.get("/v1/models", headers=behind).status_code == 200

    def test_what_a_page_elsewhere_embeds(self, client) -> None:
        """It comes without an origin, and an item's picture would be painted for it."""
        for site, dest in (
            ("cross-site", "image"), ("same-site", "image"), ("cross-site", "iframe"),
            ("cross-site", "empty"), ("same-site", "script"), ("cross-site", ""),
        ):  # fmt: skip
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest, "Accept": "text/html"}
            refused(client.get("/v1/items/1/picture", headers=headers), 403, "serve.origins")

    def test_what_our_own_pages_embed_and_links_from_elsewhere(self, client) -> None:
        for site, dest in (
            ("same-origin", "image"), ("none", "document"), ("cross-site", "document"),
            ("same-site", "document"),
        ):  # fmt: skip
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest}
            assert client.get("/v1/models", headers=headers).status_code == 200

    def test_signing_in_from_elsewhere(self, shared_client) -> None:
        answer = shared_client.post("/login", data={"key": "x"}, headers={"Origin": SHOP})
        refused(answer, 403)

    def test_one_that_is_named(self, make_client) -> None:
        client = make_client(origins=[SHOP])
        answer = client.get("/v1/models", headers={"Origin": SHOP})
        assert answer.headers["access-control-allow-origin"] == SHOP
        assert "access-control-allow-credentials" not in answer.headers
        asked = client.options(
            "/v1/chat/completions",
            headers={
                "Origin": SHOP, "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization, content-type",
            },
        )  # fmt: skip
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == SHOP
        refused(client.get("/v1/models", headers={"Origin": "https://evil.example"}), 403)


class TestBodies:
    """Types and sizes."""

    def test_only_json_is_taken(self, shared_client) -> None:
        form = "application/x-www-form-urlencoded"
        for kind in ("text/plain", form, "multipart/form-data; boundary=x", None):
            headers = {"Content-Type": kind} if kind else {}
            answer = shared_client.post("/v1/chat/completions", content=b"{}", headers=headers)
            refused(answer, 415, "application/json")

    def test_a_form_without_fields_is_a_form(self, shared_client) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        refused(shared_client.post("/v1/threads/x/share", headers=headers), 415)

    def test_signing_in_takes_a_form_only(self, shared_client) -> None:
        refused(shared_client.post("/login", json={"key": "x"}), 415, "x-www-form-urlencoded")

    def test_too_large(self, make_client) -> None:
        client = make_client(body_bytes=10_000)
        json_type = {"Content-Type": "application/json"}
        most = json.dumps({**ASK, "user": "a"}).encode()
        most += b" " * (10_000 - len(most))
        url = "/v1/chat/completions"
        assert client.post(url, content=most, headers=json_type).status_code == 200
        refused(client.post(url, content=most + b" ", headers=json_type), 413, "10,000")
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        refused(client.post("/login", content=b"key=" + b"a" * 10_000, headers=form), 413)

    def test_a_form_is_small_whatever_else_may_be_large(self, client) -> None:
        """Anybody may send one, and reading its fields takes the server's time."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for path in ("/login", "/logout", "/login/"):
            refused(client.post(path, content=b"&" * 5_000, headers=form), 413, "4,096")
        pieces = (b"&" * 1_000 for _ in range(9))
        refused(client.post("/login", content=pieces, headers=form), 413, "4,096")

    def test_too_many_values(self, client) -> None:
        """Twenty megabytes of `[],` would hold up every other answer for half a minute."""
        json_type = {"Content-Type": "application/json"}
        for values in (b"[]," * 100_001, b'{"a":' * 200_001, b"0," * 200_001):
            body = b'{"user": "ann", "x": [' + values
            refused(client.post("/v1/threads", content=body, headers=json_type), 413, "200,000")
        long = {**ASK, "metadata": "a, b [c] {d} " * 40_000}
        assert client.post("/v1/chat/completions", json=long).status_code == 200

    @pytest.mark.parametrize("path", ["/v1/chat/completions", "/login", "/read"])
    def test_too_large_in_chunks_of_no_announced_length(self, path) -> None:
        """Read piece by piece; whatever the app makes of its end, the answer is ours."""
        taken: list[int] = []
        answer = TestClient(BodyGuard(_reading(taken), 10_000), base_url=HERE).post(
            path,
            content=(b"a" * 4_000 for _ in range(1_000)),
            headers={
                "Content-Type": "application/x-www-form-urlencoded"
                if path == "/login"
                else "application/json"
            },
        )
        refused(answer, 413)
        assert sum(taken) <= 10_000

    @pytest.mark.parametrize("length", ["-1", "x", "1e3", "99999999999999999999"])
    def test_lengths_that_are_none(self, length) -> None:
        guard = TestClient(BodyGuard(_echo(), 10_000), base_url=HERE)
        headers = {"Content-Type": "application/json", "Content-Length": length}
        refused(guard.post("/", content=b"{}", headers=headers), 413)


def test_too_many_at_once() -> None:
    """One request stands; the next is refused, but for the questions whether all is well."""
    inside, leave = threading.Event(), threading.Event()
    app = FastAPI()

    @app.get("/slow")
    def slow() -> str:
        inside.set()
        leave.wait(10)
        return "done"

    @app.get("/healthz")
    @app.get("/quick")
    def quick() -> str:
        return "done"

    async def both() -> None:
        crowd = Crowd(app, 1)
        transport = httpx2.ASGITransport(crowd)
        async with httpx2.AsyncClient(transport=transport, base_url=HERE) as client:
            first = asyncio.create_task(client.get("/slow"))
            await asyncio.to_thread(inside.wait, 10)
            answer = await client.get("/quick")
            refused(answer, 503)
            assert answer.headers["retry-after"]
            assert (await client.get("/healthz")).status_code == 200
            leave.set()
            assert (await first).status_code == 200
            assert (await client.get("/quick")).status_code == 200

    asyncio.run(both())


class TestAnswers:
    """What browsers are told."""

    def test_on_every_answer(self, shared_client) -> None:
        for path in ("/v1/models", "/healthz", "/nothing", "/login", "/static/tastemaker.css"):
            self.tells(shared_client.get(path).headers)

    def tells(self, headers) -> None:
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers and "server" not in headers

    def test_on_refusals(self, shared_client) -> None:
        for answer in (
            shared_client.get("/v1/models", headers={"Host": "evil.example"}),
            shared_client.get("/v1/models", headers={"Origin": SHOP}),
            shared_client.post("/v1/feedback", content=b"x"),
        ):
            assert answer.status_code >= 400 and answer.headers["x-frame-options"] == "DENY"

    def test_an_api_is_no_page(self, shared_client) -> None:
        headers = shared_client.get("/v1/models").headers
        assert headers["content-security-policy"].startswith("default-src 'none';")
        assert "script-src" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"

    def test_no_policy_knows_other_hosts(self) -> None:
        app = TestClient(AnswerHeaders(_echo(), https=False), base_url=HERE)
        for path in ("/chat/", "/campaigns", "/shared/x", "/login", "/v1/models"):
            policy = app.get(path).headers["content-security-policy"]
            sources = {one for part in policy.split(";") for one in part.split()[1:]}
            assert sources <= {"'none'", "'self'", *UNSAFE, "data:", "blob:"}
            assert bool(sources & UNSAFE) is (path == "/chat/"), "Gradio's page alone"

    def test_a_stricter_policy_of_an_answer_stays(self) -> None:
        own = JSONResponse({}, headers={"Content-Security-Policy": "sandbox"})
        app = TestClient(AnswerHeaders(own, https=True), base_url=HERE)
        headers = app.get("/chat/").headers
        assert headers["content-security-policy"] == "sandbox"
        assert headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("path", [b"[", b"", b"v1/models", b"http://evil.example/", b"*"])
def test_a_path_that_is_none(client, path: bytes) -> None:
    """A client that is no browser may send any."""
    scope = {
        "type": "http", "method": "GET", "path": path.decode(), "raw_path": path, "scheme": "http",
        "query_string": b"", "headers": [(b"host", b"127.0.0.1")], "root_path": "",
    }  # fmt: skip
    sent = []

    async def receive() -> dict:
        return {"type": "http.request"}

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(client.app(scope, receive, send))
    assert sent[0]["status"] == 404


def test_an_error_that_nobody_foresaw_is_one_sentence(service, open_client) -> None:
    app = create_app(service, pages=False)

    @app.get("/v1/broken")
    def broken() -> None:
        raise RuntimeError("<script>secret</script>")

    client = open_client(app, raise_server_exceptions=False)
    answer = client.get("/v1/broken")
    refused(answer, 500)
    assert "secret" not in answer.text and answer.headers["x-frame-options"] == "DENY"
    page = client.get("/v1/broken", headers={"Accept": "text/html"})
    assert page.status_code == 500 and "secret" not in page.text


def test_markup_in_a_request_comes_back_as_text(shared_client) -> None:
    script = "<script>alert(1)</script>"
    for answer in (
        shared_client.get(f"/v1/threads/{script}?user={script}"),
        shared_client.get(f"/shared/{script}", headers={"Accept": "text/html"}),
        shared_client.get(f"/login?failed={script}", headers={"Accept": "text/html"}),
        shared_client.get(f"/{script}", headers={"Accept": "text/html"}),
    ):
        if "html" in answer.headers["content-type"]:
            assert script not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"


def _echo() -> FastAPI:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    def echo(path: str) -> str:
        return path

    return app


def _reading(taken: list[int]) -> FastAPI:
    """Notes what it reads; makes something of its own of a body that ends too soon."""
    app = FastAPI()

    @app.post("/{path:path}")
    async def read(path: str, request: Request) -> JSONResponse:
        try:
            async for piece in request.stream():
                taken.append(len(piece))
        except Exception:
            if path == "read":
                return JSONResponse({"detail": "mine"}, 400)
            raise
        return JSONResponse({})

    return app
