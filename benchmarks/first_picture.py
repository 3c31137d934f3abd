"""From a screen's title to its first picture, in a real browser, for every screen.

    python benchmarks/first_picture.py [--pages anomalies swap] [--visits 3]

One visit imports and fills caches and isn't counted. A picture is an image that has its pixels, a
canvas on which something is drawn, or a chart. Prints one JSON object, medians in seconds.
"""

import argparse
import json
import statistics
import time
from urllib.parse import urlencode

from first_visit import CHROMIUM, FLAGS
from machine import describe_machine, running_app
from playwright.sync_api import Browser, sync_playwright

from pages import SCREENS
from ui.screens import Screen

# components draw within shadow roots
PICTURE = """() => {
  const drawn = (element) => {
    const box = element.getBoundingClientRect();
    if (box.width < 40 || box.height < 20) return false;
    if (element.tagName === 'IMG') return element.complete && element.naturalWidth > 0;
    if (element.tagName !== 'CANVAS') return true;
    if (!element.width || !element.height) return false;
    const pixels = element.getContext('2d')?.getImageData(0, 0, element.width, element.height);
    return pixels ? new Set(new Uint32Array(pixels.data.buffer)).size > 1 : false;
  };
  const found = (root) => [...root.querySelectorAll('*')].some((element) =>
    (element.matches('img, canvas, .js-plotly-plot .main-svg') && drawn(element))
    || (element.shadowRoot !== null && found(element.shadowRoot)));
  const main = document.querySelector('[data-testid="stMain"]');
  return main !== null && found(main);
}"""


def visit(browser: Browser, address: str, screen: Screen) -> float:
    """Seconds from title to picture in a browser without cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    path = "" if screen is SCREENS[0] else screen.name
    page.goto(f"{address}/{path}?{urlencode(screen.view)}")
    page.wait_for_selector("h1", timeout=60_000)
    titled = time.perf_counter()
    page.wait_for_function(PICTURE, timeout=60_000, polling=20)
    seconds = time.perf_counter() - titled
    context.close()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    drawing = [screen.name for screen in SCREENS if screen.name != "models"]  # it has no picture
    parser.add_argument("--pages", nargs="+", choices=drawing, default=drawing)
    parser.add_argument("--visits", type=int, default=3)
    chosen = parser.parse_args()
    found = {}
    with sync_playwright() as playwright, running_app() as (address, _server):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for screen in SCREENS:
            if screen.name in chosen.pages:
                seconds = [visit(browser, address, screen) for _ in range(1 + chosen.visits)]
                found[screen.name] = round(statistics.median(seconds[1:]), 2)
        browser.close()
    print(json.dumps({"title_to_picture_s": found, **describe_machine()}))


if __name__ == "__main__":
    main()
