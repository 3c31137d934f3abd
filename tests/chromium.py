"""A real Chromium for tests; where there is none they are skipped, and in CI they fail."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from lacking import lacking
from playwright.sync_api import Browser, Page, expect, sync_playwright

from browser import HERE

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SECOND = 1000  # Playwright counts milliseconds
COMPLAINTS = ", ".join(
    f'[data-testid="{name}"]'
    for name in ("stException", "stAlertContentError", "stAlertContentWarning")
)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Chromium without a window, until the block ends."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        lacking("Chromium is not installed: no browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def modules_served() -> Iterator[str]:
    """The address at which a page finds the modules of our browser components, and no app."""

    class Modules(SimpleHTTPRequestHandler):
        def log_message(self, format, *arguments):  # without a word on the console
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Modules, directory=str(HERE)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def visiting(chromium: Browser, address: str, own_authority: bool = False) -> Iterator[Page]:
    """A page of a visitor without a past; at the end nothing may have failed in it.

    Nor may anything have been fetched from elsewhere. ``own_authority``: the server signed its
    certificate itself.
    """
    context = chromium.new_context(
        viewport={"width": 1280, "height": 720},
        locale="en-GB",
        base_url=address,
        ignore_https_errors=own_authority,
    )
    page = context.new_page()
    foreign: list[str] = []
    broken: list[str] = []
    page.on(
        "request",
        lambda r: None if r.url.startswith((address, "data:", "blob:")) else foreign.append(r.url),
    )
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert foreign == []
    assert broken == []


def settled(page: Page) -> None:
    """Wait until the server has nothing more to say."""
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=60 * SECOND
    )
