"""What the benchmarks of a class share: who sits where, and the training that goes on meanwhile."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from random import Random

from playwright.async_api import Page, Response, async_playwright, expect
from pupil import Browser, Pupil  # finds the project, too

from aecore.job import ALIVE
from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Run
from pages import SCREENS

SECRET = "apple cake 17"
PAGES = ["" if screen is SCREENS[0] else screen.name for screen in SCREENS]
MOVES = 6  # gestures on a screen before the next
HESITATE = 3.0  # seconds, at most, before an answer
ARRIVE = 5.0  # seconds in which all sit down
BROWSERS = 2
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# milliseconds from a key on the slider to another picture, as the page sees it
WATCH = """() => {
  globalThis.answered = 0;
  let began = 0;
  addEventListener("keydown", () => { began = performance.now(); }, { once: true, capture: true });
  const parts = [...document.querySelectorAll('[data-testid="stMain"] *')];
  const root = parts.map((one) => one.shadowRoot).find((one) => one?.querySelector(".denoise"));
  const restored = () => root.querySelectorAll(".rows canvas")[8].toDataURL();
  const by = () => root.querySelectorAll("small")[1].textContent;
  const [before, large] = [restored(), by()];
  const look = () => {  // until then the browser has shown what its light model makes
    if (restored() === before || by() !== large) requestAnimationFrame(look);
    else globalThis.answered = performance.now() - began;
  };
  look();
}"""

# Streamlit looks for itself below a page's address, too
ITS_OWN = re.compile(r"_stcore/(health|host-config)$")


@contextmanager
def one_training() -> Iterator[None]:
    """A training in a process of its own, as the screen Train begins one, until the block ends."""
    run = Run.begin(Plan("deep", {}, "mnist", Recipe(epochs=1000)))
    yield
    run.request_stop()
    while run.state() in ALIVE:
        time.sleep(0.2)


@dataclass
class Room:
    """A class at work, and what has been seen of it so far."""

    pupils: list[Pupil]
    pages: list[Page] = field(default_factory=list)  # of those at real browsers
    in_browsers: list[float] = field(default_factory=list)  # milliseconds of their gestures
    wrong: list[str] = field(default_factory=list)

    @property
    def gestures(self) -> dict[str, list[float]]:
        """Milliseconds of the pupils' gestures, by screen."""
        found: dict[str, list[float]] = {}
        for pupil in self.pupils:
            for page, times in pupil.gestures.items():
                found.setdefault(page, []).extend(times)
        return found

    @property
    def opened(self) -> list[float]:
        """Milliseconds until a screen was there."""
        return [one for pupil in self.pupils for one in pupil.opened]

    def forget(self) -> list[float]:
        """Begin to keep times anew; those of the openings until now."""
        opened = self.opened
        for pupil in self.pupils:
            pupil.opened.clear()
            pupil.gestures.clear()
        self.in_browsers.clear()
        return opened


@asynccontextmanager
async def at_work(addresses: Sequence[str], pupils: int, think: float) -> AsyncIterator[Room]:
    """So many pupils, and BROWSERS more at real browsers, at work until the block ends."""
    room = Room([Pupil(Browser(addresses[n % len(addresses)]), Random(n)) for n in range(pupils)])
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tasks = []
        for n, pupil in enumerate(room.pupils):
            tasks.append(asyncio.create_task(pupil.take_part(HESITATE)))
            tasks.append(asyncio.create_task(_explore(pupil, ARRIVE * n / pupils, think)))
        for n in range(BROWSERS):
            room.pages.append(await chromium.new_page(viewport={"width": 1280, "height": 720}))
            at = f"{addresses[n % len(addresses)]}/denoise?noise=0.5"
            tasks.append(asyncio.create_task(_sit(room, room.pages[-1], at, think)))
        yield room
        for task in tasks:
            if task.done():  # they go on until they are cancelled
                room.wrong.append(repr(task.exception()))
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await chromium.close()
    room.wrong += [f"answer refused: {one}" for pupil in room.pupils for one in pupil.refused]


async def _explore(pupil: Pupil, delay: float, think: float) -> None:
    """Not all sit down in the same moment."""
    await asyncio.sleep(delay)
    await pupil.explore(PAGES, MOVES, think)


async def _sit(room: Room, page: Page, address: str, think: float) -> None:
    """Move the slider of Denoise in a real browser until cancelled."""

    def complain(answer: Response) -> None:
        if answer.status >= 400 and not ITS_OWN.search(answer.url):
            room.wrong.append(f"{answer.status} {answer.url}")

    page.on("pageerror", lambda error: room.wrong.append(str(error)))
    page.on("response", complain)
    await page.goto(address)
    named = page.locator(".denoise small").nth(1)
    await expect(named).to_have_text("denoise-256", timeout=120_000)
    slider = page.locator(".denoise").get_by_role("slider")
    for key in cycle(["ArrowLeft", "ArrowRight"]):
        await page.evaluate(WATCH)
        await slider.press(key)
        answer = await page.wait_for_function("globalThis.answered", timeout=120_000)
        room.in_browsers.append(await answer.json_value())
        await asyncio.sleep(think)
