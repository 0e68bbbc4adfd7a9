"""Items and their pictures through the API."""

import io
import threading
from urllib.parse import quote

import pytest
from PIL import Image
from tastemaker.agent.web.guards.keys import Caller
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.generation.image.verifying import verify
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender

ODD = ["a/b", "/", "..", "a b?c#d%", "ünï/picture", "🎬", "x/picture/picture"]


def test_a_search(shared_client, films):
    answer = shared_client.get("/v1/items", params={"query": "Toy Story", "limit": 3}).json()
    assert answer["items"][0]["title"] == "Toy Story" and answer["more"]
    item = answer["items"][0]
    assert item["attributes"]["genres"] and item["text"]
    more = shared_client.get("/v1/items", params={"query": "Toy Story", "offset": 3}).json()
    assert not {one["item_id"] for one in more["items"]} & {
        one["item_id"] for one in answer["items"]
    }
    assert len(more["items"]) == 20 and more["more"]


def test_every_item_in_order(shared_client, films):
    found, offset = [], 0
    while True:
        page = shared_client.get("/v1/items", params={"limit": 15, "offset": offset}).json()
        found += [one["item_id"] for one in page["items"]]
        offset += 15
        if not page["more"]:
            break
    assert found == films.item_ids
    assert shared_client.get("/v1/items", params={"offset": 1000}).json() == {
        "items": [],
        "more": False,
    }
    assert (
        shared_client.get("/v1/items", params={"query": "robot", "offset": 1000}).json()["items"]
        == []
    )


def test_one_item(shared_client, films):
    item = shared_client.get("/v1/items/1").json()
    assert (item["item_id"], item["title"]) == ("1", films.item("1").title)
    for path in ("/v1/items/999", "/v1/items/999/picture", "/v1/items/%00", "/v1/items/1%2F"):
        missing = shared_client.get(path)
        assert missing.status_code == 404, path
        assert "There is no item" in missing.json()["error"]["message"]
    assert shared_client.get("/v1/items", params={"id": ["3", "1"]}).json()["items"][1] == item
    assert shared_client.get("/v1/items", params={"id": ["3", "x"]}).status_code == 404


@pytest.fixture(scope="module")
def odd_recommender(tmp_path_factory):
    """Items of odd ids; those whose place is even have a picture, in a file named otherwise."""
    folder = tmp_path_factory.mktemp("odd")
    picture = folder / "picture.html"
    Image.new("RGB", (30, 20), "teal").save(picture, "PNG")
    items = [
        RawItem(f"odd:{n}", item_id, f"Thing {n}", "A thing.", {}, [picture] if n % 2 == 0 else [])
        for n, item_id in enumerate(ODD)
    ]
    about = About(title="Odd things", source="a test")
    rejects = Rejects()
    source = Source(about, iter(items), iter(()), rated=False)
    write_catalog(folder / "catalog", source, rejects)
    assert rejects.count == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASTEMAKER_CACHE_DIR", str(folder / "cache"))
        return Recommender.open(Catalog.open(folder / "catalog"), HashingEncoder())


def test_odd_ids(make_service, odd_recommender, open_client):
    service = make_service(recommender=odd_recommender)
    client = open_client(service)
    for number, item_id in enumerate(ODD):
        [item] = client.get("/v1/items", params={"id": item_id}).json()["items"]
        assert (item["item_id"], item["title"]) == (item_id, f"Thing {number}")
        if item_id == ".." or item_id.endswith("/picture"):
            continue  # what `id` is for
        assert item["url"] == f"/v1/items/{quote(item_id, safe='')}"
        assert client.get(item["url"]).json() == item
        picture = client.get(item["picture"])
        if number % 2:
            assert picture.status_code == 404
            continue
        assert picture.headers["content-type"] == "image/png", "by its content, not its name"
        assert picture.headers["x-content-type-options"] == "nosniff"
        assert Image.open(io.BytesIO(picture.content)).size == (30, 20)


@pytest.fixture
def painting(make_service, open_client, find_studio, tmp_path):
    """A client of an app that paints without a model, and how often its studio was opened."""
    opened = []

    def counted():
        opened.append(1)
        return find_studio()

    return open_client(make_service(find_studio=counted, folder=tmp_path / "data")), opened


def test_a_picture_is_painted_once(painting, tmp_path):
    client, opened = painting
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(client.get("/v1/items/1/picture")))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.status_code for one in answers] == [200] * 3 and len(opened) == 1
    first = answers[0]
    assert first.headers["content-type"] == "image/png"
    assert max(Image.open(io.BytesIO(first.content)).size) == 512
    assert "max-age" in first.headers["cache-control"]
    kept = client.get("/v1/items/1/picture", headers={"If-None-Match": first.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")
    assert client.get("/v1/items/1/picture", headers={"If-None-Match": '"x"'}).status_code == 200
    assert len(opened) == 1
    [file] = (tmp_path / "data" / "paintings" / "items").glob("*.png")
    assert verify(file).ok, "it says that it was painted"


def test_an_answer_is_given_before_a_picture_is_painted(painting, tmp_path):
    client, opened = painting
    service = client.app.state.service
    given = threading.Event()

    def events():
        yield {"type": "accepted", "thread": "t", "turn": "1"}
        given.wait()

    turn = service.turns.run(events(), Caller())
    next(turn)
    asked = threading.Thread(target=client.get, args=["/v1/items/1/picture"])
    asked.start()
    asked.join(0.3)
    assert not opened
    given.set()
    assert list(turn) == []
    asked.join()
    assert len(opened) == 1


def test_where_nothing_paints_that_is_said(shared_client):
    missing = shared_client.get("/v1/items/1/picture")
    assert missing.status_code == 404
    said = missing.json()["error"]["message"]
    assert "no picture" in said and "Pictures cannot be painted here." in said


def test_what_a_turn_painted_is_had_without_its_path(painting):
    client, _ = painting
    said = [{"role": "user", "content": "make me a poster for Alien"}]
    body = {"model": "tastemaker", "messages": said}
    answer = client.post("/v1/chat/completions", json=body)
    message = answer.json()["choices"][0]["message"]
    painted = message["annotations"][0]["item"]["painted"]
    assert painted.startswith("/v1/paintings/") and f"It is in {painted}" in message["content"]
    assert "data/paintings" not in answer.text
    picture = client.get(painted)
    assert picture.status_code == 200 and picture.headers["content-type"] == "image/png"
    streamed = client.post("/v1/chat/completions", json={**body, "stream": True}).text
    assert painted in streamed and "data/paintings" not in streamed
    missing = client.get("/v1/paintings/00000000000000000000.png")
    assert missing.status_code == 404
    assert client.get("/v1/paintings/..%2Fx.png").status_code in (404, 422)
