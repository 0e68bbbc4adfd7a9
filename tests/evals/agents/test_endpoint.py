"""Agents that answer elsewhere, through a real local server and real modules."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tastemaker.errors import BadInputError, MissingError, TastemakerError
from tastemaker.evals.agents.endpoint import callable_face, endpoint_face

MODULE = """
def text(messages, user):
    return f"{user}: {len(messages)}"

def told(messages, user):
    return {"text": "Here.", "items": ["1", "2"], "tokens": 7, "seconds": 1.5, "tools": ["search"]}

def number(messages, user):
    return 42

def strange(messages, user):
    return {"text": "Here.", "mood": "good"}

def greedy(messages, user):
    messages.append({"role": "system", "content": "mine"})
    return " | ".join(one["content"] for one in messages)

class Agent:
    model = "small-1"
    def __call__(self, messages, user):
        return "Hm."

agent, nothing = Agent(), 3
"""


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest):
    """`at(name)`: the face of a callable of a module in the working folder."""
    module = f"module_of_{abs(hash(request.node.name))}"  # a module is read once in a process
    (tmp_path / f"{module}.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return lambda name: callable_face(f"{module}:{name}")


def test_a_callable_gets_the_whole_dialogue_and_the_user(at):
    talk = at("text").begin("u7")
    assert [talk.say("a").text, talk.say("b").text] == ["u7: 1", "u7: 3"]
    assert at("text").begin(None).say("a").text == "None: 1"


def test_it_may_say_more_than_text(at):
    reply = at("told").begin(None).say("a")
    assert (reply.items, reply.tokens, reply.tools) == (["1", "2"], 7, ["search"])
    assert reply.seconds == 1.5, "its own account of its time comes first"
    assert 0 < at("text").begin(None).say("a").seconds < 1.5


@pytest.mark.parametrize("name", ["number", "strange"])
def test_what_is_no_reply_is_refused(at, name):
    with pytest.raises(TastemakerError, match="reply is none"):
        at(name).begin(None).say("a")


def test_a_callable_cannot_change_what_was_said(at):
    talk = at("greedy").begin(None)
    assert talk.say("a").text == "a | mine"
    assert talk.say("b").text == "a | a | mine | b | mine"


def test_pictures_are_refused(at, tmp_path):
    with pytest.raises(TastemakerError, match="no pictures"):
        at("text").begin(None).say("a", tmp_path / "a.png")


def test_a_callable_may_name_its_model(at):
    assert (at("agent").model, at("text").model) == ("small-1", "unknown")


def test_there_must_be_such_a_callable(at):
    for name in ("nothing", "missing"):
        with pytest.raises(BadInputError):
            at(name)
    for name in ("no_such_module:answer", "no_colon", "", ":x", "a:b:c"):
        with pytest.raises(BadInputError):
            callable_face(name)


class Server:
    """Speaks the OpenAI chat protocol; keeps what it is asked."""

    def __init__(self) -> None:
        self.models, self.asked = ["m"], []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                about = {"object": "model", "created": 0, "owned_by": "x"}
                models = [{"id": one, **about} for one in outer.models]
                self._send(200, {"object": "list", "data": models})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(body)
                message = {"role": "assistant", "content": f"Reply {len(outer.asked)}."}
                choice = {"index": 0, "finish_reason": "stop", "message": message}
                usage = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}
                told = {"id": "x", "object": "chat.completion", "created": 0,
                        "model": body["model"], "choices": [choice], "usage": usage}  # fmt: skip
                self._send(outer.status, told)

            def _send(self, status: int, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.close()


def test_an_endpoint_gets_the_whole_dialogue_and_the_user(server):
    face = endpoint_face(f"openai:{server.url}#big", "none")
    talk = face.begin("u7")
    first, second = talk.say("a"), talk.say("b")
    assert (first.text, second.text, first.tokens, first.calls) == ("Reply 1.", "Reply 2.", 8, 1)
    assert first.items is None
    last = server.asked[-1]
    assert (last["model"], last["user"], last["temperature"]) == ("big", "u7", 0)
    assert [one["content"] for one in last["messages"]] == ["a", "Reply 1.", "b"]
    face.begin(None).say("a")
    assert "user" not in server.asked[-1]


def test_its_only_model_is_taken_and_of_several_one_must_be_named(server):
    assert endpoint_face(f"openai:{server.url}", "none").model == "m"
    server.models = ["m", "n"]
    with pytest.raises(BadInputError, match=r"#m\|n"):
        endpoint_face(f"openai:{server.url}", "none")


def test_failures_of_an_endpoint_are_told(server):
    face = endpoint_face(f"openai:{server.url}#m", "none")
    server.status = 400
    with pytest.raises(TastemakerError, match="failed"):
        face.begin(None).say("a")


def test_an_endpoint_that_is_away_is_missing():
    with pytest.raises(MissingError, match="does not answer"):
        endpoint_face("openai:http://127.0.0.1:9/v1#m", "none")
