"""The pages beside the chat: what they show, to whom, and that no text on them runs."""

import re
import shutil

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from tastemaker.agent.web.app import create_app
from tastemaker.catalog.records import About, AttributeHint
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.generation.campaign.looking import status
from tastemaker.generation.campaign.review import open_reviews
from tastemaker.generation.campaign.store import last_rows
from tastemaker.recommender.hashing_encoder import HashingEncoder
from tastemaker.recommender.recommender import Recommender

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
HTML = {"Accept": "text/html"}


@pytest.fixture
def browser(service, open_client) -> TestClient:
    """A person's browser."""
    app = create_app(service, pages=False)

    @app.get("/boom")
    def boom() -> None:
        raise ZeroDivisionError("a secret")

    return open_client(app, headers=HTML, raise_server_exceptions=False)


@pytest.fixture
def prints(tmp_path, monkeypatch) -> Recommender:
    """Canvases that each have a picture, a title that is markup, and a price."""
    monkeypatch.setenv("TASTEMAKER_CACHE_DIR", str(tmp_path / "cache"))
    picture = tmp_path / "picture.png"
    Image.new("RGB", (64, 64), "teal").save(picture)
    items = [
        RawItem(
            f"prints:{n}", f"{n}", f"{EVIL} {n}", images=[picture],
            attributes={"price": 20.0 * n, "kind": "Canvas"},
        )
        for n in range(1, 5)
    ]  # fmt: skip
    hints = {
        "price": AttributeHint(kind="numeric", label="Price", unit="euros", cues=["euros"]),
        "kind": AttributeHint(kind="categorical", label="Kind"),
    }
    about = About(title="Prints", item_noun="print", source="a test", attributes=hints)
    write_catalog(tmp_path / "prints", Source(about, iter(items), iter(())), Rejects())
    return Recommender.open(Catalog.open(tmp_path / "prints"), HashingEncoder())


def safe(answer, status=200):
    """The page, whose policy and markup let nothing run but files of this server."""
    assert answer.status_code == status, answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    page = answer.text
    assert EVIL not in page and "<img src=x" not in page
    assert not re.search(r"<script(?! src=\"/static/)|<style|javascript:", page)
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", page.replace("onerror=alert(2)&gt;", ""))
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page)
    return page


def shared(service, *messages):
    chats = service.chats
    ann, thread = chats.person("ann"), None
    for message in messages:
        for event in chats.say(ann, message, thread=thread):
            thread = event.get("thread", thread)
    return chats.share(ann, thread).shared


def test_the_list_shows_the_campaigns(browser, make_campaign, tmp_path):
    assert "There is none yet" in safe(browser.get("/campaigns"))
    folder = make_campaign("spring sale")
    make_campaign("theirs", root=tmp_path / "campaigns" / "tenants" / "acme")
    broken = make_campaign(EVIL.replace("/", ""))
    (broken / "brief.json").write_text("{}")
    page = safe(browser.get("/campaigns"))
    assert 'href="/campaigns/spring%20sale"' in page and "theirs" not in page
    assert "0 of 2 reviewed" in page and "2 hold every check" in page
    assert "1 could not be made" in page and page.count("<progress") == 1
    assert "cannot be read or written now" in page and str(folder.parent) not in page
    [thumbnail] = re.findall(r'<img src="(/v1/[^"]+)"', page)
    assert browser.get(thumbnail).headers["content-type"] == "image/png"


@pytest.mark.parametrize("name", ["spring", EVIL.replace("/", "")])
def test_a_campaigns_sheet_shows_every_asset(browser, make_campaign, name):
    folder = make_campaign(name, text=EVIL)
    browser.post(
        f"/v1/campaigns/{name}/decisions".replace("?", ""),
        json={"decisions": {last_rows(folder)[0].id: "approved"}, "by": EVIL, "note": EVIL},
    )
    page = safe(browser.get(f"/campaigns/{name}"))
    assert page.count("<article") == 3 and page.count('class="decide"') == 2
    assert page.count('data-state="approved"') == page.count('aria-pressed="true"') == 1
    [picture] = re.findall(r'<img loading="lazy" decoding="async" src="([^"]+)"', page)
    assert browser.get(picture.replace("&#34;", '"')).content.startswith(b"\x89PNG")
    for file in re.findall(r'"(/static/[^"]+)"', page):
        assert browser.get(file).status_code == 200


def test_a_shared_conversation_is_read_with_its_cards(browser, service):
    token = shared(service, f"a funny film from the 80s {EVIL}", "something darker")
    page = safe(browser.get(f"/shared/{token}"))
    thread, turns = service.chats.shared(token)
    assert page.count('class="asked"') == 2 and "<form" not in page
    items = [one for turn in turns for one in turn.result["items"]]
    assert page.count("<article") == len(items) > 3
    for one in items:
        assert one["title"] in page and one["facts"][0]["text"] in page
    for turn in service.chats.turns(service.chats.person("ann"), thread.id):
        assert turn.id not in page
    service.chats.unshare(service.chats.person("ann"), thread.id)
    assert "Nothing is shared here" in safe(browser.get(f"/shared/{token}"), 404)


def test_a_shared_conversation_gives_only_its_items_pictures(make_service, open_client, prints):
    service = make_service(recommender=prints)
    token = shared(service, f"a canvas under 25 euros {EVIL}")
    [turn] = service.chats.shared(token)[1]
    [recommended] = [one["item_id"] for one in turn.result["items"]]
    browser = open_client(service, headers=HTML)
    page = safe(browser.get(f"/shared/{token}"))
    [picture] = re.findall(r'src="(/shared/[^"]+)"', page)
    assert picture == f"/shared/{token}/items/{recommended}/picture"
    answer = browser.get(picture)
    assert answer.headers["content-type"] == "image/png" and answer.content
    for item in ("3", "no such", "..%2F..%2Fmanifest.json", EVIL):
        assert browser.get(f"/shared/{token}/items/{item}/picture").status_code == 404
    assert browser.get(f"/shared/{EVIL}/items/{recommended}/picture").status_code == 404
    safe(browser.get(f"/shared/{EVIL}"), 404)


def test_signing_in_needs_no_script(browser):
    page = safe(browser.get("/login"))
    assert re.search(r'<form[^>]* method="post" action="/login"', page) and "<script" not in page
    assert re.search(r'<input[^>]* name="key"[^>]* autofocus', page) and "alert" not in page
    assert 'role="alert"' in safe(browser.get(f"/login?failed={EVIL}"))


def test_errors_are_pages_for_people_and_json_for_programs(browser):
    assert "Nothing is here" in safe(browser.get("/nowhere"), 404)
    assert "There is no campaign" in safe(browser.get(f"/campaigns/{EVIL.replace('/', '')}"), 404)
    page = safe(browser.get("/boom"), 500)
    assert "secret" not in page and "Traceback" not in page and "Error" not in page
    for path, code in (("/nowhere", 404), ("/campaigns/x", 404), ("/boom", 500)):
        answer = browser.get(path, headers={"Accept": "application/json"})
        assert answer.status_code == code and answer.json()["error"]["message"]
        assert "secret" not in answer.text
    assert browser.get("/v1/campaigns/x").json()["error"]["type"] == "NotFoundError"


def test_an_approval_by_keyboard_lasts(service, serve, make_campaign):
    driver = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium here")
    folder = make_campaign("spring", text=EVIL)
    address = serve(service)
    with driver.sync_playwright() as play:
        window = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page()
        said: list[str] = []
        window.on("dialog", lambda dialog: dialog.accept())
        window.on("pageerror", lambda error: said.append(str(error)))
        window.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
        window.goto(f"{address}/campaigns/spring")
        window.keyboard.press("ArrowRight")
        window.keyboard.press("a")
        window.locator(".told[data-told=saved]").wait_for()
        assert status(folder).reviewed == {"approved": 1, "open": 1}
        window.keyboard.press("ArrowRight")
        window.keyboard.press("r")
        window.locator("[data-state=rejected]:not([data-waiting])").wait_for()
        window.reload()
        assert window.locator("[aria-pressed=true]").all_inner_texts() == ["Approve", "Reject"]
        assert said == []
        window.route("**/decisions", lambda route: route.abort())
        window.locator("[value=approved]").nth(1).click()
        window.get_by_text("Not saved: the server does not answer.").wait_for()
        assert status(folder).reviewed == {"approved": 1, "rejected": 1}
        window.unroute("**/decisions")
        window.get_by_role("button", name="Try again").click()
        window.locator(".told[data-told=saved]").wait_for()
        window.get_by_role("button", name="Reject shown").click()
        window.locator("[data-state=rejected]:not([data-waiting])").nth(1).wait_for()
    with open_reviews(folder) as reviews:
        assert [one.state for one in reviews.latest().values()] == ["rejected", "rejected"]
