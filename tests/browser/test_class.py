"""Two browsers and a teacher's on one server: what is Anna's, Ben sees and can't change."""

import pytest
from chromium import SECOND, settled, visiting
from machine import running_app
from playwright.sync_api import Page, expect

from classroom.visitors import KEY

pytestmark = pytest.mark.browser

SECRET = "apple cake 17"


@pytest.fixture
def address(runs_folder):
    with running_app(**{KEY: SECRET}) as (address, _):
        yield address


def shown(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("h1")).to_be_visible(timeout=40 * SECOND)
    settled(page)


def test_who_began_a_training_and_the_teacher_stop_it_and_nobody_else(
    chromium, address, mnist_folder, runs_folder
):
    with (
        visiting(chromium, address) as anna,
        visiting(chromium, address) as ben,
        visiting(chromium, address) as teacher,
    ):
        shown(anna, "/train?family=simple&epochs=100")
        anna.get_by_role("button", name="Start training").click()
        expect(anna.get_by_role("button", name="Stop")).to_be_visible(timeout=30 * SECOND)
        (run,) = (path.parent.name for path in runs_folder.glob("*/status.json"))
        shown(ben, f"/train?run={run}")
        expect(ben.get_by_text("Made by somebody else")).to_be_visible(timeout=20 * SECOND)
        expect(ben.get_by_role("button", name="Stop")).to_have_count(0)
        shown(teacher, f"/train?run={run}")
        teacher.get_by_role("button", name="For the teacher").click()
        field = teacher.get_by_label("Key of this server")
        field.fill(SECRET)
        field.press("Enter")
        expect(teacher.get_by_role("button", name="You are the teacher")).to_be_visible(
            timeout=30 * SECOND
        )
        assert SECRET not in teacher.url and "explorer-teacher" not in teacher.evaluate(
            "document.cookie"
        )
        teacher.get_by_role("button", name="Stop").click()
        expect(anna.get_by_role("button", name="Resume")).to_be_visible(timeout=30 * SECOND)
