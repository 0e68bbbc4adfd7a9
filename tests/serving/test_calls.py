import json
import socket
import time

import pytest
from langchain_core.tools import tool
from tastemaker.serving import faults
from tastemaker.serving.calls import (
    LLMUnavailable,
    LLMUnusable,
    Usage,
    complete_json,
    complete_samples,
    complete_text,
    complete_tools,
)
from tastemaker.serving.chat_model import chat_model
from tastemaker.serving.deterministic import DeterministicChatModel

ASK = [{"role": "user", "content": "What shall I watch?"}]
SCHEMA = {
    "type": "object",
    "properties": {
        "pick": {"enum": ["i1", "i2"]},
        "facts": {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 3},
    },
    "required": ["pick", "facts"],
    "additionalProperties": False,
}


@tool
def search(query: str) -> str:
    """Find items."""
    return query


def answers(text):
    return DeterministicChatModel(script=[text])


# --- JSON


def test_json_is_parsed_streamed_and_counted(endpoint):
    text = '{"pick": "i2", "facts": [1]}'
    endpoint.says(text)
    pieces = []
    answer, usage = complete_json(
        chat_model(endpoint.settings()), ASK, SCHEMA, max_tokens=50, on_text=pieces.append
    )
    assert answer == {"pick": "i2", "facts": [1]}
    assert "".join(pieces) == text and len(pieces) > 1
    assert (usage.llm_calls, usage.prompt_tokens, usage.completion_tokens) == (1, 11, 7)
    assert usage.first_token_seconds is not None
    assert 0 < usage.first_token_seconds <= usage.seconds
    sent = endpoint.requests[0]
    assert sent["response_format"]["json_schema"] == {
        "name": "answer",
        "schema": SCHEMA,
        "strict": True,
    }
    assert sent["max_completion_tokens"] == 50


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("I would pick i1.", "not JSON"),
        ('{"pick": "i1", "facts": [1]', "not JSON"),
        ('{"pick": "i1", "facts": [NaN]}', "not JSON"),
        ('{"pick": "i3", "facts": [1]}', "breaks the schema at $.pick"),
        ('{"pick": "i1", "facts": []}', "breaks the schema at $.facts"),
        ('{"pick": "i1", "facts": [1], "x": 1}', "breaks the schema"),
        ("[" * 100_000, "does not end"),
        ('["i1"]', "breaks the schema"),
    ],
)
def test_json_that_cannot_be_used(text, why):
    with pytest.raises(LLMUnusable) as caught:
        complete_json(answers(text), ASK, SCHEMA, max_tokens=100)
    assert why in str(caught.value)
    assert caught.value.kind == "unusable"
    assert caught.value.usage.llm_calls == 1


def test_json_nested_beyond_reason():
    with pytest.raises(LLMUnusable):
        complete_json(answers("[" * 50_000), ASK, SCHEMA, max_tokens=10_000)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.hallucinating, LLMUnusable),
        (faults.repeating, LLMUnusable),
        (faults.broken_json, LLMUnusable),
        (faults.empty, LLMUnusable),
        (faults.runaway, LLMUnusable),
        (faults.unavailable, LLMUnavailable),
        (faults.dies_midway, LLMUnavailable),
    ],
)
def test_every_fault_is_one_of_the_two_errors(fault, error):
    with pytest.raises(error):
        complete_json(DeterministicChatModel(respond=fault), ASK, SCHEMA, max_tokens=100)


def test_good_behaviour_passes():
    model = DeterministicChatModel(respond=faults.valid_json)
    assert complete_json(model, ASK, SCHEMA, max_tokens=100)[0] == {"pick": "i1", "facts": [-0]}


# --- text


def test_text_is_stripped_and_stop_is_passed_on(endpoint):
    endpoint.says("\n Alien. \n")
    text, usage = complete_text(chat_model(endpoint.settings()), ASK, max_tokens=20, stop=["\n\n"])
    assert text == "Alien."
    assert usage.completion_tokens == 7
    assert endpoint.requests[0]["stop"] == ["\n\n"]


def test_text_without_usage_counts_nothing(endpoint):
    endpoint.sends(endpoint.delta(role="assistant", content="Hi."), endpoint.delta("stop"))
    _, usage = complete_text(chat_model(endpoint.settings()), ASK, max_tokens=20)
    assert (usage.llm_calls, usage.prompt_tokens, usage.completion_tokens) == (1, 0, 0)


def test_endless_text_is_cut_off_while_it_comes(endpoint):
    endpoint.sends(*[endpoint.delta(content="and then ")] * 500, pause=0.001)
    with pytest.raises(LLMUnusable, match="does not end") as caught:
        complete_text(chat_model(endpoint.settings()), ASK, max_tokens=10)
    assert 120 < len(caught.value.text) < 140


def test_endless_reasoning_counts_too(endpoint):
    endpoint.sends(*[endpoint.delta(reasoning="hmm, wait, ")] * 100)
    with pytest.raises(LLMUnusable, match="does not end"):
        complete_text(chat_model(endpoint.settings()), ASK, max_tokens=10)


# --- tools


def test_tool_calls_streamed_in_parts_become_one_message(endpoint):
    head = {"index": 0, "id": "c9", "type": "function"}
    endpoint.sends(
        endpoint.delta(
            role="assistant",
            tool_calls=[head | {"function": {"name": "search", "arguments": ""}}],
        ),
        endpoint.delta(tool_calls=[{"index": 0, "function": {"arguments": '{"query": '}}]),
        endpoint.delta(tool_calls=[{"index": 0, "function": {"arguments": '"space"}'}}]),
        endpoint.delta("tool_calls"),
    )
    message, usage = complete_tools(chat_model(endpoint.settings()), ASK, [search], max_tokens=50)
    assert [(c["name"], c["args"], c["id"]) for c in message.tool_calls] == [
        ("search", {"query": "space"}, "c9")
    ]
    assert usage.llm_calls == 1
    assert endpoint.requests[0]["tools"][0]["function"]["name"] == "search"


def test_broken_tool_arguments_are_kept_apart(endpoint):
    call = {"index": 0, "id": "c9", "function": {"name": "search", "arguments": '{"query": "sp'}}
    endpoint.sends(endpoint.delta(tool_calls=[call]), endpoint.delta("tool_calls"))
    message, _ = complete_tools(chat_model(endpoint.settings()), ASK, [search], max_tokens=50)
    assert not message.tool_calls
    assert message.invalid_tool_calls[0]["name"] == "search"


def test_unknown_tools_come_through_for_the_caller_to_refuse():
    model = DeterministicChatModel(respond=faults.unknown_tools)
    message, _ = complete_tools(model, ASK, [search], max_tokens=50)
    assert message.tool_calls[0]["name"] == "launch_rocket"


def test_neither_text_nor_tool_call_is_unusable():
    with pytest.raises(LLMUnusable, match="empty"):
        complete_tools(answers(""), ASK, [search], max_tokens=50)


# --- an endpoint in trouble


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_http_errors_are_unavailable(endpoint, status):
    endpoint.fails(status)
    with pytest.raises(LLMUnavailable, match=str(status)) as caught:
        complete_text(chat_model(endpoint.settings()), ASK, max_tokens=10)
    assert caught.value.kind == "unavailable"


@pytest.mark.parametrize("status", [400, 422])
def test_a_refused_request_is_unusable(endpoint, status):
    endpoint.fails(status, {"error": {"message": "too long"}})
    with pytest.raises(LLMUnusable, match="too long"):
        complete_text(chat_model(endpoint.settings()), ASK, max_tokens=10)


def test_no_server_is_unavailable_soon():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    from tastemaker.settings import LLMSettings, Settings

    settings = Settings(llm=LLMSettings(base_url=f"http://127.0.0.1:{port}/v1", retries=1))
    began = time.monotonic()
    with pytest.raises(LLMUnavailable, match="cannot be reached"):
        complete_text(chat_model(settings), ASK, max_tokens=10)
    assert time.monotonic() - began < 5


def test_retries_go_on_after_a_500(endpoint):
    endpoint.fails(500)
    with pytest.raises(LLMUnavailable):
        complete_text(chat_model(endpoint.settings(retries=1)), ASK, max_tokens=10)
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    "sent",
    [
        ["not json at all"],
        ['{"error": {"message": "engine died", "code": 500}}'],
        [json.dumps({"choices": None})],
        ['{"choices": "x"}'],
        ['{"choices": [{"index": 0}]}'],
        ["[1, 2]"],
    ],
)
def test_garbage_is_one_of_the_two_errors(endpoint, sent):
    endpoint.sends(*sent)
    with pytest.raises((LLMUnavailable, LLMUnusable)):
        complete_text(chat_model(endpoint.settings()), ASK, max_tokens=10)


def test_a_web_page_in_place_of_an_answer_is_unusable(endpoint):
    endpoint.fails(200, "<html>login</html>")
    with pytest.raises((LLMUnavailable, LLMUnusable)):
        complete_text(chat_model(endpoint.settings()), ASK, max_tokens=10)


@pytest.mark.parametrize("sent", [0, 3])
def test_a_hang_ends_at_the_deadline(endpoint, sent):
    endpoint.hangs(*[endpoint.delta(content="word ")] * sent)
    began = time.monotonic()
    with pytest.raises(LLMUnavailable, match="in time") as caught:
        complete_text(chat_model(endpoint.settings()), ASK, max_tokens=100, deadline=began + 0.5)
    assert 0.4 < time.monotonic() - began < 1.5
    assert caught.value.text == "word " * sent


def test_a_deadline_in_the_past_does_not_wait():
    began = time.monotonic()
    with pytest.raises(LLMUnavailable, match="in time"):
        complete_text(answers("hi"), ASK, max_tokens=10, deadline=began - 1)
    assert time.monotonic() - began < 1


def test_a_slow_stream_ends_at_the_deadline():
    model = DeterministicChatModel(script=["a long answer " * 9], chunk_seconds=0.1)
    began = time.monotonic()
    with pytest.raises(LLMUnavailable, match="in time"):
        complete_text(model, ASK, max_tokens=100, deadline=began + 0.5)
    assert time.monotonic() - began < 1


def test_a_hang_without_deadline_ends_at_the_timeout(endpoint):
    endpoint.hangs(endpoint.delta(content="word "))
    with pytest.raises(LLMUnavailable, match="in time"):
        complete_text(chat_model(endpoint.settings(timeout_seconds=0.5)), ASK, max_tokens=10)


def test_a_trickle_without_deadline_ends_at_the_timeout(endpoint):
    endpoint.sends(*[endpoint.delta(content="x")] * 100, pause=0.05)
    began = time.monotonic()
    with pytest.raises(LLMUnavailable, match="in time"):
        complete_text(chat_model(endpoint.settings(timeout_seconds=0.5)), ASK, max_tokens=100)
    assert time.monotonic() - began < 2


def test_a_connection_cut_midway_is_unavailable(endpoint):
    def cut(handler, request):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(f"data: {json.dumps(endpoint.delta(content='Al'))}\n\n".encode())
        handler.close_connection = True

    endpoint.answer = cut
    with pytest.raises(LLMUnavailable) as caught:
        complete_text(chat_model(endpoint.settings()), ASK, max_tokens=10)
    assert caught.value.text == "Al"


def test_a_defect_of_ours_is_not_disguised():
    with pytest.raises(LookupError, match="script has 0"):
        complete_text(DeterministicChatModel(), ASK, max_tokens=10)


# --- usage


def test_usages_add_up():
    both = Usage(1, 10, 5, 2.0, None) + Usage(1, 20, 6, 1.0, 0.5) + Usage(1, 0, 0, 1.0, 0.1)
    assert both == Usage(3, 30, 11, 4.0, 0.5)


# --- several answers to one prompt


def test_samples_are_asked_for_in_one_call_and_the_sound_ones_kept():
    good, other = '{"pick": "i1", "facts": [1]}', '{"pick": "i2", "facts": [2]}'
    model = DeterministicChatModel(script=[good, "no JSON", other])
    found, usage = complete_samples(model, ASK, SCHEMA, 3, max_tokens=50, temperature=0.7)
    assert found == [json.loads(good), json.loads(other)]
    assert usage.llm_calls == 1 and usage.completion_tokens > 0
    assert model.calls[0].kwargs["n"] == 3 and model.calls[0].kwargs["temperature"] == 0.7
    assert model.calls[0].kwargs["max_tokens"] == 50


def test_no_sound_sample_is_unusable():
    model = DeterministicChatModel(script=["no JSON", '{"pick": "i3", "facts": [1]}'])
    with pytest.raises(LLMUnusable, match="breaks the schema"):
        complete_samples(model, ASK, SCHEMA, 2, max_tokens=50, temperature=0.7)


def test_samples_of_a_model_that_is_away_or_slow():
    away = DeterministicChatModel(respond=faults.unavailable)
    with pytest.raises(LLMUnavailable):
        complete_samples(away, ASK, SCHEMA, 2, max_tokens=50, temperature=0.7)

    def slow(messages, **kwargs):
        time.sleep(0.5)
        return "{}"

    with pytest.raises(LLMUnavailable, match="in time"):
        complete_samples(
            DeterministicChatModel(respond=slow), ASK, SCHEMA, 2, max_tokens=50, temperature=0.7,
            deadline=time.monotonic() + 0.1,
        )  # fmt: skip


def test_samples_over_the_protocol(endpoint):
    endpoint.says('{"pick": "i2", "facts": [1]}')
    found, usage = complete_samples(
        chat_model(endpoint.settings()), ASK, SCHEMA, 2, max_tokens=50, temperature=0.7
    )
    assert found == [{"pick": "i2", "facts": [1]}]
    sent = endpoint.requests[0]
    assert (sent["n"], sent["temperature"]) == (2, 0.7)
    assert sent["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (usage.prompt_tokens, usage.completion_tokens) == (11, 7)
