"""From "the server answers" to a full Start screen in a real browser, on a fresh server.

Beside it, in the same run, Streamlit's page with one heading: what nobody can be faster than.

    python benchmarks/first_visit.py [--runs 3]

Each run starts the app anew, waits until it answers, then opens it in headless Chromium and waits
for all pictures. Prints one JSON object, times in seconds.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from tempfile import mkdtemp

from machine import describe_machine, running_app
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
HEADING = "import streamlit as st\n\nst.title('A heading')\n"
# nothing waits for the server any more
AT_REST = """() => document.querySelector('h1') !== null
  && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'"""
# and every picture of the screen has its pixels, those of the component among them
FULL = f"""() => {{
  const pictures = [...document.querySelectorAll('[data-testid="stMain"] img')];
  const hosts = [...document.querySelectorAll('.stBidiComponent *')];
  const drawn = hosts.flatMap((host) => [
    ...(host.shadowRoot?.querySelectorAll('.walkthrough .flow .picture:not(.empty)') ?? []),
  ]);
  return pictures.length >= 2 && pictures.every((p) => p.complete && p.naturalWidth > 0)
    && drawn.length === 2 && ({AT_REST})();
}}"""


def visit(browser: Browser, address: str, whole: str = FULL) -> dict[str, float]:
    """Open a page in a browser without cache; seconds to its title and until ``whole`` holds."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("h1", timeout=60_000)
    title = time.perf_counter() - started
    page.wait_for_function(whole, timeout=60_000, polling=20)
    full = time.perf_counter() - started
    context.close()
    return {"title": round(title, 2), "full": round(full, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    first, second, heading, ready = [], [], [], []
    script = Path(mkdtemp()) / "heading.py"
    script.write_text(HEADING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        warm = browser.new_page()  # the browser's own start is not the app's
        warm.goto("about:blank")
        for _ in range(runs):
            with running_app(script=script) as (address, _server):
                heading.append(visit(browser, address, AT_REST))
            started = time.perf_counter()
            with running_app() as (address, _server):
                ready.append(round(time.perf_counter() - started, 2))
                first.append(visit(browser, address))
                second.append(visit(browser, address))
        browser.close()
    medians = [statistics.median(run["full"] for run in runs) for runs in (first, second, heading)]
    found = {
        "first_visit": first,
        "second_visit": second,
        "heading": heading,
        "until_the_server_answers": ready,
        "full_median_s": dict(zip(("first", "second", "heading"), medians, strict=True)),
        "times_a_heading": round(medians[0] / medians[2], 2),
    }
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
