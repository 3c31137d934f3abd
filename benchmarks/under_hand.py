"""The latent space under the hand: frames, answers and memory of a page in a real browser.

    python benchmarks/under_hand.py [--only plane map_70000 …] [--minutes 10]

Headless Chromium without a GPU, 1280×720, on a real server; AECORE_DATA_DIR names the folder with
MNIST, without which the maps have no images. Prints one JSON object, times in milliseconds:

- ``frame``: from one frame of the display to the next, by the browser's own clock of frames
  (requestAnimationFrame), while the pointer moves as fast as the browser takes its moves;
  ``display`` is that of an empty page. ``script``: of it in the page's scripts, see watch.js;
  frames in which none ran are left out.
- ``answer``: from a move of the pointer, as the browser stamps it, to the digit on the canvas.
- ``first_picture``: from the message with the points, seen in the page, to the points on the
  canvas, with all that Streamlit does before it asks for our module; ``ours``: since that came. Of
  Plotly: from the call that makes the chart to its word that it is drawn.
- ``lasso``: from letting go of the pointer to the pictures in the panel.
- ``sketch``: while a pen draws rings, from a point of it to the code that belongs to it.
- ``music``: while the hand is dragged over the plane of melodies, a move every SPACED ms: from a
  move to the roll of the melody there; then the frames while it moves as fast as it can.
- ``to_server``: messages and requests from the page while the pointer crosses the plane, and while
  the noise of Denoise is dragged.
- ``loops``: millions of multiply-adds a second of the loop that runs all networks, with eight
  inputs and with one, beside a dot product unrolled by hand, in the same page.
- ``memory``: MB of JavaScript's heap and of its arrays, and nodes of the document, after a garbage
  collection, while one page is used for ``--minutes``: plane, map, sketchpad, and again.

``plotly`` is the same 10,000 and 70,000 points as the app drew them before the map had a component
of its own: an SVG scatter chart. How many sessions a server stands is serving.py's.
"""

import argparse
import json
import math
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from first_visit import CHROMIUM, FLAGS
from machine import describe_machine, running_app
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from plotly.offline import get_plotlyjs

from aecore import checkpoint, map_file, mapping
from aecore.files import write_json
from aecore.job import Job
from aecore.mapping import MapRequest
from aecore.messages import Problem
from pages import SCREENS
from ui import charts

WATCH = Path(__file__).with_name("watch.js")
MOVES = 240  # of the pointer: four seconds of frames
SPACED = 80  # ms between moves, so that each has an answer of its own
PICKED = 60_000
SECOND = 1000  # Playwright counts milliseconds
MODULE_LOADED = """performance.getEntriesByType("resource")
  .find(({ name }) => name.endsWith("/map.js")).responseEnd"""

LOOPS = """async () => {
  const modules = performance.getEntriesByType("resource").map(({ name }) => name);
  const network = modules.find((name) => name.endsWith("/shared/network.js"));
  const { multiply } = await import(new URL("products.js", network));
  const some = (n, Kind) => Kind.from({ length: n }, () => Math.random() - 0.5);
  const [a, b] = [some(4096, Float32Array), some(4096, Float32Array)];
  const dot = () => {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 4096; i += 8) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
      s4 += a[i + 4] * b[i + 4];
      s5 += a[i + 5] * b[i + 5];
      s6 += a[i + 6] * b[i + 6];
      s7 += a[i + 7] * b[i + 7];
    }
    return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
  };
  const [rows, length] = [1024, 784];
  const [weights, shift] = [some(rows * length, Float64Array), new Float64Array(rows)];
  const [x, y] = [some(8 * length, Float64Array), new Float64Array(8 * rows)];
  let sum = 0;
  const work = {
    unrolled: [() => { for (let i = 0; i < 500; i++) sum += dot(); }, 500 * 4096],
    eight: [() => multiply(weights, shift, x, 8, y, 1, rows), 8 * rows * length],
    one: [() => multiply(weights, shift, x, 1, y, 1, rows), rows * length],
  };
  const times = { unrolled: [], eight: [], one: [] };
  for (let round = 0; round < 100; round++) {  // in turns: other work disturbs all of them alike
    for (const [name, [run]] of Object.entries(work)) {
      const began = performance.now();
      run();
      times[name].push(performance.now() - began);
    }
  }
  const found = {};
  for (const [name, [, products]] of Object.entries(work)) {
    times[name].sort((one, other) => one - other);
    found[name] = products / times[name][25] / 1000;  // of the quicker half the middle one
  }
  return found;
}"""


@dataclass
class App:
    """A running server with its folder of runs, and a browser."""

    browser: Browser
    address: str
    runs: Path
    minutes: float

    @contextmanager
    def opened(self, path: str) -> Iterator[Page]:
        """The page of a new visitor, when the server has nothing more to say."""
        context = self.browser.new_context(
            viewport={"width": 1280, "height": 720}, locale="en-GB", base_url=self.address
        )
        page = context.new_page()
        page.set_default_timeout(120 * SECOND)
        page.add_init_script(path=WATCH)
        page.goto(path)
        ready(page)
        yield page
        context.close()


def ready(page: Page) -> None:
    """Wait until the screen is there and neither server nor browser work on it."""
    page.locator("h1").wait_for()
    state = page.locator('[data-testid="stApp"]')
    expect(state).to_have_attribute("data-test-script-state", "notRunning", timeout=120 * SECOND)
    page.wait_for_timeout(2 * SECOND)


# --- figures, a function each


def display(app: App) -> dict[str, Any]:
    """The frames of an empty page."""
    page = app.browser.new_page()
    page.add_init_script(path=WATCH)
    page.goto("about:blank")
    page.evaluate("watch.start(null)")
    page.wait_for_timeout(2 * SECOND)
    seen = page.evaluate("watch.stop()")
    page.close()
    return spread("frame", seen["frames"])


def plane(app: App) -> dict[str, Any]:
    """The pointer crosses the plane, and the digit under it is decoded."""
    with app.opened("/plane?points=true") as page:
        expect(page.locator(".plane .waiting")).to_be_empty()
        page.locator(".plane .now canvas").evaluate("canvas => watch.start(canvas)")
        to_server = sent_during(page, lambda: cross(page, page.locator(".plane .pane")))
        return {**frames(page), "to_server": to_server}


def numbers(app: App) -> dict[str, Any]:
    """A number of a code is dragged as a bar, and its image decoded."""
    with app.opened("/inside") as page:
        expect(page.locator(".inside .largest")).not_to_have_attribute("width", "300")
        page.locator(".inside .made").evaluate("canvas => watch.start(canvas)")
        drag_around(page, page.locator(".inside .pane"))
        return frames(page)


def dial(app: App) -> dict[str, Any]:
    """The bottleneck dial is turned by dragging along its chart."""
    with app.opened("/inside?inside=dial") as page:
        copies = page.locator(".dial .rows canvas").nth(1)
        expect(copies).not_to_have_attribute("width", "300")
        copies.evaluate("canvas => watch.start(canvas)")
        drag_around(page, page.locator(".dial .chart canvas"))
        return frames(page)


def denoise(app: App) -> dict[str, Any]:
    """The noise is dragged to and fro: eight digits are damaged and restored at every place."""
    with app.opened("/denoise") as page:
        expect(page.locator(".denoise .waiting")).to_be_empty()
        page.get_by_text("Mean over 300 test images.").wait_for()  # the chart asks until then
        restored = page.locator(".denoise .rows canvas").nth(8)
        box = page.locator(".denoise input").bounding_box()
        assert box is not None
        middle = box["y"] + box["height"] / 2

        def drag(moves: int) -> None:
            for step in range(moves):
                share = 0.5 + 0.45 * math.sin(0.06 * step)
                page.mouse.move(box["x"] + share * box["width"], middle)

        page.mouse.move(box["x"] + box["width"] / 2, middle)
        page.mouse.down()
        drag(60)  # the worker has its modules, the loops are compiled
        restored.evaluate("canvas => watch.start(canvas)")
        to_server = sent_during(page, lambda: drag(MOVES))
        seen = frames(page)
        page.mouse.up()
        return {**seen, "to_server": to_server}


def loops(app: App) -> dict[str, Any]:
    """Multiply-adds a second."""
    with app.opened("/plane") as page:
        expect(page.locator(".plane .waiting")).to_be_empty()
        found: dict[str, float] = page.evaluate(LOOPS)
        return {
            **{name: round(millions) for name, millions in found.items()},
            "share": round(found["eight"] / found["unrolled"], 2),
            "share_of_one": round(found["one"] / found["unrolled"], 2),
        }


def map_70000(app: App) -> dict[str, Any]:
    """All of MNIST on one map: its first picture, and its frames while it is dragged."""
    return panned_map(app, 70_000)


def map_500000(app: App) -> dict[str, Any]:
    """The same with more points than anybody asked for."""
    return panned_map(app, 500_000)


def panned_map(app: App, points: int) -> dict[str, Any]:
    """First picture and frames of a map; its first visitor warms the server."""
    path = f"/map?map={finished_map(app.runs, points)}"
    with app.opened(path) as page:
        images_have_come(page)
    with app.opened(path) as page:
        shown = page.locator(".frame canvas").evaluate("canvas => watch.first.get(canvas)")
        messages = page.evaluate("watch.messages")
        loaded = page.evaluate(MODULE_LOADED)
        images_have_come(page)
        page.evaluate("watch.start(null)")
        drag_around(page, page.locator(".frame"))
        seen = frames(page)
    data = max((each for each in messages if each["at"] < shown), key=lambda each: each["bytes"])
    return {
        **seen,
        "first_picture": round(shown - data["at"]),
        "first_picture_ours": round(shown - loaded),
        "message_mb": round(data["bytes"] / 1e6, 2),
    }


def lasso(app: App) -> dict[str, Any]:
    """A loop around 60,000 of 70,000 points, until the panel shows the images picked."""
    key = finished_map(app.runs, 70_000)
    places = map_file.in_16_bits(positions_and_rows(70_000)[0]) / 65535
    milliseconds = []
    with app.opened(f"/map?map={key}") as page:
        images_have_come(page)
        box = page.locator(".frame").bounding_box()
        assert box is not None
        # the points fill the frame but for 16 pixels at each side, see browser/map/panel.js
        scale = min((box[side] - 32) / np.ptp(places[:, axis])
                    for axis, side in enumerate(("width", "height")))  # fmt: skip
        edge = box["width"] / 2 + (np.sort(places[:, 0])[PICKED] - 0.5) * scale
        corners = [(4, 4), (edge, 4), (edge, box["height"] - 4), (4, box["height"] - 4)]
        for _ in range(5):
            page.get_by_role("button", name="Lasso").click()
            panel = '[...document.querySelectorAll(".picked")].map((e) => e.textContent).join()'
            loaded = '[...document.querySelectorAll(".picked img")].every((one) => one.complete)'
            arm(page, f'{panel}.includes("images picked") && {loaded}')
            draw(page, [(box["x"] + x, box["y"] + y) for x, y in corners])
            milliseconds.append(page.evaluate("watch.ended"))
            counted = page.get_by_text("images picked").first
            words = counted.inner_text()
            page.get_by_role("button", name="Let go of what is picked").click()
            counted.wait_for(state="hidden")
            ready(page)
    found = re.match(r"[\d,]+", words)
    return {"points": found and found[0], **middle(milliseconds)}


def sketch(app: App) -> dict[str, Any]:
    """While a pen draws rings: from a point of it to the code that belongs to it."""
    with app.opened("/sketch") as page:
        expect(page.locator(".places img")).to_have_count(2)
        pad = page.locator(".sketchpad canvas").bounding_box()
        assert pad is not None
        middle_of_pad = (pad["x"] + pad["width"] / 2, pad["y"] + pad["height"] / 2)
        draw(page, [middle_of_pad])  # all that is fetched for a drawing comes with the first
        expect(page.locator(".places .place")).to_have_count(2)
        clear(page)
        page.locator(".answer .bars").evaluate(
            """(bars) => {
              let moved = null;
              watch.codes = [];
              const point = (event) => { if (event.buttons) moved ??= event.timeStamp; };
              addEventListener("pointermove", point, true);
              new MutationObserver(() => {
                if (moved !== null) watch.codes.push(performance.now() - moved);
                moved = null;
              }).observe(bars, { subtree: true, childList: true, attributes: true });
            }"""
        )
        for radius in (0.2, 0.3, 0.4):
            turns = [step / 60 * 2 * math.pi for step in range(121)]
            around = [(math.cos(turn), math.sin(turn)) for turn in turns]
            x, y = middle_of_pad
            reach = radius * pad["width"]
            page.mouse.move(x + reach, y)
            page.mouse.down()
            for across, down in around:
                page.mouse.move(x + reach * across, y + reach * down)
                page.wait_for_timeout(16)
            page.mouse.up()
            page.wait_for_timeout(0.5 * SECOND)
        milliseconds = page.evaluate("watch.codes")
    return {"points": len(milliseconds), **middle(milliseconds)}


def music(app: App) -> dict[str, Any]:
    """The hand is dragged over the plane of melodies, and the melody there is decoded."""
    with app.opened("/music") as page:
        expect(page.locator(".music .now canvas")).to_have_attribute("role", "img")
        plane, middle_of_plane = page.locator(".music .plane canvas"), {"x": 150, "y": 150}
        plane.click(position=middle_of_plane)  # the worker's loops are compiled
        page.locator(".music .now canvas").evaluate(
            """(roll) => {
              let moved = null;
              watch.rolls = [];
              addEventListener("pointermove", (event) => (moved ??= event.timeStamp), true);
              // each time that it is drawn, it says in words what it shows
              new MutationObserver(() => {
                if (moved !== null) watch.rolls.push(performance.now() - moved);
                moved = null;
              }).observe(roll, { attributeFilter: ["aria-label"] });
            }"""
        )
        page.mouse.down()
        cross(page, plane, pause=SPACED)
        milliseconds = page.evaluate("watch.rolls")
        page.evaluate("watch.start(null)")
        cross(page, plane)
        seen = frames(page)
        page.mouse.up()
    return {"rolls": len(milliseconds), **spread("answer", milliseconds), **seen}


def plotly(app: App) -> dict[str, Any]:
    """Frames of an SVG scatter chart while it is dragged."""
    return {str(points): panned_chart(app, points) for points in (10_000, 70_000)}


def panned_chart(app: App, points: int) -> dict[str, Any]:
    """The chart alone on a page, with the plotly.js that Python's package brings."""
    positions, rows = positions_and_rows(points)
    labels = map_file.load_map().labels[rows]
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "hoverinfo": "skip",
            "x": positions[labels == label, 0].round(3).tolist(),
            "y": positions[labels == label, 1].round(3).tolist(),
            "marker": {"size": 5, "color": charts.class_colour(int(label)), "opacity": 0.8},
        }
        for label in np.unique(labels)
    ]
    page = app.browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(300 * SECOND)
    page.add_init_script(path=WATCH)
    page.goto("about:blank")
    page.set_content('<div id="chart" style="width: 700px; height: 330px"></div>')
    page.add_script_tag(content=get_plotlyjs())
    first = page.evaluate(
        """async (traces) => {
          const start = performance.now();
          const layout = { dragmode: "pan", margin: { l: 0, r: 0, t: 0, b: 0 } };
          await Plotly.newPlot("chart", traces, layout);
          await new Promise(requestAnimationFrame);
          return performance.now() - start;
        }""",
        traces,
    )
    page.evaluate("watch.start(null)")
    drag_around(page, page.locator("#chart"), moves=MOVES // 4)
    page.wait_for_timeout(SECOND)
    seen = frames(page)
    page.close()
    return {**seen, "first_picture": round(first)}


def memory(app: App) -> dict[str, Any]:
    """One page, used for some minutes."""
    held = []
    with app.opened("/plane") as page:
        browser = page.context.new_cdp_session(page)
        browser.send("Performance.enable")
        use(page)  # every screen's modules and caches are there
        started = time.monotonic()
        rounds = 0
        for share in (0.0, 0.5, 1.0):
            while time.monotonic() - started < share * app.minutes * 60:
                use(page)
                rounds += 1
            browser.send("HeapProfiler.collectGarbage")
            heap = browser.send("Runtime.getHeapUsage")
            counted = browser.send("Performance.getMetrics")["metrics"]
            held.append({
                "heap_mb": round(heap["usedSize"] / 1e6, 1),
                "arrays_mb": round(heap["backingStorageSize"] / 1e6, 1),
                "nodes": next(round(one["value"]) for one in counted if one["name"] == "Nodes"),
            })  # fmt: skip
    return {"minutes": app.minutes, "rounds": rounds,
            **dict(zip(("start", "half", "end"), held, strict=True))}  # fmt: skip


FIGURES: dict[str, Callable[[App], dict[str, Any]]] = {
    figure.__name__: figure
    for figure in (
        display,
        plane,
        numbers,
        dial,
        denoise,
        loops,
        map_70000,
        map_500000,
        lasso,
        sketch,
        music,
        plotly,
        memory,
    )
}


# --- what a hand does


def cross(page: Page, on: Locator, moves: int = MOVES, pause: float = 0) -> None:
    """Move the pointer over all of an element, with so many ms between two moves."""
    box = on.bounding_box()
    assert box is not None
    for step in range(moves):
        x, y = (0.5 + 0.47 * math.sin(turns * step) for turns in (0.031, 0.047))
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if pause:
            page.wait_for_timeout(pause)


def drag_around(page: Page, on: Locator, moves: int = MOVES) -> None:
    """Drag what an element shows in circles."""
    box = on.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x + 80, y)
    page.mouse.down()
    for step in range(moves):
        angle = step / 20
        page.mouse.move(x + 80 * math.cos(angle), y + 80 * math.sin(angle))
    page.mouse.up()


def draw(page: Page, corners: list[tuple[float, float]]) -> None:
    """Draw a line from corner to corner."""
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=12)
    page.mouse.up()


def clear(page: Page) -> None:
    """Empty the sketchpad, until nothing is marked any more."""
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".places .place")).to_have_count(0)
    page.wait_for_timeout(0.3 * SECOND)


def use(page: Page) -> None:
    """Go through plane, map and sketchpad, and do something on each."""
    go(page, "plane")
    pane = page.locator(".plane .pane")
    cross(page, pane, 60)
    pane.click()
    go(page, "map")
    frame = page.locator(".frame")
    drag_around(page, frame, 60)
    cross(page, frame, 30)
    frame.click()
    go(page, "sketch")
    pad = page.locator(".sketchpad canvas").bounding_box()
    assert pad is not None
    draw(page, [(pad["x"] + at, pad["y"] + at) for at in (40, 120)])
    expect(page.locator(".places .place")).to_have_count(2)
    clear(page)


def go(page: Page, name: str) -> None:
    """To another screen by the side bar."""
    title = next(screen.title for screen in SCREENS if screen.name == name)
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page).to_have_url(re.compile(f"/{name}"))
    ready(page)


# --- what is seen of it


def arm(page: Page, condition: str) -> None:
    """From the next time that the pointer is let go, ``watch.ended`` waits for this."""
    page.evaluate(f"() => {{ watch.ended = watch.afterRelease(() => {condition}); }}")


def frames(page: Page) -> dict[str, Any]:
    """What was counted since ``watch.start``."""
    seen = page.evaluate("watch.stop()")
    scripts = [one for one in seen["scripts"] if one > 0]
    found = {"frames": len(seen["frames"]), **spread("frame", seen["frames"])}
    found |= spread("script", scripts)
    return found | (spread("answer", seen["answers"]) if seen["answers"] else {})


def spread(name: str, milliseconds: list[float]) -> dict[str, float]:
    """Half and 95 in 100 took no longer."""
    return {
        f"{name}_p{share}": round(float(np.percentile(milliseconds, share)), 1)
        for share in (50, 95)
    }


def middle(milliseconds: list[float]) -> dict[str, int]:
    """Median and longest."""
    return {"median": round(float(np.median(milliseconds))), "longest": round(max(milliseconds))}


def sent_during(page: Page, act: Callable[[], None]) -> int:
    """How many messages and requests leave the page during this, and in the second after it."""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    before = page.evaluate("watch.sent")
    act()
    page.wait_for_timeout(SECOND)
    return len(requests) + page.evaluate("watch.sent") - before


def images_have_come(page: Page) -> None:
    """Wait for what is behind the points, if it is on this machine."""
    waiting = re.compile("on their way|being prepared")
    page.locator(".row").filter(has_not_text=waiting).wait_for()
    ready(page)


# --- maps of many points


def positions_and_rows(points: int) -> tuple[np.ndarray, np.ndarray]:
    """Places (N, 2) of a map, the shipped one's repeated and jittered, and their rows in it."""
    shipped = map_file.load_map()
    rng = np.random.default_rng(0)
    rows = _rows_of_mnist(shipped.labels, rng) if points == 70_000 else None
    if rows is None:
        rows = np.arange(points) % len(shipped.labels)
    jitter = 0 if points == len(shipped.labels) else 0.004 * np.ptp(shipped.positions)
    positions = shipped.positions[rows] + jitter * rng.standard_normal((points, 2))
    return positions.astype(np.float32), rows


def _rows_of_mnist(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """For every MNIST digit a row with its class among ``labels``; None without MNIST."""
    try:
        wanted = mapping.load_split("mnist", mapping.ALL).labels
    except Problem:
        return None
    assert wanted is not None
    rows = np.empty(len(wanted), int)
    for label in range(10):
        same = wanted == label
        rows[same] = rng.choice(np.flatnonzero(labels == label), same.sum())
    return rows


def finished_map(runs: Path, points: int) -> str:
    """A map job that has ended, under ``runs``; its key."""
    folder = runs / "maps" / f"{points}-points"
    if folder.is_dir():
        return folder.name
    folder.mkdir(parents=True)
    shipped = map_file.load_map()
    positions, rows = positions_and_rows(points)
    facts = shipped.facts | {"split": mapping.ALL, "points": points, "images": points, "seed": 0}
    made = map_file.Map(shipped.codes[rows], positions, shipped.labels[rows], facts)
    made.save(folder / "map.safetensors")
    path = str(checkpoint.shipped()["deep-32"])
    asked = MapRequest("deep-32", path, "mnist", points, 30.0, 0, mapping.ALL)
    write_json(folder / "request.json", asdict(asked))
    Job(folder).say("done")
    return folder.name


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=FIGURES, default=list(FIGURES))
    parser.add_argument("--minutes", type=float, default=1)
    chosen = parser.parse_args()
    found = {}
    with (
        tempfile.TemporaryDirectory() as runs,
        running_app(AECORE_RUNS_DIR=runs) as (address, _server),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        app = App(browser, address, Path(runs), chosen.minutes)
        for name in chosen.only:
            found[name] = FIGURES[name](app)
        version = browser.version
        browser.close()
    print(json.dumps({**found, "chromium": version, **describe_machine()}))


if __name__ == "__main__":
    main()
