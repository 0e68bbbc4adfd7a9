"""Figures for Prometheus: right, bounded, and without a word of what was said."""

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

ASK = {
    "model": "tastemaker", "messages": [{"role": "user", "content": "a comedy xylophone"}],
    "user": "ann",
}  # fmt: skip


def figures(client: TestClient) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Name -> labels and values."""
    answer = client.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    assert "xylophone" not in answer.text and "ann" not in answer.text.replace("channel", "")
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_what_is_counted(make_service, open_client) -> None:
    service = make_service()
    client = open_client(service)
    used = client.post("/v1/chat/completions", json=ASK).json()["usage"]
    said = {"user": "ann", "item_id": "27", "verdict": "liked"}
    assert client.post("/v1/feedback", json=said).status_code < 300
    for path in ("/xylophone/1", "/xylophone/2", "/v1/threads/xylophone?user=ann"):
        client.get(path)
    client.request("XYLOPHONE", "/v1/models")
    found = figures(client)
    requests = {
        (one["route"], one["method"], one["status"]): value
        for one, value in found["tastemaker_requests_total"]
    }
    assert requests[("/v1/chat/completions", "POST", "200")] == 1
    assert requests[("other", "GET", "404")] == 2
    assert requests[("/v1/threads/{thread}", "GET", "404")] == 1
    assert ("/v1/models", "other", "405") in requests
    ((turn, count),) = found["tastemaker_turns_total"]
    assert turn == {"status": "done", "intent": "recommend", "degraded": "false"} and count == 1
    tokens = {one["kind"]: value for one, value in found["tastemaker_tokens_total"]}
    assert tokens == {"prompt": used["prompt_tokens"], "completion": used["completion_tokens"]}
    assert found["tastemaker_turns_running"] == [({}, 0.0)]
    assert found["tastemaker_turn_seconds_count"] == [({}, 1.0)]
    ((_, whole),), ((_, own),) = (
        found["tastemaker_turn_seconds_sum"], found["tastemaker_turn_own_seconds_sum"],
    )  # fmt: skip
    assert 0 < own <= whole
    assert found["process_resident_memory_bytes"][0][1] > 1e6
    assert found["tastemaker_feedback_total"] == [({"verdict": "liked"}, 1.0)]


def test_two_apps_do_not_count_together(make_service, open_client) -> None:
    client = open_client(make_service())
    client.get("/v1/models")
    client = open_client(make_service())
    assert "tastemaker_requests_total" not in figures(client)
