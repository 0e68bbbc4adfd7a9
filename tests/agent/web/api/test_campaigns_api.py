"""Campaigns over HTTP: what is told of them, which files they give, and what is decided."""

import json
import sqlite3

from tastemaker.generation.campaign.review import open_reviews
from tastemaker.generation.campaign.store import last_rows

COPY, IMAGE, UNMADE = (f"user:u1|1|{one}|0" for one in ("copy|meta", "image|square", "image|story"))
AT = "/v1/campaigns"


def decided(client, decisions, name="spring", **more):
    return client.post(f"{AT}/{name}/decisions", json={"decisions": decisions, **more})


def test_a_campaign_tells_where_it_stands(client, make_campaign):
    assert client.get(AT).json() == {"data": []}
    folder = make_campaign("spring", title="spring-1")
    (folder.parent / "notes").mkdir()
    [listed] = client.get(AT).json()["data"]
    assert listed == client.get(f"{AT}/spring").json()
    assert (listed["name"], listed["title"], listed["catalog"]) == ("spring", "spring-1", "films")
    assert listed["made"] == {"copy": 1, "image": 1}
    assert (listed["passed"], listed["failed"], listed["reasons"]) == (2, 1, {"Words": 1})
    assert listed["reviewed"] == {"open": 2}
    [thumbnail] = listed["thumbnails"]
    assert client.get(thumbnail).headers["content-type"] == "image/png"


def test_assets_fit_the_filters(client, make_campaign):
    make_campaign("spring")
    decided(client, {COPY: "approved"}, by="Ann", note="good")

    def ids(**filters):
        found = client.get(f"{AT}/spring/assets", params=filters).json()
        return found["total"], [one["id"] for one in found["data"]]

    assert ids() == (3, [COPY, IMAGE, UNMADE])
    assert ids(state="approved") == ids(target="meta") == (1, [COPY])
    assert ids(passed="false") == (1, [UNMADE])
    assert ids(item="1", recipient="user:u1", limit=1, offset=1) == (3, [IMAGE])
    assert ids(item="2") == (0, [])
    assert client.get(f"{AT}/spring/assets", params={"state": "maybe"}).status_code == 422
    copy = client.get(f"{AT}/spring/assets", params={"state": "approved"}).json()["data"][0]
    assert (copy["by"], copy["note"], copy["state"]) == ("Ann", "good", "approved")
    assert client.get(copy["file"]).json()["headline"] == ["Words"]


def test_only_files_that_the_manifest_names_are_given(client, make_campaign, tmp_path):
    folder = make_campaign("spring")
    secret = tmp_path / "secret.png"
    secret.write_text("secret")
    (folder / "assets" / "linked.png").symlink_to(secret)
    (folder / "assets" / "page.html").write_text("<script>alert(1)</script>")
    named = last_rows(folder)[1]
    with (folder / "manifest.jsonl").open("a") as lines:
        for number, file in enumerate(
            ["../../secret.png", str(secret), "assets/linked.png", "assets/page.html", "assets"]
        ):
            row = named.model_copy(update={"id": f"evil {number}", "file": file})
            lines.write(row.model_dump_json() + "\n")
    answer = client.get(f"{AT}/spring/files/{named.file}")
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    for path in (
        "../../secret.png", "..%2F..%2Fsecret.png", "%2e%2e/%2e%2e/secret.png", str(secret),
        "assets/linked.png", "assets/page.html", "assets", "", "brief.json", "manifest.jsonl",
        "review.sqlite", f"assets%2F..%2F{named.file}", f"{named.file}%00",
    ):  # fmt: skip
        answer = client.get(f"{AT}/spring/files/{path}")
        assert answer.status_code == 404, path
        assert "secret" not in answer.text.replace(path, "").replace("secret.png", "")


def test_a_name_is_looked_up_and_never_a_path(client, make_campaign, tmp_path):
    make_campaign("campaigns", root=tmp_path)  # the folder that campaigns lie in is none of them
    make_campaign("spring")
    make_campaign("tenants")
    for name in ("tenants", "%2e", "..%2fcampaigns%2fspring", "x"):
        for rest in ("", "/assets", "/files/brief.json"):
            assert client.get(f"{AT}/{name}{rest}").status_code == 404
        assert decided(client, {COPY: "approved"}, name).status_code == 404


def test_another_tenants_campaigns_are_not_there(client, make_campaign, tmp_path):
    make_campaign("theirs", root=tmp_path / "campaigns" / "tenants" / "acme")
    assert client.get(AT).json() == {"data": []}
    for name in ("theirs", "tenants%2Facme%2Ftheirs", "tenants"):
        assert client.get(f"{AT}/{name}").status_code == 404


def test_a_decision_is_on_the_disk_when_the_answer_comes(client, make_campaign):
    folder = make_campaign("spring")
    answer = decided(client, {COPY: "approved", IMAGE: "rejected"}, note="x")
    assert answer.json() == {
        "recorded": {"approved": 1, "rejected": 1},
        "reviewed": {"approved": 1, "rejected": 1},
    }
    with sqlite3.connect(folder / "review.sqlite") as other:
        rows = other.execute("SELECT id, state, by, note FROM verdicts ORDER BY id").fetchall()
    assert rows == [(COPY, "approved", "web", "x"), (IMAGE, "rejected", "web", "x")]
    with open_reviews(folder) as reviews:
        [[synchronous]] = reviews._connection.execute("PRAGMA synchronous").fetchall()
    assert synchronous == 2  # FULL: a commit is synced
    assert decided(client, {COPY: "open"}).json()["reviewed"] == {"open": 1, "rejected": 1}


def test_decisions_count_all_or_none(client, make_campaign):
    folder = make_campaign("spring")
    for decisions, more, status in (
        ({COPY: "approved", "strange": "approved"}, {}, 404),
        ({COPY: "approved", "x" * 100_000: "approved"}, {}, 404),
        ({COPY: "approved"}, {"seen": {COPY: "0" * 32}}, 409),
        ({COPY: "maybe"}, {}, 422),
        ({COPY: 1}, {}, 422),
        ({}, {}, 422),
        ({COPY: "approved"}, {"by": "x" * 201}, 422),
        ({COPY: "approved"}, {"by": "\ud800"}, 422),
        ({COPY: "approved"}, {"more": 1}, 422),
        ({f"{n}": "open" for n in range(10_001)}, {}, 422),
    ):
        body = json.dumps({"decisions": decisions, **more})
        headers = {"Content-Type": "application/json"}
        answer = client.post(f"{AT}/spring/decisions", content=body, headers=headers)
        assert answer.status_code == status and len(answer.text) < 1000, (decisions, answer.text)
    with open_reviews(folder) as reviews:
        assert reviews.latest() == {}
    seen = {row.id: row.key for row in last_rows(folder)}
    assert decided(client, {COPY: "approved"}, seen=seen).status_code == 200


def test_a_damaged_campaign_is_one_sentence_that_names_no_path(client, make_campaign):
    make_campaign("whole")
    folder = make_campaign("spring")
    (folder / "review.sqlite").write_bytes(b"no database, but long enough to be one" * 99)
    answer = decided(client, {COPY: "approved"})
    assert answer.status_code == 503 and str(folder.parent) not in answer.text
    (folder / "brief.json").write_text("{}")
    listed = {one["name"]: one for one in client.get(AT).json()["data"]}
    assert not listed["whole"]["problem"] and str(folder.parent) not in listed["spring"]["problem"]
    assert "'spring' cannot be read" in listed["spring"]["problem"]


def test_openapi_tells_the_endpoints(client):
    paths = client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        if path.startswith(AT):
            for told in methods.values():
                assert told["summary"] and told["description"] and "401" in told["responses"]
    body = paths[f"{AT}/{{name}}/decisions"]["post"]["requestBody"]
    assert body["content"]["application/json"]["schema"]["$ref"].endswith("/Decisions")
