import openai
import pytest
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.tools import tool
from tastemaker.serving import faults
from tastemaker.serving.deterministic import DeterministicChatModel, Interrupted


@tool
def search(query: str) -> str:
    """Find items."""
    return query


def test_script_is_answered_in_order_and_runs_out():
    model = DeterministicChatModel(script=["one", AIMessage("two")])
    assert [model.invoke("a").content, model.invoke("b").content] == ["one", "two"]
    assert [call.messages[0].content for call in model.calls] == ["a", "b"]
    with pytest.raises(LookupError, match="call 3"):
        model.invoke("c")


def test_streams_in_small_pieces_with_usage():
    model = DeterministicChatModel(script=["a somewhat longer answer"], chunk_chars=5)
    pieces = list(model.stream("question"))
    whole = AIMessageChunk("")
    for piece in pieces:
        whole += piece
    assert whole.text == "a somewhat longer answer" and len(pieces) > 4
    assert whole.usage_metadata == {"input_tokens": 2, "output_tokens": 6, "total_tokens": 8}


def test_what_is_bound_reaches_respond():
    seen = {}

    def respond(messages, **kwargs):
        seen.update(kwargs)
        return "ok"

    model = DeterministicChatModel(respond=respond)
    bound = model.bind_tools([search], tool_choice="auto").bind(response_format={"type": "x"})
    bound.invoke("a", stop=["\n"])
    assert seen["tools"][0]["function"]["name"] == "search"
    assert (seen["tool_choice"], seen["response_format"], seen["stop"]) == (
        "auto",
        {"type": "x"},
        ["\n"],
    )
    assert model.calls[0].kwargs == seen


def test_tool_calls_survive_streaming():
    model = DeterministicChatModel(respond=faults.unknown_tools)
    whole = AIMessageChunk("")
    for piece in model.stream("a"):
        whole += piece
    assert whole.tool_calls == model.invoke("a").tool_calls
    assert whole.tool_calls[0]["args"] == {"target": "moon"}


@pytest.mark.parametrize("answer", [ValueError("x"), Interrupted("half", ValueError("x"))])
def test_exceptions_are_raised_where_they_belong(answer):
    model = DeterministicChatModel(script=[answer, answer])
    with pytest.raises(ValueError, match="x"):
        model.invoke("a")
    got = []
    with pytest.raises(ValueError, match="x"):
        got.extend(piece.text for piece in model.stream("a"))


def test_an_interrupted_stream_gives_its_first_half():
    model = DeterministicChatModel(respond=faults.dies_midway, chunk_chars=2)
    got = []
    with pytest.raises(openai.APIConnectionError):
        for piece in model.stream("a"):
            got.append(piece.text)
    assert "".join(got) == "All r"[: len("All right.") // 2]
