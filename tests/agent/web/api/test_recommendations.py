"""Recommendations through the API."""

import pytest
from tastemaker.recommender.profile import profile_of

URL = "/v1/recommendations"


def items(client, user, **more):
    answer = client.get(URL, params={"user": user, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def ids(found):
    return [one["item_id"] for one in found]


def test_for_somebody_whom_the_catalogue_knows(shared_client, films):
    answer = shared_client.get(URL, params={"user": "u1", "k": 5, "why": True}).json()
    found = answer["items"]
    assert answer["known"] is True and len(found) == 5
    assert not set(ids(found)) & set(profile_of(films, "u1").known)
    assert [one["rank"] for one in found] == [1, 2, 3, 4, 5]
    assert sorted((one["score"] for one in found), reverse=True) == [one["score"] for one in found]
    # u1 likes comedies, the first ten films; those that they have not met come first.
    assert int(found[0]["item_id"]) <= 10 and all(one["reason"] for one in found)
    assert found[0]["url"] == f"/v1/items/{found[0]['item_id']}"


def test_for_a_newcomer(shared_client):
    answer = shared_client.get(URL, params={"user": "nobody knows me"}).json()
    assert answer["known"] is False and len(answer["items"]) == 10
    assert answer["items"][0]["reason"] is None
    assert ids(items(shared_client, "another one")) == ids(answer["items"])


def test_what_they_said_counts_at_once(client):
    def judge(item_id, verdict):
        body = {"user": "new", "item_id": item_id, "verdict": verdict}
        assert client.post("/v1/feedback", json=body).status_code == 201

    before = ids(items(client, "new"))
    judge(before[0], "disliked")
    judge(before[1], "seen")
    for item_id in ("21", "22", "23"):  # of the ten about space and machines
        judge(item_id, "liked")
    after = ids(items(client, "new", k=3))
    assert not {*before[:2], "21", "22", "23"} & set(ids(items(client, "new", k=40)))
    assert sum(21 <= int(one) <= 30 for one in after) >= 2
    judge(before[0], "cleared")
    assert before[0] in ids(items(client, "new", k=40))


def test_diversity(shared_client, film_recommender):
    def alike(diversity):
        vectors = film_recommender.vectors.vectors(
            film_recommender.rows(ids(items(shared_client, "u1", k=5, diversity=diversity)))
        )
        return float((vectors @ vectors.T).sum())

    assert alike(1.0) < alike(0.0)


@pytest.mark.parametrize(
    "query",
    [
        {}, {"user": ""}, {"user": "u1", "k": 0}, {"user": "u1", "k": 101},
        {"user": "u1", "k": "1" * 5000}, {"user": "u1", "diversity": "nan"},
        {"user": "u1", "diversity": 2}, {"user": "u1", "why": "perhaps"},
    ],
)  # fmt: skip
def test_what_is_refused(shared_client, query):
    refused = shared_client.get(URL, params=query)
    assert refused.status_code == 422 and refused.json()["error"]["param"]


def test_everything_met(client, service):
    person = service.chats.person("all")
    for item_id in service.chats.catalog.item_ids:
        service.chats.judge(person, item_id, "seen")
    refused = client.get(URL, params={"user": "all"})
    assert refused.status_code == 400
    assert "This person has met every item" in refused.json()["error"]["message"]
