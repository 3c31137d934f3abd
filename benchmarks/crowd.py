"""Hundreds of visitors who only touch, on one server: what they feel, how fast they come in.

    python benchmarks/crowd.py [--visitors 300] [--seconds 40] [--think 4]

Nobody trains. Visitors without a browser, over its protocols, sit at the screens that answer a hand
in the browser itself; about every ``--think`` seconds each ends a gesture, which is when a browser
tells the server. One real browser drags the pointer over the plane and the noise of Denoise
meanwhile. Prints one JSON object, times in milliseconds:

- ``came_in``: first visits a second while ``ARRIVING`` come in at the same moment.
- ``felt``: from a move of the pointer to the picture, and the frames, in the real browser; beside
  it ``felt_alone``, before the others come.
- ``told``: from a gesture's end to the end of the server's answer, which nobody has to wait for.
- ``megabytes``: what a first visit to each screen brings beside Streamlit's own files: all of it,
  and of that the messages.
"""

import argparse
import asyncio
import json
import random
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import websockets
from first_visit import CHROMIUM, FLAGS
from machine import describe_machine, running_app
from playwright.sync_api import Browser, Response, sync_playwright
from room import PAGES
from serving import GESTURES, session, visit
from under_hand import App, denoise, plane, ready, spread

ARRIVING = 100
WARMED = 12  # visits to each screen before anything is measured
MEGABYTE = 1e6


async def come_in(url: str) -> float:
    """First visits a second, of ARRIVING who come at the same moment."""
    began = time.perf_counter()
    await asyncio.gather(
        *(session(url, PAGES[n % len(PAGES)], 0, 0.0, 0.0) for n in range(ARRIVING))
    )
    return ARRIVING / (time.perf_counter() - began)


async def touch(url: str, visitors: int, think: float, ended: threading.Event) -> list[float]:
    """Milliseconds of what the server was told, by so many, until it has ``ended``."""
    found: list[float] = []
    touched = sorted(GESTURES)

    async def one(number: int) -> None:
        dice = random.Random(number)
        await asyncio.sleep(dice.uniform(0, 2 * think))
        async with websockets.connect(
            url, subprotocols=["streamlit"], max_size=None, open_timeout=60
        ) as socket:
            page = touched[number % len(touched)]
            async for seen in visit(socket, page, 1_000_000, think, dice):
                if not seen.opening:
                    found.append(seen.milliseconds)
                if ended.is_set():
                    return

    await asyncio.gather(*(one(number) for number in range(visitors)))
    return found


@contextmanager
def crowd(url: str, visitors: int, think: float) -> Iterator[list[float]]:
    """So many at work until the block ends; then the list has what the server was told."""
    ended = threading.Event()
    found: list[float] = []
    with ThreadPoolExecutor(1) as beside:
        work = beside.submit(asyncio.run, touch(url, visitors, think, ended))
        time.sleep(3 * think)  # all are in
        try:
            yield found
        finally:
            ended.set()
        found.extend(work.result())


def felt(app: App, seconds: float) -> dict[str, dict[str, Any]]:
    """The figures of the plane and of Denoise under the hand, for about so long."""
    found: dict[str, dict[str, Any]] = {}
    until = time.monotonic() + seconds
    while not found or time.monotonic() < until:
        found = {"plane": plane(app), "denoise": denoise(app)}
    return found


def megabytes(browser: Browser, address: str, screen: str) -> dict[str, float]:
    """What a first visit brings beside Streamlit's own files."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, base_url=address)
    page = context.new_page()
    sizes: list[int] = []
    messages: list[int] = []

    def fetched(response: Response) -> None:
        if "/static/" not in response.url and response.url.startswith(address):
            sizes.append(response.request.sizes()["responseBodySize"])

    page.on("response", fetched)
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: messages.append(len(frame))),
    )
    page.goto(f"/{screen}")
    ready(page)
    context.close()
    told = sum(messages)
    return {
        "all": round((sum(sizes) + told) / MEGABYTE, 2),
        "messages": round(told / MEGABYTE, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--think", type=float, default=4.0)
    chosen = parser.parse_args()
    with (
        TemporaryDirectory() as runs,
        running_app(AECORE_RUNS_DIR=runs) as (address, _server),
        sync_playwright() as playwright,
    ):
        url = address.replace("http", "ws", 1) + "/_stcore/stream"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        sizes = {screen or "start": megabytes(browser, address, screen) for screen in PAGES}
        app = App(browser, address, Path(runs), 0)

        def apart(work: Coroutine[Any, Any, Any]) -> Any:
            """In another thread: in this one Playwright's loop runs."""
            with ThreadPoolExecutor(1) as beside:
                return beside.submit(asyncio.run, work).result()

        async def warm() -> None:
            for page in PAGES:
                for _ in range(WARMED):
                    await session(url, page, 0, 0.0, 0.0)

        apart(warm())
        came_in = apart(come_in(url))
        alone = felt(app, 0)
        with crowd(url, chosen.visitors, chosen.think) as told:
            together = felt(app, chosen.seconds)
        browser.close()
    found = {
        "visitors": chosen.visitors,
        "came_in": round(came_in, 1),
        "felt_alone": alone,
        "felt": together,
        "told": {"n": len(told), **spread("told", told)},
        "megabytes": sizes,
    }
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
