"""Who calls: nobody without a key where keys are in use, and nobody for another tenant."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from tastemaker.agent.web.app import create_app
from tastemaker.settings import ServeSettings, Settings

SEES = {"Accept": "text/html,*/*"}
GUARDED = [
    ("GET", "/v1/models"), ("POST", "/v1/chat/completions"), ("GET", "/v1/threads?user=ann"),
    ("GET", "/v1/campaigns"), ("GET", "/v1/items"), ("POST", "/v1/feedback"), ("GET", "/metrics"),
    ("GET", "/openapi.json"), ("GET", "/chat/"), ("GET", "/chat"), ("GET", "/campaigns"),
    ("GET", "/"), ("GET", "/chat/config"), ("GET", "/chat/gradio_api/info"),
    ("POST", "/chat/gradio_api/queue/join"), ("GET", "/chat/gradio_api/queue/data"),
    ("GET", "/chat/gradio_api/file=/etc/passwd"), ("POST", "/chat/gradio_api/run/predict"),
    ("GET", "//chat/"), ("GET", "/static/../v1/models"), ("GET", "/healthz/"), ("GET", "/nothing"),
]  # fmt: skip


def bearer(shown: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {shown}"}


def said(client: TestClient, key: str, **more):
    body = {"model": "tastemaker", "messages": [{"role": "user", "content": "a comedy"}], **more}
    return client.post("/v1/chat/completions", json=body, headers=bearer(key))


@pytest.fixture
def client(service, open_client):
    app = create_app(service, pages=False)
    client = open_client(app, follow_redirects=False)
    yield client


def test_without_keys_whoever_sits_here_may(client: TestClient) -> None:
    assert client.get("/v1/models").status_code == 200
    assert client.get("/v1/models", headers=bearer("none")).status_code == 200
    assert client.get("/metrics").status_code == 200


def test_with_keys_nobody_may_without_one(client: TestClient, service) -> None:
    service.keys.add("acme")
    wrong = ({}, bearer("none"), bearer(""), {"Authorization": "Basic dG06eA=="})
    for method, path in GUARDED:
        for headers in wrong:
            body = {} if method == "POST" else None
            refused = client.request(method, path, headers=headers, json=body)
            assert refused.status_code == 401 and refused.json()["error"]["message"], path
            assert refused.headers["www-authenticate"] == "Bearer"
        if method == "GET":
            away = client.get(path, headers=SEES)
            assert (away.status_code, away.headers["location"]) == (303, "/login")


def test_what_is_open(client: TestClient, service) -> None:
    service.keys.add("acme")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/login").status_code == 200
    assert client.get("/static/tastemaker.css").status_code == 200
    assert client.get("/shared/nothing").status_code == 404


def test_tenants_do_not_meet(client: TestClient, service) -> None:
    acme, other = service.keys.add("acme"), service.keys.add("other")
    thread = said(client, acme, user="ann").json()["tastemaker"]["thread"]
    about = f"/v1/threads/{thread}"
    assert client.get(f"{about}?user=ann", headers=bearer(acme)).status_code == 200
    assert client.get(f"{about}?user=ann", headers=bearer(other)).status_code == 404
    assert client.get(f"{about}/turns?user=ann", headers=bearer(other)).status_code == 404
    assert client.delete(f"{about}?user=ann", headers=bearer(other)).status_code == 404
    listed = client.get("/v1/threads?user=ann", headers=bearer(other)).json()
    assert listed["threads"] == []
    stolen = client.get(f"{about}?user=acme%1Fann", headers=bearer(other))
    assert stolen.status_code in (404, 422, 400)


def test_a_revoked_key(client: TestClient, service) -> None:
    shown = service.keys.add("acme")
    assert client.get("/v1/models", headers=bearer(shown)).status_code == 200
    service.keys.revoke(shown.split("_")[1])
    assert client.get("/v1/models", headers=bearer(shown)).status_code == 401


def test_too_many_requests(make_service, open_client) -> None:
    service = make_service(settings=Settings(serve=ServeSettings(requests_per_minute=3)))
    client = open_client(service)
    key, other = service.keys.add("acme"), service.keys.add("acme")
    answers = [client.get("/v1/models", headers=bearer(key)) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    assert answers[-1].json()["error"]["type"] == "LimitError"
    assert client.get("/v1/models", headers=bearer(other)).status_code == 200
    # A page's files and streams are no requests of a person's.
    for _ in range(5):
        assert client.get("/chat/assets/x.js", headers=bearer(key)).status_code == 404
    assert client.post("/chat/x", headers=bearer(key), json={}).status_code == 429


def test_a_days_tokens(client: TestClient, service) -> None:
    key = service.keys.add("acme", tokens_per_day=1)
    other = service.keys.add("acme")
    first = said(client, key)
    used = first.json()["usage"]["total_tokens"]
    assert first.status_code == 200 and used > 1
    assert service.limits.spent(service.keys.find(key).id) == used
    refused = said(client, key)
    assert refused.status_code == 429 and "midnight" in refused.json()["error"]["message"]
    assert int(refused.headers["retry-after"]) <= 86_400
    assert said(client, other).status_code == 200


def test_an_answer_that_is_shown_again_costs_nothing(client: TestClient, service) -> None:
    shown = service.keys.add("acme")
    key_id = service.keys.find(shown).id
    key = {**bearer(shown), "Idempotency-Key": "once"}
    body = {"model": "tastemaker", "messages": [{"role": "user", "content": "a comedy"}]}
    answers = [client.post("/v1/chat/completions", json=body, headers=key) for _ in range(2)]
    assert {one.status_code for one in answers} == {200}
    assert service.limits.spent(key_id) == answers[0].json()["usage"]["total_tokens"]


def test_a_page_that_is_reached_from_elsewhere_is_asked_for_again(client: TestClient) -> None:
    """Its cookie is strict, so it comes along only when the page itself asks."""
    link = {**SEES, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
    elsewhere = client.get("/campaigns", headers=link)
    assert elsewhere.status_code == 200 and 'http-equiv="refresh"' in elsewhere.text
    assert "set-cookie" not in elsewhere.headers
    again = client.get("/campaigns", headers={**SEES, "Sec-Fetch-Site": "same-origin"})
    assert "Campaigns" in again.text and "set-cookie" in again.headers


def test_a_tenant_that_holds_its_half_leaves_the_rest_to_others(make_service, open_client) -> None:
    """Streams that a page holds open are not counted by the minute."""
    service = make_service(settings=Settings(serve=ServeSettings(requests_at_once=2)))
    acme, shop = bearer(service.keys.add("acme")), bearer(service.keys.add("shop"))
    app = create_app(service, pages=False)
    inside, leave = threading.Event(), threading.Event()

    @app.get("/v1/slow")
    def slow() -> str:
        inside.set()
        leave.wait(10)
        return "done"

    client = open_client(app)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(client.get, "/v1/slow", headers=acme)
        assert inside.wait(10)
        assert client.get("/v1/models", headers=acme).status_code == 503
        assert client.get("/v1/models", headers=shop).status_code == 200
        leave.set()
        assert held.result().status_code == 200
        assert client.get("/v1/models", headers=acme).status_code == 200
