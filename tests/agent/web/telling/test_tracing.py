"""Traces: what a collector gets of a turn; it hears nothing that was said, and holds nobody up."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from tastemaker import __version__
from tastemaker.agent.chats import Chats, Person
from tastemaker.agent.web.telling.tracing import SEND_SECONDS, start_tracing
from tastemaker.prompts import prompt_hash
from tastemaker.serving.faults import valid_json
from tastemaker.settings import TracingSettings

MESSAGE = "Something funny for the Zwicker family, no horror"
NODES = {"understand", "retrieve", "introduce", "reason", "act", "respond", "remember"}


class Collector(ThreadingHTTPServer):
    """An OTLP/HTTP receiver."""

    def __init__(self, pause: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Receive)
        self.pause = pause
        self.bodies: list[bytes] = []
        """What came, as it came."""
        self.resource: dict[str, str] = {}
        self.spans: list[tuple[str, dict[str, Any]]] = []
        """Name and attributes of each span."""
        self.failed: list[str] = []
        """Names of spans that ended in an error."""
        threading.Thread(target=self.serve_forever, args=[0.01], daemon=True).start()

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, body: bytes) -> None:
        """Decode a batch."""
        self.bodies.append(body)
        for traced in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resource = {one.key: one.value.string_value for one in traced.resource.attributes}
            for scope in traced.scope_spans:
                for span in scope.spans:
                    values = {one.key: one.value for one in span.attributes}
                    plain = {key: getattr(v, v.WhichOneof("value")) for key, v in values.items()}
                    self.spans.append((span.name, plain))
                    if span.status.code == Status.STATUS_CODE_ERROR:
                        self.failed.append(span.name)


class _Receive(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector) and self.path == "/v1/traces"
        time.sleep(self.server.pause)
        self.server.take(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that takes everything."""
    collector = Collector()
    yield collector
    collector.shutdown()
    collector.server_close()


def traced_turn(make_agent, settings: TracingSettings, model: Any = valid_json) -> dict[str, Any]:
    """A turn of a tenant's person, traced."""
    stop = start_tracing(settings)
    try:
        chats = Chats(make_agent(model, reads=True))
        person = Person(tenant="acme", name="Ottilie")
        *_, turn = chats.say(person, MESSAGE, turn="turn-1")
    finally:
        stop()
    return turn


def test_nothing_is_traced_unless_a_collector_is_named(make_agent, collector):
    assert TracingSettings().endpoint is None
    traced_turn(make_agent, TracingSettings())
    assert collector.bodies == []


def test_a_turn_is_traced_without_what_was_said(make_agent, collector):
    turn = traced_turn(make_agent, TracingSettings(endpoint=collector.endpoint))
    spans = dict(collector.spans)
    assert spans.keys() >= NODES | {"turn"}
    assert collector.resource["service.name"] == "tastemaker"
    assert collector.resource["service.version"] == __version__
    for name in (*NODES, "turn"):
        assert spans[name]["session.id"] == turn["thread"]
        for told in ('"turn_id": "turn-1"', '"catalog": "films"', '"tenant": "acme"'):
            assert told in spans[name]["metadata"]
    calls = [given for _, given in collector.spans if "prompt_sha256" in given["metadata"]]
    assert turn["prompts"] and len(calls) == turn["usage"]["llm_calls"]
    for name, digest in turn["prompts"].items():
        assert digest == prompt_hash(name)
        assert any(f'"{name}"' in one["metadata"] and digest in one["metadata"] for one in calls)
    assert all(one["openinference.span.kind"] == "LLM" for one in calls)
    assert sum(one["llm.token_count.prompt"] for one in calls) == turn["usage"]["prompt_tokens"]
    sent = b"".join(collector.bodies)
    titles = [one["title"].encode() for one in turn["items"]]
    assert titles and not [said for said in (b"Zwicker", b"Ottilie", *titles) if said in sent]


def test_contents_are_traced_where_the_settings_say_so(make_agent, collector):
    traced_turn(make_agent, TracingSettings(endpoint=f"{collector.endpoint}/", contents=True))
    assert MESSAGE in dict(collector.spans)["turn"]["input.value"]


def test_what_an_error_tells_of_a_turn_stays_out_as_well(make_agent, collector):
    def broken(messages, **kwargs):
        return ValueError(f"cannot read {messages[-1].content}")

    traced_turn(make_agent, TracingSettings(endpoint=collector.endpoint), broken)
    assert collector.failed and b"Zwicker" not in b"".join(collector.bodies)


@pytest.mark.parametrize("answers", [False, True])
def test_a_collector_that_is_away_or_slow_holds_nobody_up(make_agent, collector, caplog, answers):
    if answers:
        collector.pause = SEND_SECONDS * 3
        endpoint = collector.endpoint
    else:
        endpoint = "http://127.0.0.1:9"
    stop = start_tracing(TracingSettings(endpoint=endpoint))
    agent = make_agent()
    for thread in range(3):
        *_, turn = agent.turn(MESSAGE, thread=str(thread))
        assert turn["items"] and turn["seconds"]["total"] < 1.0
    began = time.monotonic()
    stop()
    assert time.monotonic() - began < SEND_SECONDS + 1.0
    [told] = [one for one in caplog.records if one.name.startswith("tastemaker")]
    assert endpoint in told.getMessage()
