"""Log lines: who and how long, for each request and turn; never what was said, and no secrets."""

import io
import json
import logging

import pytest
from fastapi.testclient import TestClient
from tastemaker.agent.web.app import create_app
from tastemaker.agent.web.telling.logs import JsonLines, TextLines, log, set_up_logs
from tastemaker.agent.web.telling.request_log import OTHER
from tastemaker.serving.faults import unavailable

SECRETS = ("xylophone", "zebra-cookie", "token=hunter2", "hunter2")
"""Words of messages, names, cookies and query strings, none of which may be told."""


@pytest.fixture(params=[JsonLines, TextLines])
def written(request):
    """What is logged, in either form."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(request.param())
    root, level = logging.getLogger(), log.level
    root.addHandler(handler)
    log.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    log.setLevel(level)


@pytest.fixture
def json_lines(request):
    """`json_lines()`: what was logged, parsed."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    level = log.level
    log.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    log.removeHandler(handler)
    log.setLevel(level)


def ask(client: TestClient, text: str, **more):
    body = {"model": "tastemaker", "messages": [{"role": "user", "content": text}], "user": "ann"}
    return client.post("/v1/chat/completions", json=body, **more)


def test_a_request_and_its_turn(make_service, json_lines, open_client) -> None:
    service = make_service()
    key = service.keys.add("acme")
    client = open_client(service)
    done = ask(client, "a comedy", headers={"Authorization": f"Bearer {key}"}).json()
    turn, request = json_lines()
    about = {"tenant": "acme", "key": key.split("_")[1]}
    assert request.items() >= {
        "event": "request", "level": "info", "method": "POST", "route": "/v1/chat/completions",
        "status": 200, **about,
    }.items()  # fmt: skip
    assert request["seconds"] > 0
    assert turn.items() >= {
        "event": "turn", "status": "done", "degraded": False, **about,
        "thread": done["tastemaker"]["thread"], "turn": done["tastemaker"]["turn"],
        "tokens": done["usage"]["total_tokens"],
    }.items()  # fmt: skip
    assert turn["prompts"] and turn["tokens"] > 0 and turn["seconds"] > 0


def test_a_turn_without_the_model_says_so(make_service, json_lines, open_client) -> None:
    service = make_service(unavailable)
    client = open_client(service)
    ask(client, "a comedy")
    assert json_lines()[0]["degraded"] is True


def test_no_secret_and_no_word_is_told(service, open_client, written) -> None:
    key = service.keys.add("acme")
    app = create_app(service, pages=False)

    @app.get("/v1/broken/{word}")
    def broken(word: str) -> None:
        raise RuntimeError(f"about {word}")

    client = open_client(app, raise_server_exceptions=False)
    bearer = {"Authorization": f"Bearer {key}"}
    thread = ask(client, "xylophone film", headers=bearer).json()["tastemaker"]["thread"]
    shared = client.post(
        f"/v1/threads/{thread}/share", json={"user": "ann"}, headers=bearer
    ).json()["shared"]
    client.get(f"/shared/{shared}")
    client.get("/v1/models?token=hunter2", headers={"Cookie": "tastemaker=zebra-cookie"})
    client.get(f"/v1/threads/{thread}?user=xylophone", headers=bearer)
    client.get("/xylophone/hunter2", headers=bearer)
    client.get("/v1/broken/xylophone", headers=bearer)
    client.post("/login", data={"key": key})
    client.get("/v1/models", headers={"Authorization": "Bearer hunter2"})
    client.get("/v1/models", headers={"Host": "xylophone", "Origin": "http://xylophone"})
    text = written.getvalue()
    secret = key.split("_", 2)[2]
    for word in (*SECRETS, secret, shared, service.keys.find(key).hash, "a comedy"):
        assert word not in text, word
    assert "/shared/{token}" in text and OTHER in text and "RuntimeError" in text
    assert "test_logs.py" in text, "where it broke"


def test_one_line_each_whatever_is_in_it(written) -> None:
    facts = {"tenant": "a\nb\x1b[31m\u2028 event=forged", "key": None, "n": 1, "empty": ""}
    log.info("one\nline", extra={"facts": facts})
    text = written.getvalue()
    assert len(text.splitlines()) == 1 and "\x1b" not in text and text.isascii()


def test_an_error_of_a_library_tells_its_kind_and_place(written) -> None:
    try:
        raise ValueError("xylophone")
    except ValueError:
        logging.getLogger("elsewhere").exception("It failed.")
    text = written.getvalue()
    assert "ValueError" in text and "test_logs.py" in text and "xylophone" not in text


def test_set_up(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level, own = root.handlers[:], root.level, log.level
    try:
        set_up_logs("json")
        log.info("x")
        logging.getLogger("elsewhere").info("y")
        assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["x"]
        set_up_logs("text")
        log.info("x")
        assert capsys.readouterr().err.endswith(" info x\n")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        log.setLevel(own)
