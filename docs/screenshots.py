"""Take the README's screenshots from the running app: ``python docs/screenshots.py [NAME …]``.

Of all screens and a step of a lesson, or of those named. Needs Chromium and MNIST
(AECORE_DATA_DIR). For the Train screen it trains for a few epochs.
"""

import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from machine import running_app
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from pages import SCREENS

ADDRESSES = {
    screen.name: f"{'' if screen is SCREENS[0] else screen.name}?{urlencode(screen.view)}"
    for screen in SCREENS
} | {"lesson": "?digit=3&lesson=05-plane&step=2"}
WITHOUT = ["wall"]  # empty until a class draws
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as runs,
        running_app(AECORE_RUNS_DIR=runs) as (address, _server),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(60_000)
        for name in sys.argv[1:] or [name for name in ADDRESSES if name not in WITHOUT]:
            page.goto(f"{address}/{ADDRESSES[name]}")
            page.locator("h1").wait_for()
            if name == "train":
                page.get_by_role("button", name="Start training").click()
                expect(page.get_by_text(re.compile("^Done:"))).to_be_visible(timeout=120_000)
            if name == "sketch":
                page.get_by_role("application").press("4")
            app = page.locator('[data-testid="stApp"]')
            expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
            expect(page.locator('[data-testid="stSkeleton"]')).to_have_count(0)
            page.wait_for_load_state("networkidle")  # what components fetch
            page.mouse.move(1270, 710)
            page.wait_for_timeout(2500)  # charts fade in
            picture = HERE / f"{name}.png"
            page.screenshot(path=picture)
            # 128 colours: a third of the size, and nobody sees it
            Image.open(picture).convert("RGB").quantize(128).save(picture, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
