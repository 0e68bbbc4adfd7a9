"""Hold a real conversation on the chat page and keep how it looks: docs/serve/chat*.png.

The server is a process of its own with the configured language model; its conversations are
forgotten. Needs playwright and a Chromium.
"""

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from tastemaker.errors import MissingError
from tastemaker.evals.serving_process import free_port, running, server_command

DOCS = Path(__file__).parent.parent / "docs" / "serve"
USER = "7"
BEFORE = ["a quiet drama about a family", "more like “Alien”, but shorter"]
"""Conversations that are listed beside the one that is shown."""
FIRST = "something funny from the 90s, no horror"
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
WAIT_MS = 300_000
"""For an answer, and for the pictures of items, which are painted when they are first shown."""
LARGEST = 300_000
"""Bytes of a picture; a larger one gets fewer colours."""


def main() -> None:
    """Hold the conversation and write the pictures."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise MissingError("Install chromium to take pictures of the page.")
    DOCS.mkdir(exist_ok=True)
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as home,
        running(server_command("movies", Path(home), port), Path(home) / "log"),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _pictures(browser, f"http://127.0.0.1:{port}/chat/?user={USER}")
        browser.close()


def _pictures(browser: Browser, address: str) -> None:
    page = _page(browser, address, WIDE, "light", 1.0)
    for message in BEFORE:
        _say(page, message)
        page.click(".fresh")
        page.wait_for_selector(".welcome")
    _say(page, FIRST)
    page.locator('.verdict[data-verdict="liked"]').first.click()
    _painted(page)
    page.locator(".card .facts summary").first.click()
    page.mouse.move(0, 0)
    _shoot(page, "chat.png")
    thread = page.url

    phone = _page(browser, thread, PHONE, "light", 2.0)
    _painted(phone)
    _shoot(phone, "chat-phone.png")

    dark = _page(browser, thread, WIDE, "dark", 1.0)
    _say(dark, "why the second one?")
    _say(dark, "make me a poster for it in watercolour")
    dark.wait_for_function("() => document.querySelector('.painting img')?.naturalWidth")
    dark.locator(".turn").last.evaluate("(turn) => turn.scrollIntoView()")
    _shoot(dark, "chat-dark.png", top=False)


def _page(browser: Browser, address: str, size: dict, scheme: str, scale: float) -> Page:
    context = browser.new_context(
        viewport=size, color_scheme=scheme, device_scale_factor=scale  # type: ignore[arg-type]
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(address)
    page.wait_for_selector('.tm[data-state="idle"]')
    return page


def _say(page: Page, message: str) -> None:
    turns = page.locator(".turn").count()
    page.fill("#tm-message", message)
    page.keyboard.press("Enter")
    page.wait_for_selector(f".turn:nth-child({turns + 1})")
    page.wait_for_selector('.tm[data-state="idle"]')


def _painted(page: Page) -> None:
    """Wait for the pictures of items that are in sight."""
    page.evaluate("() => document.querySelector('.scroll').scrollTo(0, 0)")
    page.wait_for_timeout(500)
    page.wait_for_function("() => !document.querySelector('.cover.loading')")


def _shoot(page: Page, name: str, *, top: bool = True) -> None:
    if top:
        page.evaluate("() => document.querySelector('.scroll').scrollTo(0, 0)")
    page.wait_for_timeout(800)  # what fades in has
    page.screenshot(path=DOCS / name)
    with Image.open(DOCS / name) as image:
        image.convert("RGB").save(DOCS / name, optimize=True)
    if (DOCS / name).stat().st_size > LARGEST:
        with Image.open(DOCS / name) as image:
            image.quantize().save(DOCS / name, optimize=True)


if __name__ == "__main__":
    main()
