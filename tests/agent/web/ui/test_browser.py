"""The chat page in a real browser, against a server process over the films."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
from PIL import Image
from tastemaker.catalog.records import About
from tastemaker.catalog.rejects import Rejects
from tastemaker.catalog.source import RawItem, Source
from tastemaker.catalog.store import Catalog
from tastemaker.catalog.writer import write_catalog
from tastemaker.evals.serving_process import free_port, running

SERVE_FILMS = Path(__file__).parent.parent / "serve_films.py"
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=f"none of {', '.join(NAMES)} is here")

HOSTILE = "<img src=x onerror=alert(1)>\"'<script>alert(2)</script>"
"""A title, a catalogue's name, a message, the name of a file."""
PAUSE = 0.03
"""Seconds for each piece of an answer: so that one can be stopped."""
WITHOUT_NAME = """() => [...document.querySelectorAll(".tm button, .tm a, .tm input, .tm textarea")]
    .filter((one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length))
    .map((one) => one.outerHTML)"""
WITHOUT_ALT = "() => document.querySelectorAll('.tm img:not([alt])').length"

sync_api = pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="module")
def address(films: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the films and a western whose title would be a script."""
    folder = tmp_path_factory.mktemp("browser")
    about = About(title=HOSTILE, item_noun="film", source="a test", licence=HOSTILE)
    items = [films.item(one) for one in films.item_ids]
    raw = [RawItem("x", one.item_id, one.title, one.text, one.attributes) for one in items]  # type: ignore[arg-type]
    raw.append(RawItem("x", "western", HOSTILE, HOSTILE, {"genres": ["Western"], "year": 1952.0}))
    ratings = films.interactions().collect().with_row_index("line", 2)
    ratings = ratings.with_columns(pl.col("value", "timestamp").cast(pl.String))
    write_catalog(
        folder / "odd", Source(about, iter(raw), iter([("ratings.csv", ratings)])), Rejects()
    )
    port = free_port()
    command = [sys.executable, SERVE_FILMS, folder / "odd", folder / "home", port, PAUSE, "pages"]
    with running([str(part) for part in command], folder / "log"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A browser."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Tab:
    """A page of a person of its own, that notes whatever it should not do."""

    def __init__(self, chromium, address: str) -> None:
        self.address = address
        self.wrong: list[str] = []
        self.page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
        self.page.set_default_timeout(8_000)
        self.page.on("dialog", lambda dialog: self.wrong.append(f"dialog {dialog.message}"))
        self.page.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def open(self, query: str = "") -> None:
        """Load the page."""
        self.page.goto(f"{self.address}/{query}")
        self.idle()

    def idle(self) -> None:
        """Wait for the end of an answer."""
        self.page.wait_for_selector('.tm[data-state="idle"]')

    def say(self, message: str) -> str:
        """Type a message, and what the answer says."""
        turns = self.page.locator(".turn").count()
        self.page.fill("#tm-message", message)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(f".turn:nth-child({turns + 1})")
        self.idle()
        return self.page.locator(".turn").last.inner_text()

    def _console(self, message) -> None:
        # A picture that is not there is answered with 404, and that is noted as an error.
        pictures = "/picture" in message.location["url"] and "404" in message.text
        if message.type == "error" and not pictures:
            self.wrong.append(f"console {message.text} {message.location['url']}")

    def _request(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"request {request.url}")


@pytest.fixture
def open_tab(chromium, address) -> Iterator[Callable[[], Tab]]:
    """Opens pages, each of a new person; in the end none of them did wrong."""
    tabs: list[Tab] = []

    def make() -> Tab:
        tabs.append(Tab(chromium, address))
        tabs[-1].open()
        return tabs[-1]

    yield make
    for tab in tabs:
        assert tab.page.evaluate(WITHOUT_NAME) == []
        assert tab.page.evaluate(WITHOUT_ALT) == 0
        tab.page.context.close()
        assert tab.wrong == []


def test_a_conversation_is_held_kept_and_nobody_elses(open_tab):
    tab = open_tab()
    tab.say("something funny")
    assert tab.page.locator(".card").count() == 5
    like = tab.page.locator('.card .verdict[data-verdict="liked"]').first
    like.click()
    tab.page.wait_for_selector('.verdict[data-verdict="liked"][aria-pressed="true"]')
    liked = tab.page.locator(".card").first.get_attribute("data-title")
    second = tab.page.locator(".card").nth(1).get_attribute("data-title")
    facts = tab.page.locator(".card .facts").first
    facts.locator("summary").click()
    assert facts.locator("li").first.is_visible()
    facts.locator("summary").click()
    assert f"{second} (" in tab.say("why the second one?")
    tab.page.locator(".card .say", has_text="Make a poster").first.click()
    tab.page.wait_for_selector(".turn:nth-child(3)")
    tab.idle()
    assert "Pictures cannot be painted here." in tab.page.locator(".turn").last.inner_text()

    before = tab.page.locator(".talk").inner_text()
    where = tab.page.url
    assert re.search(r"\?thread=[0-9a-f]{32}$", where)
    tab.page.reload()
    tab.idle()
    assert tab.page.locator(".talk").inner_text() == before
    pressed = tab.page.locator('.card:has(.verdict[aria-pressed="true"])').first
    assert pressed.get_attribute("data-title") == liked

    other = open_tab()
    assert other.page.locator(".rail nav a").count() == 0
    other.page.goto(where)
    other.idle()
    assert "not here" in other.page.locator(".notice").inner_text()
    assert other.page.locator(".turn").count() == 0 and "thread" not in other.page.url


def test_what_others_wrote_runs_nothing(open_tab, tmp_path):
    tab = open_tab()
    assert HOSTILE in tab.page.locator(".kicker").inner_text()
    file = tmp_path / HOSTILE.replace("/", "_")
    Image.new("RGB", (40, 40), "navy").save(file, "PNG")
    file = file.rename(file.with_name(f"{file.name}.png"))
    tab.page.set_input_files("#tm-picture", file)
    tab.page.wait_for_selector(".attached")
    assert file.name in tab.page.locator(".attached .name").inner_text()
    tab.say(f"a western {HOSTILE}")
    assert tab.page.locator(".attached").is_hidden()
    shown = tab.page.locator(".turn .shown")
    assert shown.evaluate("(image) => image.complete && image.naturalWidth") == 40
    card = tab.page.locator(".card", has_text=HOSTILE).first
    assert card.get_attribute("data-title") == HOSTILE
    card.locator(".say", has_text="Not this").click()
    tab.page.wait_for_selector(".turn:nth-child(2)")
    tab.idle()
    assert f"Not “{HOSTILE}”" in tab.page.locator(".turn .said").last.inner_text()
    assert tab.page.title().startswith("a western <img")


def test_an_answer_is_stopped_and_tried_again(open_tab):
    tab = open_tab()
    tab.page.fill("#tm-message", "something funny")
    tab.page.keyboard.press("Shift+Enter")
    tab.page.keyboard.type("and short")
    tab.page.keyboard.press("Enter")
    tab.page.click("[data-stop]:visible")
    tab.page.wait_for_selector(".cut")
    assert "something funny and short" in tab.page.locator(".said").inner_text()
    tab.page.click(".retry")
    tab.page.wait_for_selector(".card")
    tab.idle()
    assert tab.page.locator(".turn").count() == 1 and tab.page.locator(".cut").count() == 0


def test_conversations_are_listed_renamed_shared_and_deleted(open_tab):
    tab = open_tab()
    page = tab.page
    page.click(".starter >> nth=-1")
    page.wait_for_selector(".turn")
    tab.idle()
    page.click('[data-open="rename"]')
    page.fill("#tm-title", "Mine")
    page.keyboard.press("Enter")
    page.wait_for_selector('.rail a:text-is("Mine")')
    page.click('[data-open="share"]')
    page.click('[data-dialog="share"] button[type="submit"]')
    page.wait_for_function("() => document.querySelector('#tm-link').value.includes('/shared/')")
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    page.click(".fresh")
    page.wait_for_selector(".welcome")
    page.click('.rail a:text-is("Mine")')
    page.wait_for_selector(".turn")
    page.click('[data-open="delete"]')
    page.click('[data-dialog="delete"] button[type="submit"]')
    page.wait_for_selector(".rail .none")
    page.click('[data-open="people"]')
    page.fill("#person-id", "nobody")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-dialog="people"] .problem:not(:empty)')
    page.fill("#person-id", "u1")
    page.keyboard.press("Enter")
    page.wait_for_selector('.who:has-text("User u1")')
    assert page.url.endswith("?user=u1")


def test_a_narrow_page_folds_the_list(open_tab):
    tab = open_tab()
    page = tab.page
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    page.wait_for_selector(".fresh", state="hidden")
    page.click('[data-menu="open"]')
    page.wait_for_selector(".fresh")
    page.keyboard.press("Escape")
    page.wait_for_selector(".fresh", state="hidden")
    page.click("[data-theme-toggle]")
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
