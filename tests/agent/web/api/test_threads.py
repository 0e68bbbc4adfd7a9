"""Conversations through the API."""

import json
import threading

import httpx2
import pytest
from tastemaker.serving.deterministic import DeterministicChatModel
from tastemaker.serving.faults import valid_json

URL = "/v1/threads"
ANN = {"user": "ann"}


def start(client, **more):
    answer = client.post(URL, json={**ANN, **more})
    assert answer.status_code == 201
    return answer.json()


def say(client, thread, message, **more):
    body = {**ANN, "message": message, "stream": False, **more}
    return client.post(f"{URL}/{thread}/turns", json=body)


def events_of(text):
    found = []
    for block in text.split("\n\n")[:-1]:
        kind, data = block.split("\n")
        assert kind.startswith("event: ") and data.startswith("data: ")
        found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_the_life_of_a_thread(client):
    thread = start(client)
    assert thread["title"] == "" and thread["catalog"] == "films"
    path = f"{URL}/{thread['id']}"
    answer = say(client, thread["id"], "a comedy from the 90s", turn="t-1").json()
    assert (answer["thread"], answer["turn"], answer["number"]) == (thread["id"], "t-1", 1)
    assert answer["items"] and answer["items"][0]["title"] in answer["reply"]
    assert answer["request"]["intent"] == "recommend"
    [turn] = client.get(f"{path}/turns", params=ANN).json()["turns"]
    assert turn["message"] == "a comedy from the 90s" and turn["status"] == "done"
    assert turn["answer"] == answer
    assert client.get(path, params=ANN).json()["title"] == "a comedy from the 90s"
    renamed = client.patch(path, json={**ANN, "title": "Sunday"}).json()
    assert renamed["title"] == "Sunday"
    assert [one["id"] for one in client.get(URL, params=ANN).json()["threads"]] == [thread["id"]]
    shared = client.post(f"{path}/share", json=ANN).json()
    assert shared["shared"] and shared["shared_turns"] == 1
    assert client.delete(f"{path}/share", params=ANN).json()["shared"] is None
    gone = client.delete(path, params=ANN)
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(path, params=ANN).status_code == 404
    assert client.get(URL, params=ANN).json() == {"threads": []}


def test_a_turn_as_events(client):
    thread = start(client)["id"]
    answer = client.post(f"{URL}/{thread}/turns", json={**ANN, "message": "a comedy"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_of(answer.text)
    kinds = [kind for kind, _ in events]
    assert kinds[0] == "accepted" and kinds[-1] == "turn"
    assert {"stage", "thought", "text"} <= set(kinds)
    assert events[0][1] == {"thread": thread, "turn": events[-1][1]["turn"]}
    said = [data for kind, data in events if kind == "text"]
    assert "".join(one["text"] for one in said) == events[-1][1]["reply"]
    assert [one["item"] for one in said if "item" in one] == events[-1][1]["items"]
    whole = client.get(f"{URL}/{thread}/turns", params=ANN).json()["turns"][0]["answer"]
    assert whole == events[-1][1]


def test_the_same_turn_is_answered_once(client):
    thread = start(client)["id"]
    first = say(client, thread, "a comedy", turn="t-1").json()
    again = say(client, thread, "a comedy", turn="t-1")
    assert again.json() == first
    other = say(client, thread, "a drama", turn="t-1")
    assert other.status_code == 400 and "another message" in other.json()["error"]["message"]
    retried = client.post(f"{URL}/{thread}/turns/t-1/retry", json={**ANN, "stream": False})
    assert retried.json() == first
    assert client.post(f"{URL}/{thread}/turns/t-2/retry", json=ANN).status_code == 404


def test_nobody_else_sees_it(client):
    thread = start(client)["id"]
    say(client, thread, "a comedy", turn="t-1")
    bob, path = {"user": "bob"}, f"{URL}/{thread}"
    for answer in (
        client.get(path, params=bob),
        client.patch(path, json={**bob, "title": "mine"}),
        client.delete(path, params=bob),
        client.get(f"{path}/turns", params=bob),
        client.post(f"{path}/turns", json={**bob, "message": "hello"}),
        client.post(f"{path}/turns/t-1/retry", json=bob),
        client.post(f"{path}/stop", json=bob),
        client.post(f"{path}/share", json=bob),
        client.delete(f"{path}/share", params=bob),
    ):
        assert answer.status_code == 404 and "no thread" in answer.json()["error"]["message"]
    assert client.get(URL, params=bob).json() == {"threads": []}


def test_a_picture(client, service, picture_url):
    thread = start(client)["id"]
    assert say(client, thread, "like this", picture=picture_url).status_code == 200
    [turn] = client.get(f"{URL}/{thread}/turns", params=ANN).json()["turns"]
    assert service.chats.agent.resources.pictures.path(turn["picture"]).is_file()
    refused = say(client, thread, "like this", picture="/etc/passwd")
    assert refused.status_code == 400 and "A picture is given" in refused.json()["error"]["message"]


def test_a_stopped_answer_can_be_tried_again(make_service, serve):
    model = DeterministicChatModel(respond=valid_json, chunk_seconds=0.05)
    with httpx2.Client(base_url=serve(make_service(model))) as client:
        thread = start(client)["id"]
        path = f"{URL}/{thread}"
        nothing = client.post(f"{path}/stop", json=ANN)
        assert nothing.json() == {"stopped": False}
        kinds = []
        with client.stream("POST", f"{path}/turns", json={**ANN, "message": "a comedy"}) as answer:
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    kinds.append(line.removeprefix("event: "))
                if kinds[-1:] == ["accepted"] and not line:
                    refused = client.delete(path, params=ANN)
                    assert refused.status_code == 409
                    assert client.post(f"{path}/stop", json=ANN).json() == {"stopped": True}
        assert "turn" not in kinds and "error" not in kinds
        [turn] = client.get(f"{path}/turns", params=ANN).json()["turns"]
        assert (turn["status"], turn["answer"]) == ("interrupted", None)
        again = f"{path}/turns/{turn['id']}/retry"
        answer = client.post(again, json={**ANN, "stream": False}).json()
        assert answer["number"] == 1 and answer["items"]


def test_a_stopped_answer_as_json_is_a_conflict(make_service, serve):
    model = DeterministicChatModel(respond=valid_json, chunk_seconds=0.05)
    service = make_service(model)
    with httpx2.Client(base_url=serve(service)) as client:
        thread = start(client)["id"]
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(say(client, thread, "a comedy")))
        waiting.start()
        while not service.turns.stop(thread):
            pass
        waiting.join()
    assert answers[0].status_code == 409
    assert "was stopped" in answers[0].json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "given", "status"),
    [
        ("GET", "", {}, 422),
        ("GET", "", {"params": {"user": "a\x00"}}, 400),
        ("GET", "", {"params": {**ANN, "limit": 0}}, 422),
        ("GET", "", {"params": {**ANN, "offset": -1}}, 422),
        ("GET", "/%00", {"params": ANN}, 422),
        ("GET", "/none", {"params": ANN}, 404),
        ("POST", "", {"json": {**ANN, "more": 1}}, 422),
        ("POST", "", {"json": {**ANN, "title": "x" * 1001}}, 422),
        ("POST", "/none/turns", {"json": {**ANN, "message": "x" * 200_001}}, 422),
        ("POST", "/none/turns", {"json": {**ANN, "message": "x", "turn": "a b"}}, 422),
        ("POST", "/none/turns", {"json": {**ANN, "message": "x"}}, 404),
        ("PATCH", "/none", {"json": {**ANN, "title": ""}}, 422),
    ],
)
def test_what_is_refused(shared_client, method, path, given, status):
    refused = shared_client.request(method, URL + path, **given)
    assert refused.status_code == status and refused.json()["error"]["message"]


def test_a_title_of_nothing_visible(client):
    thread = start(client, title="\x00 \u200b")
    assert thread["title"] == ""
    refused = client.patch(f"{URL}/{thread['id']}", json={**ANN, "title": "\x00"})
    assert refused.status_code == 400
