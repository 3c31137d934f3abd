"""The wall in two browsers: what one puts there the other sees; the teacher hides it."""

import pytest
from chromium import SECOND, settled, visiting
from machine import running_app
from playwright.sync_api import Page, expect

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


def test_a_drawing_appears_by_itself_and_the_teacher_hides_it(chromium, address):
    from axe_playwright_python.sync_playwright import Axe

    with visiting(chromium, address) as teacher, visiting(chromium, address) as anna:
        shown(teacher, "/wall")
        teacher.get_by_role("button", name="For the teacher").click()
        field = teacher.get_by_label("Key of this server")
        field.fill(SECRET)
        field.press("Enter")
        expect(teacher.get_by_role("button", name="You are the teacher")).to_be_visible(
            timeout=40 * SECOND
        )
        expect(teacher.get_by_text("Nothing hangs here yet")).to_be_visible(timeout=40 * SECOND)
        shown(anna, "/sketch")
        anna.locator(".sketchpad canvas").focus()
        anna.keyboard.press("7")
        settled(anna)
        anna.get_by_role("button", name="Put it on the wall").click()
        expect(anna.get_by_text("hangs on the wall")).to_be_visible(timeout=20 * SECOND)
        hide = teacher.get_by_role("button", name="Hide drawing")
        expect(hide).to_have_count(2, timeout=20 * SECOND)  # on the plane and on the map
        serious = [
            finding["id"]
            for finding in Axe().run(teacher).response["violations"]
            if finding["impact"] in ("serious", "critical")
        ]
        assert serious == []
        shown(anna, "/wall")
        expect(anna.locator(".wall .hung")).to_have_count(2, timeout=40 * SECOND)
        expect(anna.get_by_role("button", name="Hide drawing")).to_have_count(0)
        hide.first.click()
        for page in (teacher, anna):
            expect(page.locator(".wall .hung")).to_have_count(0, timeout=20 * SECOND)
