"""The MCP server: what it offers, answers and refuses; nothing but the protocol is printed."""

import base64
import io
import json
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from PIL import Image
from tastemaker.agent.chats import Chats
from tastemaker.agent.resources import emit
from tastemaker.agent.web.mcp.offer import Offer
from tastemaker.agent.web.mcp.protocol import mcp_server, serve_http
from tastemaker.agent.web.mcp.tools import described
from tastemaker.errors import BusyError, MissingError

TOOLS = {
    "search_items", "get_user_history", "rank_candidates", "compare_items", "compare_looks",
    "explain_item", "write_copy", "illustrate", "recommend", "converse",
}  # fmt: skip


def asked(server: Any, *calls: Callable[[Client], Awaitable[Any]], mode: str = "legacy") -> list:
    """What a client gets, call by call; an error of the protocol is given, not raised."""

    async def one(call: Callable[[Client], Awaitable[Any]], client: Client) -> Any:
        try:
            return await call(client)
        except MCPError as error:
            return error

    async def run() -> list:
        async with Client(server, mode=mode) as client:
            return [await one(call, client) for call in calls]

    return anyio.run(run)


def tool(name: str, **arguments: Any) -> Callable[[Client], Awaitable[Any]]:
    """A call of a tool."""
    return lambda client: client.call_tool(name, arguments)


@pytest.fixture
def offer(make_agent) -> Offer:
    """The forty films, for any user."""
    return Offer(lambda: Chats(make_agent()))


def closed() -> Chats:
    """An agent that cannot be opened."""
    raise MissingError("The catalogue lacks; fetch it.")


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_tools_are_listed_with_the_schemas_of_their_models_and_nothing_is_opened(mode):
    server = mcp_server(Offer(closed))
    [listed] = asked(server, lambda client: client.list_tools(), mode=mode)
    schemas = {one.name: one.input_schema for one in listed.tools}
    assert set(schemas) == TOOLS
    assert schemas == {one.name: one.args_schema.model_json_schema() for one in described()}
    assert all(one.description for one in listed.tools)


def test_what_keeps_the_agent_from_opening_is_one_sentence_and_is_tried_again(make_agent):
    opened: list[int] = []

    def opening() -> Chats:
        opened.append(1)
        return closed() if len(opened) == 1 else Chats(make_agent())

    call = tool("search_items", query="robots")
    first, second, third = asked(mcp_server(Offer(opening)), call, call, call)
    assert first.is_error and first.content[0].text == "The catalogue lacks; fetch it."
    assert not second.is_error and not third.is_error and len(opened) == 2


def test_a_tool_answers_as_data_and_as_text(offer):
    [found] = asked(mcp_server(offer), tool("search_items", query="a comedy", k=3, user_id="u1"))
    assert not found.is_error and len(found.structured_content["items"]) == 3
    assert json.loads(found.content[0].text) == found.structured_content


def test_what_cannot_be_served_is_an_error_of_the_tool(offer):
    wrong = (
        ("search_items", {"k": 900}, "less than or equal to 50"),
        ("search_items", {"user_id": "nobody"}, "no user 'nobody'"),
        ("explain_item", {"item_id": "../../etc/passwd"}, "no item '../../etc/passwd'"),
        ("illustrate", {"item_id": "1"}, "cannot be painted here"),
        ("converse", {"message": ""}, "at least 1 character"),
        ("converse", {"message": "hello", "thread": "mine"}, "no thread 'mine'"),
        ("recommend", {"user_id": "nobody"}, "does not know the user 'nobody'"),
    )
    answers = asked(mcp_server(offer), *(tool(name, **given) for name, given, _ in wrong))
    for answer, (_, _, says) in zip(answers, wrong, strict=True):
        assert answer.is_error and answer.structured_content is None
        [content] = answer.content
        assert says in content.text and "\n" not in content.text
        assert "Traceback" not in content.text


def test_recommendations_follow_the_user_and_what_was_liked(offer, films):
    by_history, by_likes = asked(
        mcp_server(offer),
        tool("recommend", user_id="u1", k=3),
        tool("recommend", liked=["7", "8"], k=3),
    )
    for answer, met in ((by_history, films.history("u1")["item_id"]), (by_likes, ["7", "8"])):
        items = answer.structured_content["items"]
        assert len(items) == 3 and not {one["item_id"] for one in items} & set(met)
    assert by_history.structured_content != by_likes.structured_content


def test_an_unknown_tool_is_an_error_of_the_protocol():
    [error] = asked(mcp_server(Offer(closed)), tool("shell", command="ls"))
    assert isinstance(error, MCPError) and "no tool 'shell'" in str(error)


def test_a_conversation_goes_on(offer, judge):
    server = mcp_server(offer)
    [first] = asked(server, tool("converse", message="something funny"))
    thread = first.structured_content["thread"]
    [second] = asked(server, tool("converse", message="why the second one?", thread=thread))
    items = first.structured_content["items"]
    assert [one["title"] for one in items] == [judge.items[one["item_id"]].title for one in items]
    assert items[1]["title"] in second.structured_content["reply"]
    assert second.structured_content["turn"] == 2 and first.structured_content["files"] == []


def test_a_server_of_one_user_answers_for_that_user_only(make_agent):
    server = mcp_server(Offer(lambda: Chats(make_agent()), "u1"))
    mine, theirs = asked(
        server, tool("get_user_history", k=3), tool("get_user_history", user_id="u2")
    )
    assert mine.structured_content["interactions"] > 0
    assert theirs.is_error and "'u1' only" in theirs.content[0].text
    [told] = asked(server, tool("converse", message="what do you know about me?"))
    favourites = [one["title"] for one in mine.structured_content["favourites"]]
    assert any(title in told.structured_content["reply"] for title in favourites)


def test_a_user_that_the_catalogue_does_not_know_is_refused(make_agent):
    server = mcp_server(Offer(lambda: Chats(make_agent()), "nobody"))
    [answer] = asked(server, tool("search_items"))
    assert answer.is_error and "nobody" in answer.content[0].text


def test_a_painted_picture_comes_along(make_agent, find_studio):
    find_studio().progress = lambda what, done, total: emit("stage", name=what)  # of a turn or not
    server = mcp_server(Offer(lambda: Chats(make_agent(find_studio=find_studio))))
    alone, said = asked(
        server,
        tool("illustrate", item_id="1"),
        tool("converse", message="make me a poster for Groundhog Day in watercolour"),
    )
    for answer in (alone, said):
        assert not answer.is_error, answer.content
        picture = answer.content[1]
        with Image.open(io.BytesIO(base64.b64decode(picture.data))) as image:
            assert picture.mime_type == "image/png" and image.width >= 256


def test_items_are_resources(offer, judge):
    server = mcp_server(offer)
    templates, listed, read = asked(
        server,
        lambda client: client.list_resource_templates(),
        lambda client: client.list_resources(),
        lambda client: client.read_resource("tastemaker://items/7"),
    )
    [template] = templates.resource_templates
    assert template.uri_template == "tastemaker://items/{item_id}" and listed.resources == []
    assert json.loads(read.contents[0].text)["title"] == judge.items["7"].title
    for wrong in (
        "tastemaker://items/none",
        "tastemaker://items/..%2F..%2Fetc",
        "file:///etc/hosts",
    ):
        [error] = asked(server, lambda client, uri=wrong: client.read_resource(uri))
        assert isinstance(error, MCPError) and "tem" in str(error)


def test_over_http_it_answers_on_this_machine_and_to_no_page_elsewhere(offer):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    threading.Thread(target=serve_http, args=(offer, port), daemon=True).start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    url = f"http://127.0.0.1:{port}/mcp"
    [found] = asked(url, tool("search_items", query="robots", k=2))
    assert len(found.structured_content["items"]) == 2
    elsewhere = {"Origin": "https://evil.example", "Accept": "application/json, text/event-stream"}
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    assert httpx2.post(url, json=ping, headers=elsewhere).status_code == 403
    renamed = {**elsewhere, "Origin": f"http://127.0.0.1:{port}", "Host": "evil.example"}
    assert httpx2.post(url, json=ping, headers=renamed).status_code == 421
    with pytest.raises(BusyError, match=f"Port {port}"):
        serve_http(offer, port)


def test_the_command_speaks_the_protocol_alone_on_standard_output(tmp_path: Path):
    """Whatever is printed besides would break the client, which reads every line of it."""
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "tastemaker", "mcp", "--catalog", "nowhere", "--no-llm"],
        cwd=tmp_path,
        env={"TASTEMAKER_DATA_DIR": str(tmp_path), "TASTEMAKER_CACHE_DIR": str(tmp_path)},
    )
    listed, answer = asked(
        command, lambda client: client.list_tools(), tool("search_items", query="x")
    )
    assert {one.name for one in listed.tools} == TOOLS
    assert answer.is_error and "nowhere" in answer.content[0].text
