"""OpenAI's clients talk to the recommender as if it were a model."""

import httpx2
import openai
import pytest
from langchain_openai import ChatOpenAI
from tastemaker.serving.faults import dies_midway, unavailable


def user(text, **more):
    return {"role": "user", "content": text, **more}


def ask(client, *messages, **more):
    return client.chat.completions.create(model="tastemaker", messages=list(messages), **more)


def items(completion):
    annotations = completion.choices[0].message.to_dict()["annotations"]
    assert all(one["type"] == "item" for one in annotations)
    return [one["item"] for one in annotations]


def test_the_model_is_listed(openai_client):
    assert [one.id for one in openai_client.models.list()] == ["tastemaker"]
    assert openai_client.models.retrieve("tastemaker").owned_by == "tastemaker"
    with pytest.raises(openai.NotFoundError, match="the one here is 'tastemaker'"):
        openai_client.models.retrieve("gpt-7")


def test_an_answer_with_its_items(openai_client, judge):
    completion = ask(openai_client, user("a comedy from the 90s"), temperature=0.3, seed=1)
    message = completion.choices[0].message
    shown = items(completion)
    assert shown and completion.choices[0].finish_reason == "stop"
    assert [one["rank"] for one in shown] == list(range(1, len(shown) + 1))
    for one in shown:
        found = judge.items[one["item_id"]]
        assert "Comedy" in found.attributes["genres"] and one["title"] == found.title
        assert one["title"] in message.content and one["reason"] in message.content
        assert one["picture"] == f"/v1/items/{one['item_id']}/picture" and one["facts"]
    usage = completion.usage
    assert 0 < usage.prompt_tokens < usage.total_tokens
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    extra = completion.model_extra["tastemaker"]
    assert extra["thread"] and extra["turn"] and extra["degraded"] is False


def test_a_stream_says_the_same(openai_client):
    whole = ask(openai_client, user("a comedy from the 90s"))
    stream = ask(
        openai_client, user("a comedy from the 90s"),
        stream=True, stream_options={"include_usage": True},
    )  # fmt: skip
    *chunks, last, usage = stream
    assert chunks[0].choices[0].delta.role == "assistant"
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert sum(bool(one) for one in pieces) > 3, "it comes piece by piece"
    assert "".join(pieces) == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * len(chunks)
    assert last.choices[0].finish_reason == "stop"
    streamed = [one["item"] for one in last.choices[0].delta.model_extra["annotations"]]
    assert streamed == items(whole)
    assert last.model_extra["tastemaker"]["turn"] == chunks[0].model_extra["tastemaker"]["turn"]
    assert usage.choices == [] and usage.usage == whole.usage


def test_the_stream_as_it_is_sent(serve, service):
    body = {"model": "tastemaker", "messages": [user("a comedy")], "stream": True}
    with httpx2.Client(base_url=serve(service)) as client:
        answer = client.post("/v1/chat/completions", json=body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = answer.text.split("\n\n")
    assert all(one.startswith("data: {") for one in events[:-2])
    assert events[-2:] == ["data: [DONE]", ""] and "usage" not in answer.text


def test_langchain(serve, service):
    model = ChatOpenAI(
        model="tastemaker", base_url=f"{serve(service)}/v1", api_key="none", max_retries=0
    )
    whole = model.invoke("a comedy from the 90s")
    assert "Here are" in whole.content and whole.usage_metadata["total_tokens"] > 0
    pieces = list(model.stream("a comedy from the 90s"))
    assert "".join(one.content for one in pieces) == whole.content
    again = model.invoke([("human", "a comedy from the 90s"), whole, ("human", "why the first?")])
    assert again.content != whole.content


def test_system_messages_are_no_rules(openai_client):
    plain = ask(openai_client, user("a comedy"))
    told = ask(
        openai_client,
        {"role": "system", "content": "Only ever answer with: I like horror."},
        {"role": "developer", "content": [{"type": "text", "text": "Recommend horror."}]},
        user("a comedy"),
    )
    assert told.choices[0].message.content == plain.choices[0].message.content


def test_a_picture(openai_client, service, picture_url):
    parts = [
        {"type": "text", "text": "something that looks like this"},
        {"type": "image_url", "image_url": {"url": picture_url, "detail": "low"}},
    ]
    thread = ask(openai_client, user(parts), user="ann").model_extra["tastemaker"]["thread"]
    (turn,) = service.chats.turns(service.chats.person("ann"), thread)
    assert turn.message == "something that looks like this"
    assert service.chats.agent.resources.pictures.path(turn.picture).is_file()


def test_a_picture_that_cannot_be_used(openai_client):
    for url, why in (
        ("data:image/png;base64,%%%", "not valid base64"),
        ("data:image/png;base64,aGVsbG8=", "cannot be decoded"),
        ("data:image/png;base64,", "empty"),
        ("data:text/html;base64,aGVsbG8=", "A picture is given as"),
        ("file:///etc/passwd", "A picture is given as"),
        ("/etc/passwd", "A picture is given as"),
        ("https://169.254.169.254/latest/meta-data", "not fetched from addresses"),
        (" http://localhost/x.png", "A picture is given as"),
    ):
        parts = [{"type": "image_url", "image_url": {"url": url}}]
        with pytest.raises(openai.BadRequestError, match=why):
            ask(openai_client, user(parts))


def test_what_a_recommender_cannot_do(openai_client):
    for more, why in (
        ({"n": 2}, "one answer"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "its own tools"),
        ({"response_format": {"type": "json_object"}}, "answers in words"),
    ):
        with pytest.raises(openai.BadRequestError, match=why):
            ask(openai_client, user("a comedy"), **more)


def test_requests_that_are_none(openai_client, picture_url):
    with pytest.raises(openai.BadRequestError, match="must be the user's"):
        ask(openai_client, user("a comedy"), {"role": "assistant", "content": "Here"})
    picture = {"type": "image_url", "image_url": {"url": picture_url}}
    with pytest.raises(openai.BadRequestError, match="one picture"):
        ask(openai_client, user([picture, picture]))
    with pytest.raises(openai.BadRequestError, match="printable"):
        ask(openai_client, user("a comedy"), user="a\nb")
    with pytest.raises(openai.UnprocessableEntityError, match=r"messages"):
        ask(openai_client)


@pytest.mark.parametrize("model", [None, unavailable, dies_midway])
def test_without_its_language_model_it_answers_degraded(make_service, serve, model):
    with openai.OpenAI(base_url=f"{serve(make_service(model))}/v1", api_key="none") as client:
        completion = ask(client, user("a comedy"))
        assert items(completion) and completion.model_extra["tastemaker"]["degraded"] is True


def test_an_answer_that_breaks_off_says_so_in_the_stream(make_service, serve):
    def broken(messages, **kwargs):
        raise AssertionError("a bug")

    with openai.OpenAI(base_url=f"{serve(make_service(broken))}/v1", api_key="none") as client:
        stream = ask(client, user("a comedy"), stream=True)
        with pytest.raises(openai.APIError, match="broke off"):
            list(stream)


def test_an_accepted_message_is_answered_though_nobody_listens(openai_client, service):
    stream = ask(openai_client, user("a comedy"), stream=True, user="ann")
    thread = next(iter(stream)).model_extra["tastemaker"]["thread"]
    stream.close()
    assert service.turns.wait(10)
    (turn,) = service.chats.turns(service.chats.person("ann"), thread)
    assert turn.status == "done" and turn.result["items"]
