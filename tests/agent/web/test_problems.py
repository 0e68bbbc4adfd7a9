"""Errors of requests that no endpoint takes: one sentence that says what to do."""

import pytest


@pytest.mark.parametrize(
    ("asked", "status", "said", "param"),
    [
        (("GET", "/v1/nothing"), 404, "/openapi.json lists", None),
        (("GET", "/v1/chat/completions"), 405, "takes another method", None),
        (("POST", "/v1/chat/completions", "{bad"), 422, "is no JSON", None),
        (("GET", "/v1/recommendations?user=u1&k=5000"), 422, "k: ", "k"),
    ],
)
def test_what_nothing_takes(shared_client, asked, status, said, param):
    method, address, *body = asked
    headers = {"Content-Type": "application/json"}
    answer = shared_client.request(method, address, content="".join(body), headers=headers)
    error = answer.json()["error"]
    assert answer.status_code == status and said in error["message"] and error["param"] == param
