"""From "the server answers" to a full Start screen in a real browser, on a fresh server.

    python benchmarks/first_visit.py [--runs 3]

Each run starts the app anew, waits until it answers, then opens it in headless Chromium and waits
for the reconstruction to be drawn. Prints one JSON object, times in seconds.
"""

import argparse
import json
import statistics
import time

from machine import describe_machine, running_app
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# every picture of the screen has its pixels, and nothing waits for the server any more
FULL = """() => {
  const pictures = [...document.querySelectorAll('[data-testid="stMain"] img')];
  return pictures.length >= 2 && pictures.every((p) => p.complete && p.naturalWidth > 0)
    && document.querySelector('h1') !== null
    && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning';
}"""


def visit(browser: Browser, address: str) -> dict[str, float]:
    """Open the Start screen in a browser without cache; seconds to title and to everything."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("h1", timeout=60_000)
    title = time.perf_counter() - started
    page.wait_for_function(FULL, timeout=60_000, polling=20)
    full = time.perf_counter() - started
    context.close()
    return {"title": round(title, 2), "full": round(full, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    first, second = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        warm = browser.new_page()  # the browser's own start is not the app's
        warm.goto("about:blank")
        for _ in range(runs):
            with running_app() as (address, _server):
                first.append(visit(browser, address))
                second.append(visit(browser, address))
        browser.close()
    found = {"first_visit": first, "second_visit": second}
    found["first_full_median_s"] = statistics.median(run["full"] for run in first)
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
