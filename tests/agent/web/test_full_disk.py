"""A disk that is full, as callers of the API meet it."""

import resource
from contextlib import contextmanager

LONG = "a comedy " * 300


@contextmanager
def full_disk():
    """The kernel refuses to write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_cannot_be_kept_is_one_sentence_and_503(client):
    thread = client.post("/v1/threads", json={"user": "ann"}).json()["id"]
    turns = f"/v1/threads/{thread}/turns"
    message = {"user": "ann", "message": LONG, "turn": "t1"}
    like = {"user": "ann", "item_id": "1", "verdict": "liked"}
    with full_disk():
        for path, body in (
            ("/v1/threads", {"user": "ann"}), (turns, message), ("/v1/feedback", like),
        ):  # fmt: skip
            answer = client.post(path, json=body)
            assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
            error = answer.json()["error"]
            assert error["type"] == "StorageError" and "try again" in error["message"]
            assert " /" not in error["message"]
        assert client.get(turns, params={"user": "ann"}).json() == {"turns": []}
    assert client.post("/v1/feedback", json=like).is_success
    assert client.post(turns, json=message | {"stream": False}).json()["number"] == 1
