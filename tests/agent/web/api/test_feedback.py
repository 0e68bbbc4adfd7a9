"""What people say of items, through the API."""

import pytest
from tastemaker.agent.interactions import interactions

URL = "/v1/feedback"


def judge(client, user, item_id, verdict, **more):
    body = {"user": user, "item_id": item_id, "verdict": verdict, **more}
    return client.post(URL, json=body)


def test_what_was_said_is_told(client, service):
    for item, verdict in (("1", "liked"), ("2", "disliked"), ("3", "seen"), ("1", "cleared")):
        assert judge(client, "ann", item, verdict).status_code == 201
    assert client.get(URL, params={"user": "ann"}).json() == {
        "user": "ann", "liked": [], "disliked": ["2"], "seen": ["3"], "cleared": ["1"],
    }  # fmt: skip
    assert client.get(URL, params={"user": "bob"}).json()["disliked"] == []
    assert len(interactions(service.chats.agent.resources.store, "films")) == 4


def test_it_counts_in_conversations(client):
    said = {"model": "tastemaker", "messages": [{"role": "user", "content": "a comedy"}]}

    def shown():
        answer = client.post("/v1/chat/completions", json={**said, "user": "ann"}).json()
        return [one["item"]["item_id"] for one in answer["choices"][0]["message"]["annotations"]]

    unwanted = shown()[0]
    judge(client, "ann", unwanted, "disliked")
    assert unwanted not in shown()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"item_id": "999"}, 404),
        ({"item_id": ""}, 422),
        ({"item_id": "\x00"}, 404),
        ({"verdict": "hated"}, 422),
        ({"user": ""}, 422),
        ({"user": "a\x00b"}, 400),
        ({"user": "x" * 201}, 422),
        ({"thread": "nobody-has-it"}, 404),
        ({"thread": "\x00"}, 422),
        ({"turn": "\x00"}, 422),
        ({"stars": 5}, 422),
    ],
)
def test_what_is_refused(shared_client, more, status):
    body = {"user": "ann", "item_id": "1", "verdict": "liked", **more}
    refused = shared_client.post(URL, json=body)
    assert refused.status_code == status and refused.json()["error"]["message"]


def test_text_that_no_database_can_hold_is_refused(shared_client):
    for body in (
        b'{"user": "\\ud800", "item_id": "1", "verdict": "liked"}',
        b'{"user": "ann", "item_id": "\\ud800", "verdict": "liked"}',
        b'{"user": "ann", "item_id": "1", "verdict": "\\ud800"}',
        b'{"user": "ann", "item_id": "1", "verdict": "liked", "\\ud800": 1}',
        b'{"user": "\xff", "item_id": "1", "verdict": "liked"}',
        b"[" * 100_000,
    ):
        refused = shared_client.post(
            URL, content=body, headers={"Content-Type": "application/json"}
        )
        assert 400 <= refused.status_code < 500 and refused.json()["error"]["message"]
