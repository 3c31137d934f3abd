"""From the end of the teacher's gesture to a follower's new picture, in two real browsers.

    python benchmarks/follow.py [--times 10]

Both look by the clock of this machine. Prints one JSON object, milliseconds from the least to the
most: a key on Denoise's slider, and a click on the plane, which waits for 200 ms of rest.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable

from first_visit import CHROMIUM, FLAGS
from machine import describe_machine, running_app
from playwright.sync_api import Browser, Page, sync_playwright

SECRET = "apple cake 17"
SETTLED = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
# when what a follower sees is something else; components draw within shadow roots
SEEN = """(selector) => {
  const find = (root) => root.querySelector(selector) ?? [...root.querySelectorAll('*')]
    .flatMap((each) => (each.shadowRoot ? [find(each.shadowRoot)] : [])).find(Boolean);
  const now = () => { const one = find(document); return one && (one.src || one.value); };
  const old = now();
  window.seen = 0;
  const look = () => {
    const value = now();
    if (value && value !== old) window.seen = Date.now();
    else setTimeout(look, 5);
  };
  look();
}"""
ENDED = """(kind) => {
  window.ended = 0;
  addEventListener(kind, () => (window.ended = Date.now()), { once: true, capture: true });
}"""


def opened(browser: Browser, address: str, path: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB").new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}{path}")
    page.locator("h1").wait_for()
    page.wait_for_function(SETTLED)
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10)
    times = parser.parse_args().times
    with (
        tempfile.TemporaryDirectory() as runs,
        running_app(AECORE_RUNS_DIR=runs, AECORE_TEACHER_KEY=SECRET) as (address, _server),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        teacher = opened(browser, address, "/denoise")
        teacher.get_by_role("button", name="For the teacher").click()
        field = teacher.get_by_label("Key of this server")
        field.fill(SECRET)
        field.press("Enter")
        teacher.get_by_role("button", name="You are the teacher").click()
        teacher.get_by_role("button", name="Let the class follow").click()
        teacher.keyboard.press("Escape")
        follower = opened(browser, address, "/denoise")
        follower.get_by_role("button", name="Follow the teacher").click()
        follower.wait_for_timeout(2500)

        def measure(selector: str, kind: str, gesture: Callable[[int], None]) -> list[int]:
            found = []
            for i in range(times):
                follower.evaluate(SEEN, selector)
                teacher.evaluate(ENDED, kind)
                gesture(i)
                follower.wait_for_function("window.seen > 0")
                found.append(follower.evaluate("window.seen") - teacher.evaluate("window.ended"))
                follower.wait_for_timeout(800)
            return sorted(found)

        slider = teacher.locator(".denoise").get_by_role("slider")
        slider.focus()
        noise = measure(
            ".denoise input",
            "keyup",
            lambda i: slider.press("ArrowRight" if i % 10 < 5 else "ArrowLeft"),
        )
        teacher.locator('[data-testid="stSidebarNav"] a[href$="/plane"]').click()
        for page in (teacher, follower):
            page.locator(".plane .pane").wait_for()
            page.wait_for_timeout(2000)
        box = teacher.locator(".plane .pane").bounding_box() or {}
        plane = measure(
            ".numbers input",
            "pointerup",
            lambda i: teacher.mouse.click(
                box["x"] + box["width"] * (0.1 + 0.07 * (i % 10)), box["y"] + box["height"] * 0.85
            ),
        )
        browser.close()
    told = {
        "slider_ms": noise,
        "plane_ms": plane,
        "medians_ms": [statistics.median(each) for each in (noise, plane)],
    }
    print(json.dumps({**describe_machine(), **told}, indent=2))


if __name__ == "__main__":
    main()
