"""Two browsers on a class server: one follows the other, lets go, and follows again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from chromium import SECOND, settled, visiting
from machine import running_app
from playwright.sync_api import Browser, Page, expect

from classroom.visitors import KEY

pytestmark = pytest.mark.browser

SECRET = "apple cake 17"


@pytest.fixture
def address(runs_folder, mnist_folder):
    with running_app(**{KEY: SECRET}) as (address, _):
        yield address


def shown(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("h1")).to_be_visible(timeout=40 * SECOND)
    settled(page)


@contextmanager
def leading(chromium: Browser, address: str, path: str) -> Iterator[Page]:
    """The page of a teacher who lets the class follow."""
    with visiting(chromium, address) as teacher:
        shown(teacher, path)
        teacher.get_by_role("button", name="For the teacher").click()
        field = teacher.get_by_label("Key of this server")
        field.fill(SECRET)
        field.press("Enter")
        teacher.get_by_role("button", name="You are the teacher").click(timeout=40 * SECOND)
        teacher.get_by_role("button", name="Let the class follow").click()
        expect(teacher.get_by_text("Who follows sees this screen")).to_be_visible()
        teacher.keyboard.press("Escape")
        settled(teacher)
        yield teacher


def go(page: Page, screen: str) -> None:
    page.locator(f'[data-testid="stSidebarNav"] a[href$="/{screen}"]').click()
    settled(page)


def test_who_follows_sees_the_same_and_may_let_go(chromium, address):
    with leading(chromium, address, "/plane") as teacher, visiting(chromium, address) as anna:
        shown(anna, "/denoise?lang=de")
        anna.get_by_role("button", name="Der Lehrkraft folgen").click()
        expect(anna).to_have_url(re.compile("/plane"), timeout=30 * SECOND)
        expect(anna.locator("h1")).to_have_text("Was liegt zwischen einer 3 und einer 8?")
        # a place within a component
        pane = teacher.locator(".plane .pane")
        expect(pane).to_be_visible(timeout=30 * SECOND)
        box = pane.bounding_box()
        teacher.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
        place = anna.locator(".plane").get_by_role("slider").first
        expect(place).to_have_value("-1.8", timeout=30 * SECOND)
        # a slider, on another screen
        go(teacher, "denoise")
        expect(anna).to_have_url(re.compile("/denoise"), timeout=30 * SECOND)
        slider = teacher.locator(".denoise").get_by_role("slider")
        slider.focus()
        slider.press("ArrowRight")
        expect(teacher).to_have_url(re.compile("noise=0.55"), timeout=30 * SECOND)
        theirs = anna.locator(".denoise").get_by_role("slider")
        expect(theirs).to_have_value("0.55", timeout=30 * SECOND)
        # a drawing
        go(teacher, "sketch")
        expect(anna).to_have_url(re.compile("/sketch"), timeout=30 * SECOND)
        teacher.locator(".sketchpad canvas").focus()
        teacher.keyboard.press("7")
        expect(anna).to_have_url(re.compile("drawing="), timeout=30 * SECOND)
        expect(anna.locator(".answer .sentence")).to_contain_text("7", timeout=20 * SECOND)
        expect(anna).to_have_url(re.compile("lang=de"))
        # let go, and come back
        anna.get_by_role("button", name="Loslassen").click()
        go(teacher, "swap")
        anna.wait_for_timeout(2 * SECOND)
        expect(anna).to_have_url(re.compile("/sketch"))
        anna.get_by_role("button", name="Wieder folgen").click()
        expect(anna).to_have_url(re.compile("/swap"), timeout=30 * SECOND)
        # the teacher ends it
        teacher.get_by_role("button", name="End it").click()
        expect(anna.locator(".follow")).to_be_hidden(timeout=30 * SECOND)


def test_one_gesture_after_the_other_arrives(chromium, address):
    """How long, benchmarks/follow.py measures on a quiet machine."""
    with leading(chromium, address, "/denoise") as teacher, visiting(chromium, address) as anna:
        shown(anna, "/denoise")
        anna.get_by_role("button", name="Follow the teacher").click()
        slider = teacher.locator(".denoise").get_by_role("slider")
        slider.focus()
        for value in ("0.55", "0.6", "0.65"):
            slider.press("ArrowRight")
            theirs = anna.locator(".denoise").get_by_role("slider")
            expect(theirs).to_have_value(value, timeout=30 * SECOND)
            settled(anna)
