import pytest
from langchain_core.messages import AIMessageChunk
from tastemaker.serving.chat_model import chat_model, check_endpoint
from tastemaker.serving.server import Endpoint


def test_whole_answer_keeps_text_usage_and_reasoning(endpoint):
    endpoint.says("Alien.", reasoning="They like space.")
    message = chat_model(endpoint.settings()).invoke("What now?")
    assert message.content == "Alien."
    assert message.additional_kwargs["reasoning"] == "They like space."
    assert message.usage_metadata["input_tokens"] == 11


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_streamed_answer_keeps_text_usage_and_reasoning(endpoint, field):
    endpoint.sends(
        endpoint.delta(role="assistant", **{field: "They like "}),
        endpoint.delta(**{field: "space."}),
        endpoint.delta(content="Alien."),
        endpoint.delta(finish="stop"),
        {**endpoint.delta(), "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
    )
    whole = AIMessageChunk("")
    for chunk in chat_model(endpoint.settings()).stream("What now?"):
        whole += chunk
    assert whole.text == "Alien."
    assert whole.additional_kwargs["reasoning"] == "They like space."
    assert whole.usage_metadata["output_tokens"] == 4
    assert endpoint.requests[0]["stream_options"] == {"include_usage": True}


def test_response_format_reaches_the_endpoint(endpoint):
    endpoint.says("{}")
    asked = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    model = chat_model(endpoint.settings())
    model.invoke("x", response_format=asked)
    list(model.stream("x", response_format=asked))
    assert [sent["response_format"] for sent in endpoint.requests] == [asked, asked]


def test_key_model_and_temperature_are_those_of_the_settings(endpoint):
    chat_model(endpoint.settings(temperature=0.5, model="qwen")).invoke("x")
    assert endpoint.requests[0]["model"] == "qwen"
    assert endpoint.requests[0]["temperature"] == 0.5


def test_a_given_endpoint_goes_before_the_settings(endpoint):
    settings = endpoint.settings(base_url="http://127.0.0.1:1/v1", model="other")
    chat_model(settings, endpoint.endpoint()).invoke("x")
    assert endpoint.requests[0]["model"] == "fake"


def test_proxies_do_not_stand_before_a_local_endpoint(endpoint, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert chat_model(endpoint.settings()).invoke("x").content == "Hello there."


def test_check_endpoint(endpoint):
    assert check_endpoint(endpoint.base_url, "none")
    assert not check_endpoint(endpoint.base_url, "wrong")
    assert not check_endpoint(endpoint.base_url + "/elsewhere", "none")
    assert not check_endpoint("http://127.0.0.1:1/v1", "none", seconds=0.5)
    assert not check_endpoint("nonsense", "none")


def test_endpoint_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        Endpoint(base_url="http://x/v1", model="m").model = "n"  # type: ignore[misc]
